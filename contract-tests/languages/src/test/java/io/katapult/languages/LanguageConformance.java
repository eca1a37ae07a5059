package io.katapult.languages;

import io.katapult.languages.ScriptedServer.Arrival;
import io.katapult.mock.Exchange;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;

/**
 * Runs every case of {@code spec/vectors} and the contract cases on the mock with a client in another language. Checks
 * the requests that arrive and the outcomes that the client reports.
 */
final class LanguageConformance implements AutoCloseable {
  static final String KEY = "vector-key";
  /** The one that the runners in {@code clients} call. */
  private static final Spec.Operation OPERATION = Spec.operation("listOrganizationApiTokens");

  private static final String PATH = Spec.basePath() + OPERATION.path();
  private static final Map<String, Object> ACME = Map.of("organization[sub_domain]", "acme");

  enum Verdict {
    PASSED,
    FAILED,
    NOT_APPLICABLE
  }

  /** The result of a case. The reason is empty if it passed. */
  record Result(String group, String name, Verdict verdict, String reason) {
    String fullName() {
      return group + ": " + name;
    }
  }

  /** Returns what is wrong with the outcome of a case, or null. */
  private interface Check {
    String problem(Map<String, Object> outcome) throws IOException;
  }

  private final ScriptedServer server;
  private final LanguageClient client;
  private final PrismMock mock;
  private final List<Result> results = new ArrayList<>();

  /** The header that each request must have; null for clients that are not ours. */
  private final String userAgent;

  LanguageConformance(LanguageClient client, PrismMock mock, String userAgent) throws IOException {
    this.client = client;
    this.mock = mock;
    this.userAgent = userAgent;
    List<Vectors.Case> responses = ofOperation(Vectors.responses()).toList();
    server =
        ScriptedServer.of(
            arrival -> {
              List<String> path = arrival.path();
              return path.get(0).equals("responses")
                  ? responses.get(Integer.parseInt(path.get(1))).response()
                  : emptyPage();
            });
  }

  @Override
  public void close() {
    server.close();
  }

  List<Result> results() throws IOException {
    requests();
    responses();
    contract();
    return results;
  }

  private static Stream<Vectors.Case> ofOperation(Stream<Vectors.Case> vectors) {
    return vectors.filter(vector -> vector.operation().equals(OPERATION));
  }

  private void requests() throws IOException {
    List<Vectors.Case> cases = ofOperation(Vectors.requests()).toList();
    for (int i = 0; i < cases.size(); i++) {
      Vectors.Case vector = cases.get(i);
      String id = "requests/" + i;
      check(
          vector.get("group"),
          vector.get("name"),
          url(id),
          vector.object("parameters"),
          outcome -> problem(vector, sent(id), outcome));
    }
  }

  private void responses() throws IOException {
    List<Vectors.Case> cases = ofOperation(Vectors.responses()).toList();
    for (int i = 0; i < cases.size(); i++) {
      Vectors.Case vector = cases.get(i);
      check(vector.get("group"), vector.get("name"), url("responses/" + i), ACME, outcome -> problem(vector, outcome));
    }
  }

  /** The client must read every example of the spec, and the mock must accept every valid request of the vectors. */
  private void contract() throws IOException {
    for (Spec.Example example : OPERATION.examples().toList()) {
      Map<String, Object> error = Vectors.map(Vectors.map(example.value()).get("error"));
      Map<String, Object> expected = new LinkedHashMap<>();
      if (error == null) {
        expected.put("page", example.value());
      } else {
        Map<String, Object> apiError = new LinkedHashMap<>(error);
        apiError.put("status", example.status());
        expected.put("apiError", apiError);
      }
      check(
          "contract",
          "example " + example.name(),
          mock.api(example.name()).baseUrl(),
          ACME,
          outcome -> difference(expected, outcome));
    }
    for (Vectors.Case vector : ofOperation(Vectors.requests()).filter(vector -> vector.get("query") != null).toList()) {
      MockApi api = mock.api();
      check(
          "contract",
          "request " + vector,
          api.baseUrl(),
          vector.object("parameters"),
          outcome -> {
            List<Integer> statuses = api.exchanges().stream().map(Exchange::status).toList();
            return statuses.equals(List.of(200)) && outcome.containsKey("page")
                ? null
                : "answered with " + statuses + ", " + outcome;
          });
    }
  }

  private void check(Object group, Object name, String baseUrl, Map<String, Object> parameters, Check check)
      throws IOException {
    Map<String, Object> outcome =
        client.call(Map.of("baseUrl", baseUrl, "apiKey", KEY, "parameters", parameters));
    String reason = String.valueOf(outcome.get("notApplicable"));
    Verdict verdict = Verdict.NOT_APPLICABLE;
    if (!outcome.containsKey("notApplicable")) {
      reason = Objects.requireNonNullElse(check.problem(outcome), "");
      verdict = reason.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
    }
    results.add(new Result((String) group, (String) name, verdict, reason));
  }

  private String problem(Vectors.Case vector, List<Arrival> sent, Map<String, Object> outcome) {
    if (vector.get("query") == null) {
      return sent.isEmpty()
          ? difference(Map.of("rejected", vector.get("rejected")), outcome)
          : "sent " + sent.get(0).request().getTarget();
    }
    if (sent.size() != 1) {
      return sent.size() + " requests, " + outcome;
    }
    String target = sent.get(0).request().getTarget();
    String query = target.contains("?") ? target.substring(target.indexOf('?') + 1) : "";
    if (!target.split("\\?", 2)[0].endsWith(PATH)) {
      return "sent to " + target;
    }
    List<List<String>> expected = ScriptedServer.pairs((String) vector.get("query"));
    if (query.contains(";") || !ScriptedServer.pairs(query).equals(expected)) {
      return "sent " + query;
    }
    if (!("Bearer " + KEY).equals(sent.get(0).header("Authorization"))) {
      return "sent without the API key";
    }
    String sentAgent = sent.get(0).header("User-Agent");
    if (userAgent != null && !userAgent.equals(sentAgent)) {
      return "sent with User-Agent " + sentAgent;
    }
    return outcome.containsKey("page") ? null : "sent correctly, but the outcome was " + outcome;
  }

  private static String problem(Vectors.Case vector, Map<String, Object> outcome) {
    String kind =
        Stream.of("page", "apiError", "unexpected").filter(key -> vector.get(key) != null).findFirst().orElseThrow();
    Map<String, Object> came = new LinkedHashMap<>(outcome);
    // If the vector names no path in the body, any path is correct.
    if (kind.equals("unexpected")
        && !vector.object(kind).containsKey("path")
        && came.get(kind) instanceof Map<?, ?> unexpected) {
      came.put(kind, Map.of("status", Objects.requireNonNullElse(unexpected.get("status"), "none")));
    }
    return difference(Map.of(kind, vector.get(kind)), came);
  }

  static String difference(Map<String, Object> expected, Map<String, Object> outcome) {
    return Vectors.plain(withoutNulls(expected)).equals(Vectors.plain(withoutNulls(outcome)))
        ? null
        : String.valueOf(outcome);
  }

  /** Clients may treat a null property like an absent one. */
  static Object withoutNulls(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> present = new LinkedHashMap<>();
      map.forEach(
          (key, element) -> {
            if (element != null) {
              present.put(key, withoutNulls(element));
            }
          });
      return present;
    }
    return value instanceof List<?> list ? list.stream().map(LanguageConformance::withoutNulls).toList() : value;
  }

  private List<Arrival> sent(String id) {
    return server.arrivals().stream()
        .filter(arrival -> id.equals(String.join("/", arrival.path().subList(0, 2))))
        .toList();
  }

  private String url(String id) {
    return server.url("/" + id + "/core/v1");
  }

  private static MockResponse emptyPage() {
    return new MockResponse.Builder()
        .setHeader("Content-Type", "application/json")
        .body(
            """
            {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
             "api_tokens": []}""")
        .build();
  }
}
