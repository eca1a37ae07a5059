package io.katapult.verification;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The results of a verification, written to {@code live-report.txt} and {@code live-report.json}. The report redacts
 * secrets everywhere, even if the server echoes them.
 *
 * <p>Thread-safe.
 */
final class LiveReport {
  private final String server;
  private final List<String> secrets;
  private final Instant startedAt = Instant.now();
  private final List<Check> checks = new ArrayList<>();
  private int requests;

  /**
   * A request or a response that does not conform to the spec. Status and request ID are null if there was no response.
   */
  record Difference(String target, Integer status, String requestId, String expected, String actual) {
    @Override
    public String toString() {
      return "%s\n      status %s, request %s\n      expected: %s\n      actual:   %s"
          .formatted(target, status, requestId, expected, actual);
    }
  }

  private static final class Check {
    final String name;
    final List<Difference> differences = new ArrayList<>();
    String outcome = "running";
    String note;
    int requests;

    Check(String name) {
      this.name = name;
    }
  }

  LiveReport(String server, List<String> secrets) {
    this.server = server;
    // Plain, as in a URL, and as in JSON.
    this.secrets =
        secrets.stream()
            .flatMap(
                secret ->
                    Stream.of(
                        secret,
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        secret.replace("\\", "\\\\").replace("\"", "\\\"")))
            .distinct()
            .toList();
  }

  String redacted(String text) {
    String redacted = text;
    for (String secret : text == null ? List.<String>of() : secrets) {
      redacted = redacted.replace(secret, "██");
    }
    return redacted;
  }

  synchronized void begin(String check) {
    checks.add(new Check(redacted(check)));
  }

  /** Counts a request of the current check, and returns the number of requests so far. */
  synchronized int request() {
    current().requests++;
    return ++requests;
  }

  synchronized void difference(String target, Integer status, String requestId, String expected, String actual) {
    current()
        .differences
        .add(new Difference(redacted(target), status, redacted(requestId), redacted(expected), redacted(actual)));
  }

  /** Adds a remark to the current check. */
  synchronized void note(String note) {
    current().note = redacted(note);
  }

  /** Ends the current check and returns a description of its differences, empty if there are none. */
  synchronized String end(boolean skipped) {
    Check check = current();
    check.outcome = !check.differences.isEmpty() ? "failed" : skipped ? "skipped" : "passed";
    return text(check.differences);
  }

  synchronized List<Difference> differences() {
    return checks.stream().flatMap(check -> check.differences.stream()).toList();
  }

  private Check current() {
    return checks.get(checks.size() - 1);
  }

  synchronized void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("server", redacted(server));
    json.put("spec", Spec.at("info").get("version"));
    json.put("startedAt", startedAt.toString());
    json.put("requests", requests);
    json.put("differences", differences().size());
    json.put("checks", checks.stream().map(LiveReport::json).toList());
    Files.writeString(directory.resolve("live-report.json"), Vectors.pretty(json));

    StringBuilder text = new StringBuilder();
    text.append("%s against the spec, version %s, %s%n".formatted(redacted(server), json.get("spec"), startedAt));
    text.append("%d checks, %d requests, %d differences%n%n".formatted(checks.size(), requests, differences().size()));
    for (Check check : checks) {
      String note = check.note == null ? "" : " (" + check.note + ")";
      text.append("%-7s  %s%s%n".formatted(check.outcome, check.name, note));
      text.append(text(check.differences));
    }
    Files.writeString(directory.resolve("live-report.txt"), text);
  }

  private static String text(List<Difference> differences) {
    StringBuilder text = new StringBuilder();
    differences.forEach(difference -> text.append("    ").append(difference).append('\n'));
    return text.toString();
  }

  private static Map<String, Object> json(Check check) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", check.name);
    json.put("outcome", check.outcome);
    json.put("note", check.note);
    json.put("requests", check.requests);
    json.put("differences", check.differences.stream().map(LiveReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(Difference difference) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", difference.target());
    json.put("status", difference.status());
    json.put("requestId", difference.requestId());
    json.put("spec", difference.expected());
    json.put("came", difference.actual());
    return json;
  }
}
