package io.katapult.recipes;

import io.katapult.contract.PrismMock;
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
    }
    System.exit(exitCode);
  }
}
