package io.katapult.languages;


import io.katapult.languages.ScriptedServer.Arrival;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.assertj.core.api.SoftAssertions;

/** Runs {@code paging.json}, and the lists of the growth proof, with the lister of a language. */
final class ListingConformance {
  private static final String PLANTS = "/organizations/organization/plants";

  /** More than the jitter of a wait, and less than most waits for the minute of another clock. */
  private static final int SLACK_SECONDS = 8;

  private final LanguageClient lister;
  private final SoftAssertions softly;

  ListingConformance(LanguageClient lister, SoftAssertions softly) {
    this.lister = lister;
    this.softly = softly;
  }

  /** What a lister has returned, and what the server has seen. */
  private record Listed(Map<String, Object> outcome, List<Arrival> arrivals) {
    List<Object> items() {
      return new ArrayList<>((List<?>) outcome.get("items"));
    }
  }

  void check() throws IOException {
    for (Vectors.Case vector : Vectors.paging().toList()) {
      script(vector);
    }
    stopsEarly();
    plants();
    colours();
    refuses(
        Map.of("organization[sub_domain]", "acme", "bed[id]", "b", "bed[row]", 1),
        "mutuallyExclusive",
        List.of("bed[id]", "bed[row]"));
    refuses(
        Map.of("organization[sub_domain]", "acme", "labels[][name]", List.of("a"), "labels[][text]", List.of("b")),
        "rows",
        List.of("labels[][name]", "labels[][text]", "labels[][weight]"));
    refuses(Map.of("organization[sub_domain]", "acme", "height", 301), "maximum", List.of("height"));
    refuses(Map.of(), "x-client-parameters", List.of("organization[id]", "organization[sub_domain]"));
  }

  private Listed list(
      String operation,
      Map<String, Object> parameters,
      Integer limit,
      BiFunction<Integer, Arrival, MockResponse> responses)
      throws IOException {
    try (ScriptedServer server = new ScriptedServer(responses)) {
      Map<String, Object> call = new LinkedHashMap<>();
      call.put("baseUrl", server.baseUrl());
      call.put("apiKey", LanguageConformance.KEY);
      call.put("operation", operation);
      call.put("parameters", parameters);
      if (limit != null) {
        call.put("limit", limit);
      }
      return new Listed(lister.call(call), server.arrivals());
    }
  }

  private void script(Vectors.Case vector) throws IOException {
    List<Map<String, Object>> exchanges = Spec.list(vector.get("exchanges")).toList();
    Listed listed =
        list(
            vector.operation().id(),
            vector.object("parameters"),
            null,
            (number, arrival) -> {
              if (number >= exchanges.size()) {
                return new MockResponse.Builder().code(418).build();
              }
              Map<String, Object> exchange = exchanges.get(number);
              Map<String, Object> headers = Vectors.map(exchange.getOrDefault("headers", Map.of()));
              return ScriptedServer.json((Integer) exchange.get("status"), exchange.get("body"), headers);
            });

    List<Object> ids = listed.items().stream().map(item -> Vectors.map(item).get("id")).toList();
    softly.assertThat(ids).as("%s: ids of the items", vector).isEqualTo(vector.get("items"));
    softly
        .assertThat(failure(listed.outcome()))
        .as("%s: failure", vector)
        .isEqualTo(vector.content().getOrDefault("failure", Map.of()));
    softly
        .assertThat(listed.arrivals().stream().map(Arrival::pairs))
        .as("%s: queries", vector)
        .containsExactlyElementsOf(
            exchanges.stream().map(exchange -> pairs(Vectors.map(exchange.get("query")))).toList());
    for (int i = 0; i < Math.min(exchanges.size(), listed.arrivals().size()); i++) {
      if (exchanges.get(i).get("wait") instanceof Integer seconds) {
        softly
            .assertThat(listed.arrivals().get(i).time() - listed.arrivals().get(i - 1).time())
            .as("%s: nanoseconds before request %s", vector, i + 1)
            .isBetween(TimeUnit.SECONDS.toNanos(seconds), TimeUnit.SECONDS.toNanos(seconds + SLACK_SECONDS));
      }
    }
  }

  private static List<List<String>> pairs(Map<String, Object> query) {
    return query.entrySet().stream().map(pair -> List.of(pair.getKey(), pair.getValue().toString())).toList();
  }

  private static Map<String, Object> failure(Map<String, Object> outcome) {
    Map<String, Object> came = new LinkedHashMap<>();
    if (outcome.get("failure") instanceof Map<?, ?> failure) {
      Object kind = failure.values().iterator().next();
      if (!(kind instanceof Map<?, ?> details)) {
        return Map.of("other", String.valueOf(failure));
      }
      came.put("status", details.get("status"));
      came.put("page", outcome.get("page"));
      if (failure.containsKey("apiError")) {
        came.put("code", details.get("code"));
      }
    }
    return came;
  }

  /** A listing is lazy: it asks for no page that is not needed. */
  private void stopsEarly() throws IOException {
    Vectors.Case vector =
        Vectors.paging().filter(paging -> paging.get("name").equals("three pages")).findFirst().orElseThrow();
    List<Map<String, Object>> exchanges = Spec.list(vector.get("exchanges")).toList();
    for (int limit = 1; limit <= 3; limit++) {
      Listed listed =
          list(
              vector.operation().id(),
              vector.object("parameters"),
              limit,
              (number, arrival) -> ScriptedServer.json(200, exchanges.get(number).get("body"), Map.of()));
      softly.assertThat(listed.items()).as("the first %s items", limit).hasSize(limit);
      softly.assertThat(listed.arrivals()).as("requests for %s items", limit).hasSize(limit <= 2 ? 1 : 2);
    }
  }

  private void plants() throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("organization[id]", "org_1");
    parameters.put("bed[name]", "north & south");
    parameters.put("labels[][name]", List.of("a", "b"));
    parameters.put("labels[][text]", List.of("1", ""));
    parameters.put("labels[][weight]", List.of(3, -4));
    parameters.put("height", -5);
    Listed listed = growth("listOrganizationPlants", parameters, PLANTS, "plants");

    softly
        .assertThat(listed.arrivals().stream().map(Arrival::pairs))
        .as("queries of a second list")
        .containsExactly(plantQuery(1), plantQuery(2));
  }

  private static List<List<String>> plantQuery(int page) {
    return List.of(
        List.of("organization[id]", "org_1"),
        List.of("bed[name]", "north & south"),
        List.of("labels[][name]", "a"),
        List.of("labels[][text]", "1"),
        List.of("labels[][weight]", "3"),
        List.of("labels[][name]", "b"),
        List.of("labels[][text]", ""),
        List.of("labels[][weight]", "-4"),
        List.of("height", "-5"),
        List.of("page", "" + page));
  }

  /** Without ids, no item is a duplicate. */
  private void colours() throws IOException {
    growth("listColours", Map.of(), "/colours", "colours");
  }

  private Listed growth(String operation, Map<String, Object> parameters, String path, String name)
      throws IOException {
    Map<String, Object> first = GrowthSpec.example(path, name + "_first");
    Map<String, Object> last = GrowthSpec.example(path, name + "_last");
    Listed listed =
        list(
            operation,
            parameters,
            null,
            (number, arrival) -> ScriptedServer.json(200, number == 0 ? first : last, Map.of()));
    List<Object> expected =
        Stream.of(first, last).<Object>flatMap(page -> ((List<?>) page.get(name)).stream()).toList();
    softly
        .assertThat(Vectors.plain(LanguageConformance.withoutNulls(listed.outcome())))
        .as("all items of %s", operation)
        .isEqualTo(Vectors.plain(LanguageConformance.withoutNulls(Map.of("items", expected))));
    return listed;
  }

  private void refuses(Map<String, Object> parameters, String rule, List<String> names) throws IOException {
    Listed listed =
        list(
            "listOrganizationPlants",
            parameters,
            null,
            (number, arrival) -> new MockResponse.Builder().code(418).build());
    softly
        .assertThat(listed.outcome().get("failure"))
        .as("a list with %s", parameters)
        .isEqualTo(Map.of("rejected", Map.of("rule", rule, "parameters", names)));
    softly.assertThat(listed.arrivals()).as("requests for a list with %s", parameters).isEmpty();
  }
}
