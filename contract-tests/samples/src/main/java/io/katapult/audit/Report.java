package io.katapult.audit;

import io.katapult.client.model.ApiToken;
import io.katapult.recipes.TokenAudit;
import io.katapult.recipes.TokenAudit.Finding;
import io.katapult.recipes.TokenAudit.Flagged;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The result of an audit.
 *
 * @param organization the sub-domain
 * @param tokens all tokens of the organization, without those to skip
 * @param flagged the tokens with findings
 * @param failing the findings that make the audit fail
 */
record Report(
    String organization,
    Instant auditedAt,
    TokenAudit audit,
    List<ApiToken> tokens,
    List<Flagged> flagged,
    Set<Finding> failing) {

  boolean isFailed() {
    return flagged.stream().anyMatch(this::isFailed);
  }

  boolean isFailed(Flagged token) {
    return token.findings().stream().anyMatch(failing::contains);
  }

  /** The result in one sentence. */
  String summary() {
    String all = tokens.size() + (tokens.size() == 1 ? " token" : " tokens");
    return flagged.isEmpty()
        ? "Nothing found in " + all + "."
        : "Found something in %d of %s.".formatted(flagged.size(), all);
  }
}
