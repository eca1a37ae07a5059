package io.katapult.recipes;

import io.katapult.contract.PrismMock;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
      exitCode = TokenAudit.run(List.of(args), environment, out, err, Instant.now());
    }
    System.exit(exitCode);
  }
}
