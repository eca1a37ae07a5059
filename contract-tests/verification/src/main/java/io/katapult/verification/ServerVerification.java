package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
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
 * Verifies that a server conforms to the spec. It sends about 200 GET requests, one after the other, changes nothing,
 * and works with any set of items. It waits for the next minute before the rate limit is reached.
 */
public final class ServerVerification {
  private static final int LARGEST_PAGE = 100;
  private static final int DEFAULT_PAGE = 30;

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
    List<String> remarks = new ArrayList<>();
    String refusal = null;
    try {
      for (ListOperation list : ListOperation.all().toList()) {
        Answer first = first(settings, probe, list);
        refusal = refusal(settings, first, list);
        if (refusal == null && first.status() == 200 && first.json().isObject()) {
          int pageSize = pageSize(settings, probe, list, remarks);
          Checks.Run run = new Checks.Run(settings, probe, findings, progress, checks, pageSize);
          for (Checks part :
              List.of(
                  new PageChecks(run, list),
                  new QueryChecks(run, list),
                  new FilterChecks(run, list))) {
            part.run();
          }
          new HeaderChecks(run, list).run();
        } else if (refusal == null) {
          cannotGoOn(probe, first, list);
          remarks.add("Nothing else was tested, because the first response is wrong.");
        }
      }
    } catch (Probe.StoppedException e) {
      refusal = stopped(probe, findings, e);
    }
    if (refusal == null) {
      addRemarks(probe, remarks);
    }
    return new Report(
        settings.server(),
        (String) Objects.requireNonNull(Spec.at("info").get("version")),
        startedAt,
        Math.max(1, probe.answers().size()),
        refusal,
        refusal == null ? findings.sorted() : List.of(),
        List.copyOf(checks),
        remarks);
  }

  /** Reports that the server stopped answering, or returns why the verification could not begin. */
  private static @Nullable String stopped(
      Probe probe, Findings findings, Probe.StoppedException e) {
    String message = Objects.requireNonNull(e.getMessage());
    List<Answer> answers = probe.answers();
    Report.Example example = probe.lastLost();
    if (answers.isEmpty() && !message.startsWith(Probe.UNREADABLE)) {
      return message + ".";
    }
    if (example == null) {
      example = answers.get(answers.size() - 1).example();
    }
    String after = answers.isEmpty() ? "" : ", after " + Probe.counted(answers.size(), "request");
    findings.ofCheck(
        "stopped", message + after, "/paths", Math.max(0, answers.size() - 1), example);
    return null;
  }

  private static Answer first(VerificationSettings settings, Probe probe, ListOperation list) {
    String query = list.organization(settings.organization()) + "&per_page=1";
    return probe.get(list.path(), query, settings.apiKey(), Map.of());
  }

  /** The number of items on the pages that the checks read: 100, or less if the server allows only less. */
  private static int pageSize(
      VerificationSettings settings, Probe probe, ListOperation list, List<String> remarks) {
    String query = list.organization(settings.organization()) + "&per_page=" + LARGEST_PAGE;
    Answer answer = probe.get(list.path(), query, settings.apiKey(), Map.of());
    JsonNode echoed = answer.at("/pagination/per_page");
    int size =
        answer.status() == 400
            ? DEFAULT_PAGE
            : Checks.isPositive(echoed) && echoed.asInt() < LARGEST_PAGE
                ? echoed.asInt()
                : LARGEST_PAGE;
    if (size < LARGEST_PAGE) {
      remarks.add(
          "The server does not give pages of 100 items, so the checks read pages of " + size + ".");
    }
    return size;
  }

  /** Reports a first response that is not a page. The validator may have reported it already. */
  private static void cannotGoOn(Probe probe, Answer answer, ListOperation list) {
    if (answer.status() != 200) {
      String status = "HTTP " + answer.status();
      probe.report(
          answer, status, status, "comes instead of a page", list.contract() + "/responses");
    }
  }

  /** Says in one sentence why the verification can't begin; null if it can, or if the response is wrong. */
  private static @Nullable String refusal(
      VerificationSettings settings, Answer answer, ListOperation list) {
    String server = "The server at " + settings.server();
    String code = answer.at("/error/code").asText("");
    int status = answer.status();
    String contentType = String.join("", answer.exchange().responseHeader("Content-Type"));
    if (status == 200) {
      return answer.json().isObject() || contentType.startsWith("application/json")
          ? null
          : server + " answers with something else than JSON: does the base URL end with /core/v1?";
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
    return null;
  }

  private static void addRemarks(Probe probe, List<String> remarks) {
    if (probe.unavailable() > 0) {
      remarks.add(
          "HTTP 503 came "
              + Probe.counted(probe.unavailable(), "time")
              + ", and the request was sent again.");
    }
    probe.lost().stream()
        .distinct()
        .forEach(what -> remarks.add("A request was sent again, because of " + what + "."));
    Set<String> seen = new TreeSet<>();
    probe.answers().forEach(answer -> seen.add(answer.at("/error/code").asText("")));
    List<String> codes =
        Spec.errorCodes()
            .map(code -> (String) Objects.requireNonNull(code.get("code")))
            .filter(code -> !seen.contains(code))
            .toList();
    if (!codes.isEmpty()) {
      remarks.add(
          "These errors did not come, and most can't be provoked: "
              + String.join(", ", codes)
              + ".");
    }
  }
}
