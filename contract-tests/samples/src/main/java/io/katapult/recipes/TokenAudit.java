package io.katapult.recipes;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds API tokens that need a review. To use it in your own project, copy this file and change its package: it needs
 * only {@code katapult-extensions}. The package {@code io.katapult.audit} makes a program of it.
 *
 * @param soon a token expires soon if it expires within this time
 * @param wide each of these scopes alone is too wide; {@code api_tokens} can create tokens
 * @param writes more scopes than this that don't end in {@code :read} are too wide together
 */
public record TokenAudit(Duration soon, Set<String> wide, int writes) {
  public static final TokenAudit USUAL = new TokenAudit(Duration.ofDays(30), Set.of("api_tokens"), 3);

  /** What can be wrong with a token. */
  public enum Finding {
    EXPIRED,
    EXPIRES_SOON,
    NEVER_EXPIRES,
    ANY_ADDRESS,
    WIDE_SCOPES;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A token with at least one finding. */
  public record Flagged(ApiToken token, Set<Finding> findings) {}

  /** Reads all tokens before it looks at them: an incomplete list must not look like a result. */
  public List<Flagged> flagged(KatapultClient katapult, Instant now) {
    List<ApiToken> tokens = katapult.apiTokens().all().stream().toList();
    return flagged(tokens, now);
  }

  /** Finds the tokens among these that need a review. */
  public List<Flagged> flagged(List<ApiToken> tokens, Instant now) {
    return tokens.stream()
        .map(token -> new Flagged(token, findings(token, now)))
        .filter(flagged -> !flagged.findings.isEmpty())
        .toList();
  }

  private Set<Finding> findings(ApiToken token, Instant now) {
    Set<Finding> findings = EnumSet.noneOf(Finding.class);
    if (token.expiresAt() == null) {
      findings.add(Finding.NEVER_EXPIRES);
    } else if (token.isExpiredAt(now)) {
      findings.add(Finding.EXPIRED);
    } else if (token.isExpiredAt(now.plus(soon))) {
      findings.add(Finding.EXPIRES_SOON);
    }
    if (token.allowsAnyIpAddress()) {
      findings.add(Finding.ANY_ADDRESS);
    }
    if (wide.stream().anyMatch(token::hasScope)
        || token.scopes().stream().filter(TokenAudit::writes).count() > writes) {
      findings.add(Finding.WIDE_SCOPES);
    }
    return findings;
  }

  /** Whether a scope allows more than reading. */
  public static boolean writes(String scope) {
    return !scope.endsWith(":read");
  }
}
