package io.katapult.recipes;

import io.katapult.mock.PrismMock;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Runs {@link TokenAudit} on the mock, without an account: {@code mvn -q -Paudit -Dmock}. */
final class TokenAuditOnMock {
  private TokenAuditOnMock() {}

  public static void main(String[] args) {
    int exitCode;
    try (PrismMock mock = PrismMock.start()) {
      Map<String, String> environment =
          Map.of("KATAPULT_API_KEY", "mock", "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", mock.baseUrl());
      exitCode = TokenAudit.run(List.of(args), environment);
    } catch (IllegalStateException | UncheckedIOException e) {
      // From the mock. The lines after the first one are in its log too.
      System.err.println(e.getMessage().lines().findFirst().orElse("").replaceFirst(":$", "."));
      exitCode = 3;
    }
    System.exit(exitCode);
  }
}
