package io.katapult.verification.junit;

import io.katapult.verification.Report;
import io.katapult.verification.ServerVerification;
import io.katapult.verification.VerificationSettings;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * The contract as tests. Extend this class, start your server, and return its settings:
 *
 * <pre>{@code
 * class ContractTest extends ServerContract {
 *   @Override
 *   protected VerificationSettings server() {
 *     return VerificationSettings.of("http://localhost:8080/core/v1", "key", "acme").annotation("team", "billing");
 *   }
 * }
 * }</pre>
 *
 * <p>Each finding is a failed test, each check without one is a test that passes, and what was not tested is aborted.
 */
public abstract class ServerContract {
  /** For subclasses. */
  protected ServerContract() {}

  /** {@return the server to verify} It must be running. */
  protected abstract VerificationSettings server();

  /** Verifies the server once, and returns a test for each finding and each other check. */
  @TestFactory
  Stream<DynamicTest> conforms() {
    Report report = ServerVerification.verify(server(), line -> {});
    if (report.refusal() != null) {
      throw new AssertionFailedError(report.refusal());
    }
    return Stream.concat(
        report.findings().stream().map(ServerContract::failure),
        report.checks().stream()
            .filter(check -> check.outcome() != Report.Outcome.FAILED)
            .map(ServerContract::result));
  }

  private static DynamicTest failure(Report.Finding finding) {
    return DynamicTest.dynamicTest(
        finding.sentence(),
        () -> {
          Report.Example example = finding.examples().get(0);
          throw new AssertionFailedError(
              String.join(
                  "\n",
                  finding.sentence(),
                  "asked: " + example.asked(),
                  "came: " + example.came(),
                  "expected: "
                      + (example.expected().isEmpty() ? finding.text() : example.expected()),
                  "contract: openapi.yaml#" + finding.contract(),
                  "again: " + example.curl()));
        });
  }

  private static DynamicTest result(Report.Check check) {
    return DynamicTest.dynamicTest(
        check.title(),
        () -> {
          if (check.outcome() == Report.Outcome.NOT_TESTED) {
            throw new TestAbortedException("not tested: " + check.note());
          }
        });
  }
}
