package io.katapult.recipes;

import io.katapult.mock.PrismMock;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** To try {@link TokenAudit} without an account: {@code mvn -q -Paudit -Dmock}. */
final class TokenAuditOnMock {
  private TokenAuditOnMock() {}

  public static void main(String[] args) {
    int exitCode;
    try (PrismMock mock = PrismMock.start()) {
      Map<String, String> environment =
          Map.of("KATAPULT_API_KEY", "mock", "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", mock.baseUrl());
      exitCode = TokenAudit.run(List.of(args), environment);
    } catch (IllegalStateException | UncheckedIOException e) {
      // Of the mock. What is below the first line stands in a log, too.
      System.err.println(e.getMessage().lines().findFirst().orElse("").replaceFirst(":$", "."));
      exitCode = 3;
    }
    System.exit(exitCode);
  }
}
