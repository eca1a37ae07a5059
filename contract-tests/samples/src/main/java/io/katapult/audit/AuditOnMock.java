package io.katapult.audit;

import io.katapult.mock.PrismMock;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/** Runs the audit on the mock, without an account: {@code mvn -q -Paudit -Dmock}. */
final class AuditOnMock {
  private AuditOnMock() {}

  public static void main(String[] arguments) {
    int exitCode;
    System.err.println("Starting a mock. The first start installs it.");
    try (PrismMock mock = PrismMock.start()) {
      Map<String, String> environment =
          Map.of("KATAPULT_API_KEY", "mock", "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", mock.baseUrl());
      exitCode = Main.commandLine(environment, Instant::now).execute(arguments);
    } catch (IllegalStateException | UncheckedIOException e) {
      // From the mock. The lines after the first one are in its log too.
      System.err.println(String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst(":$", "."));
      exitCode = Main.NO_RESULT;
    }
    System.exit(exitCode);
  }
}
