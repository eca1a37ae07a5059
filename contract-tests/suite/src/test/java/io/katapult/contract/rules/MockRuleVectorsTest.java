package io.katapult.contract.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.mock.PrismMock;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends each case of {@code spec/parameter-rules/vectors.json} to a mock of a document that has all of them. */
class MockRuleVectorsTest {
  private static final List<RuleVector> ALL = RuleVector.all();
  private static final OkHttpClient HTTP = new OkHttpClient();
  private static PrismMock mock;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Map<String, Object> paths = new LinkedHashMap<>();
    for (int i = 0; i < ALL.size(); i++) {
      List<Map<String, Object>> parameters =
          ALL.get(i).parameters().stream()
              .map(
                  parameter -> {
                    Map<String, Object> complete = new LinkedHashMap<>(parameter);
                    complete.put("in", "query");
                    return complete;
                  })
              .toList();
      paths.put(
          "/" + i,
          Map.of(
              "get",
              Map.of(
                  "x-parameter-rules", ALL.get(i).content().get("rules"),
                  "parameters", parameters,
                  "responses", Map.of("204", Map.of("description", "A right request.")))));
    }
    Map<String, Object> document =
        Map.of("openapi", "3.0.3", "info", Map.of("title", "Vectors", "version", "1.0.0"), "paths", paths);
    mock = PrismMock.start(Files.writeString(folder.resolve("rule-vectors.json"), Vectors.pretty(document)));
  }

  @AfterAll
  static void stop() {
    HTTP.connectionPool().evictAll();
    mock.close();
  }

  static Stream<Arguments> accepted() {
    return cases().filter(arguments -> !((RuleVector) arguments.get()[1]).isRejected());
  }

  /** No query has a null. */
  static Stream<Arguments> rejected() {
    return cases()
        .filter(arguments -> ((RuleVector) arguments.get()[1]).isRejected())
        .filter(arguments -> !((RuleVector) arguments.get()[1]).brokenRule().equals("nullable"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("accepted")
  void acceptsThePairsInOrder(int index, RuleVector vector) throws IOException {
    try (Response response = send(index, vector.pairs())) {
      assertThat(response.code()).as(response.body().string()).isEqualTo(204);
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("accepted")
  void rejectsRowsThatAreSentColumnByColumn(int index, RuleVector vector) throws IOException {
    boolean inRows =
        vector.rules("rows").stream()
            .allMatch(columns -> cells(vector.withoutRules(), columns).equals(cells(vector.pairs(), columns)));
    try (Response response = send(index, vector.withoutRules())) {
      assertThat(response.code()).isEqualTo(inRows ? 204 : 422);
      if (!inRows) {
        assertThat(response.body().string()).contains("\"code\":\"rows\"");
      }
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("rejected")
  void rejectsWhatBreaksARule(int index, RuleVector vector) throws IOException {
    try (Response response = send(index, vector.withoutRules())) {
      assertThat(response.code()).isEqualTo(422);
      assertThat(response.body().string()).contains("\"code\":\"" + vector.brokenRule() + "\"");
    }
  }

  private static Stream<Arguments> cases() {
    return IntStream.range(0, ALL.size()).mapToObj(i -> Arguments.of(i, ALL.get(i)));
  }

  private static List<RuleVector.Pair> cells(List<RuleVector.Pair> pairs, List<String> columns) {
    return pairs.stream().filter(pair -> columns.contains(pair.name())).toList();
  }

  private static Response send(int index, List<RuleVector.Pair> pairs) throws IOException {
    HttpUrl.Builder url = HttpUrl.get(mock.baseUrl() + "/" + index).newBuilder();
    pairs.forEach(pair -> url.addQueryParameter(pair.name(), pair.value()));
    return HTTP.newCall(new Request.Builder().url(url.build()).build()).execute();
  }
}
