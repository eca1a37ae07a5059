package io.katapult.recipes;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The server can filter only by annotations. For anything else, filter the {@code Stream}. */
final class FilterTokens {
  private FilterTokens() {}

  /** Tokens that have both annotations. */
  static List<ApiToken> of(String environment, String team, KatapultClient katapult) {
    ListApiTokensRequest request =
        new ListApiTokensRequest().annotation("environment", environment).annotation("team", team);
    return katapult.apiTokens().all(request).stream().toList();
  }

  static List<ApiToken> withScope(String scope, KatapultClient katapult) {
    return katapult.apiTokens().all().stream()
        .filter(token -> token.hasScope(scope))
        .toList();
  }

  /** Tokens that are expired at a moment, which may be in the future. */
  static List<ApiToken> expiredAt(Instant moment, KatapultClient katapult) {
    return katapult.apiTokens().all().stream()
        .filter(token -> token.isExpiredAt(moment))
        .toList();
  }

  /** Stops at the first match. Closing the stream then cancels the request for the next page. */
  static Optional<ApiToken> firstThatNeverExpires(KatapultClient katapult) {
    try (Stream<ApiToken> tokens = katapult.apiTokens().all().stream()) {
      return tokens.filter(token -> token.expiresAt() == null).findFirst();
    }
  }
}
