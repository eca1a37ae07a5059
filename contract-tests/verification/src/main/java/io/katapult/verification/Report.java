package io.katapult.verification;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a verification. No text in it contains the API key.
 *
 * @param server the base URL
 * @param spec the version of the spec
 * @param startedAt when the first request was sent
 * @param requests the number of requests, at least 1
 * @param refusal why nothing was verified, as one sentence; null if the verification ran
 * @param findings what is wrong with the server; mistakes of many responses first, then in the order of the checks
 * @param checks what was tested, in order; empty if nothing was verified
 * @param remarks what else the user should know, each as one sentence
 */
public record Report(
    String server,
    String spec,
    Instant startedAt,
    int requests,
    @Nullable String refusal,
    List<Finding> findings,
    List<Check> checks,
    List<String> remarks) {

  /** The result of a check. */
  public enum Outcome {
    /** The server conforms. */
    PASSED,
    /** The server does not conform; a finding says more. */
    FAILED,
    /** This server or its data did not allow to test it; the note says why. */
    NOT_TESTED
  }

  /**
   * Something that the contract requires.
   *
   * @param id a short name without spaces
   * @param title one sentence
   * @param outcome whether the server does so
   * @param note why it was not tested; null otherwise
   * @param requests the number of requests of this check
   */
  public record Check(
      String id, String title, Outcome outcome, @Nullable String note, int requests) {}

  /**
   * A mistake of the server, with every request that shows it.
   *
   * @param id a short name without spaces; the same mistake has the same id in each run
   * @param title what is wrong, the same in each run
   * @param sentence what is wrong, and in how many responses
   * @param contract what the spec says: a JSON pointer into {@code openapi.yaml}
   * @param text the description at that pointer; empty if it has none
   * @param count the number of requests that show it, at least 1
   * @param examples up to three of these requests
   */
  public record Finding(
      String id,
      String title,
      String sentence,
      String contract,
      String text,
      int count,
      List<Example> examples) {}

  /**
   * A request that shows a mistake.
   *
   * @param asked the request line
   * @param came the response, in short
   * @param expected what should have come
   * @param requestId the {@code X-Request-Id} of the response; null if it has none
   * @param curl a command that sends the request again; it reads the key from {@code KATAPULT_API_KEY}
   */
  public record Example(
      String asked, String came, String expected, @Nullable String requestId, String curl) {}

  /** {@return whether the verification ran and found nothing} Some checks may not have been tested. */
  public boolean isConforming() {
    return refusal == null && findings.isEmpty();
  }

  /**
   * {@return the checks with an outcome, in order}
   *
   * @param outcome the outcome
   */
  public List<Check> checks(Outcome outcome) {
    return checks.stream().filter(check -> check.outcome() == outcome).toList();
  }
}
