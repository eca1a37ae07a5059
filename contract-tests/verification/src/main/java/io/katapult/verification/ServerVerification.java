package io.katapult.verification;

import io.katapult.specreader.Spec;
import io.katapult.verification.Probe.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a server conforms to the spec. It sends about 100 GET requests, one after the other, changes nothing,
 * and works with any set of items. It waits for the next minute before the rate limit is reached.
 */
public final class ServerVerification {
  private ServerVerification() {}

  /**
   * Verifies a server. Blocks until the end, which takes minutes if the rate limit is low.
   *
   * @param settings the server
   * @param progress gets a line for each step and each wait, on the thread of the caller
   * @return the result; nothing is thrown if the server can't be reached
   */
  public static Report verify(VerificationSettings settings, Consumer<String> progress) {
    return verify(settings, progress, wait -> Thread.sleep(wait.toMillis()));
  }

  static Report verify(
      VerificationSettings settings, Consumer<String> progress, Probe.Pause pause) {
    Instant startedAt = Instant.now();
    Redaction redaction = new Redaction(settings.apiKey());
    Findings findings = new Findings(redaction);
    Probe probe = new Probe(settings, findings, redaction, progress, pause);
    List<Report.Check> checks = new ArrayList<>();
    String refusal = null;
    try {
      List<ListOperation> operations = ListOperation.all().toList();
      refusal = refusal(settings, probe, operations.get(0));
      for (ListOperation list : refusal == null ? operations : List.<ListOperation>of()) {
        Checks.Run run = new Checks.Run(settings, probe, findings, progress, checks);
        List.of(new PageChecks(run, list), new QueryChecks(run, list), new FilterChecks(run, list))
            .forEach(Checks::run);
        new HeaderChecks(run, list).run();
      }
    } catch (Probe.StoppedException e) {
      String message = Objects.requireNonNull(e.getMessage());
      if (checks.isEmpty()) {
        refusal = message + ".";
      } else {
        Answer last = probe.answers().get(probe.answers().size() - 1);
        findings.ofCheck(
            "stopped",
            message + ", after " + last.number() + " requests",
            "/paths",
            last.number(),
            last.example());
      }
    }
    return new Report(
        settings.server(),
        (String) Objects.requireNonNull(Spec.at("info").get("version")),
        startedAt,
        Math.max(1, probe.answers().size()),
        refusal,
        refusal == null ? findings.sorted() : List.of(),
        List.copyOf(checks),
        refusal == null ? untested(probe) : List.of());
  }

  /** Sends one request, and says why the verification can't begin. */
  private static @Nullable String refusal(
      VerificationSettings settings, Probe probe, ListOperation list) {
    String query =
        Checks.encoded(list.client())
            + "="
            + Checks.encoded(settings.organization())
            + "&per_page=1";
    Answer answer = probe.get(list.path(), query, settings.apiKey(), Map.of());
    String server = "The server at " + settings.server();
    String code = answer.at("/error/code").asText("");
    int status = answer.status();
    if (status == 200 && answer.json().isObject()) {
      return null;
    }
    if (status == 200) {
      boolean isJson =
          String.join("", answer.exchange().responseHeader("Content-Type"))
              .startsWith("application/json");
      return server
          + (isJson
              ? " answers with a body that is not a JSON object, or repeats a name."
              : " answers with something else than JSON: does the base URL end with /core/v1?");
    }
    if (code.equals("organization_not_found")) {
      return "The organization \""
          + settings.organization()
          + "\" does not exist, or the API key is not for it: set"
          + " KATAPULT_ORGANIZATION to its sub-domain.";
    }
    if (status == 401 || status == 403 || code.equals("missing_api_token")) {
      return "The API key is refused with HTTP "
          + status
          + (code.isEmpty() ? "" : " " + code)
          + ": set KATAPULT_API_KEY to a token with the scope api_tokens or api_tokens:read.";
    }
    if (status == 404) {
      return server
          + " has no "
          + list.operation().path()
          + ": does the base URL end with /core/v1?";
    }
    if (status / 100 == 3) {
      return server + " redirects to another address: give that one as the base URL.";
    }
    return server
        + " answers the first request with HTTP "
        + status
        + (code.isEmpty() ? "" : " " + code)
        + ".";
  }

  private static List<String> untested(Probe probe) {
    Set<String> seen = new TreeSet<>();
    probe.answers().forEach(answer -> seen.add(answer.at("/error/code").asText("")));
    List<String> codes =
        Spec.list(
                Objects.requireNonNull(
                    Spec.at("components", "schemas", "ApiError").get("x-error-codes")))
            .map(code -> (String) Objects.requireNonNull(code.get("code")))
            .filter(code -> !seen.contains(code))
            .toList();
    return codes.isEmpty()
        ? List.of()
        : List.of("Errors that did not come: " + String.join(", ", codes) + ".");
  }
}
