package io.katapult.contract.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derives right and wrong requests from each operation of the spec, its parameters and its rules. Sends them to the
 * mock without the SDK, which would refuse the wrong ones. A new operation needs no code here.
 */
@ExtendWith(PrismExtension.class)
class DerivedRequestsTest {
  private static final OkHttpClient HTTP = new OkHttpClient();
  private static final MediaType JSON = MediaType.get("application/json");

  /** A request, and the expected status; 2 for any success. */
  private record Derived(
      Spec.Operation operation, String name, List<Map.Entry<String, String>> query, String authorization, int status) {
    @Override
    public String toString() {
      return operation + ": " + name;
    }
  }

  @AfterAll
  static void disconnect() {
    HTTP.connectionPool().evictAll();
  }

  static Stream<Derived> requests() {
    List<Derived> requests = new ArrayList<>();
    Spec.operations().forEach(operation -> new Derivation(operation, requests).derive());
    return requests.stream();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isAcceptedOrRefused(Derived derived, PrismMock mock) throws IOException {
    HttpUrl.Builder url = Objects.requireNonNull(HttpUrl.parse(mock.baseUrl() + path(derived.operation))).newBuilder();
    derived.query.forEach(pair -> url.addQueryParameter(pair.getKey(), pair.getValue()));
    Request.Builder request =
        new Request.Builder().url(url.build()).method(derived.operation.method(), body(derived.operation));
    if (!derived.authorization.isEmpty()) {
      request.header("Authorization", derived.authorization);
    }
    try (Response response = HTTP.newCall(request.build()).execute()) {
      String answer = response.code() + ": " + response.body().string();
      assertThat(response.isSuccessful() ? 2 : response.code()).as(answer).isEqualTo(derived.status);
    }
  }

  private static String path(Spec.Operation operation) {
    String path = operation.path();
    for (Map<String, Object> parameter : operation.parameters().toList()) {
      if (parameter.get("in").equals("path")) {
        path = path.replace("{" + parameter.get("name") + "}", example(parameter));
      }
    }
    return path;
  }

  private static String example(Map<String, Object> parameter) {
    return Spec.example(parameter, "the parameter " + parameter.get("name")).toString();
  }

  private static RequestBody body(Spec.Operation operation) throws IOException {
    if (!operation.content().containsKey("requestBody")) {
      return operation.method().matches("GET|HEAD|DELETE|OPTIONS|TRACE") ? null : RequestBody.create(new byte[0]);
    }
    Map<String, Object> content = Spec.json(Spec.resolved(operation.content().get("requestBody")));
    return RequestBody.create(Vectors.pretty(Spec.example(content, "the body of " + operation)), JSON);
  }

  /** The requests for one operation. */
  private static final class Derivation {
    private final Spec.Operation operation;
    private final List<Derived> requests;
    private final List<String> columns;
    private final List<Map.Entry<String, String>> required = new ArrayList<>();

    Derivation(Spec.Operation operation, List<Derived> requests) {
      this.operation = operation;
      this.requests = requests;
      columns = operation.rules().getOrDefault("rows", List.of()).stream().flatMap(List::stream).toList();
      operation
          .parameters()
          .filter(parameter -> parameter.get("in").equals("query"))
          .filter(parameter -> Boolean.TRUE.equals(parameter.get("required")))
          .forEach(parameter -> required.add(Map.entry((String) parameter.get("name"), example(parameter))));
    }

    void derive() {
      accepted("nothing but what is required");
      requests.add(new Derived(operation, "no credentials", required, "", 401));
      requests.add(new Derived(operation, "another scheme", required, "Basic cmF3Og==", 401));
      operation
          .parameters()
          .filter(parameter -> parameter.get("in").equals("query"))
          .filter(parameter -> !columns.contains(parameter.get("name")))
          .forEach(parameter -> parameter((String) parameter.get("name"), Spec.resolved(parameter.get("schema"))));
      operation.rules().getOrDefault("mutuallyExclusive", List.of()).forEach(this::mutuallyExclusive);
      operation.rules().getOrDefault("rows", List.of()).forEach(this::rows);
    }

    private void parameter(String name, Map<String, Object> schema) {
      switch ((String) schema.get("type")) {
        case "integer" -> {
          refused(name + " is no number", name, "abc");
          refused(name + " is no integer", name, "1.5");
          bound(name, schema, "minimum", -1);
          bound(name, schema, "maximum", 1);
        }
        case "string" -> {
          int least = schema.get("minLength") instanceof Integer length ? length : 0;
          accepted(name + " is as short as it may be", name, "x".repeat(least));
          if (least > 0) {
            refused(name + " is too short", name, "x".repeat(least - 1));
          }
          refused(name + " is given twice", name, "a", name, "b");
        }
        case "array" -> {
          accepted(name + " has one element", name, "a");
          accepted(name + " has two elements", name, "a", name, "b");
        }
        default -> throw new IllegalStateException("No rule here for parameters such as " + name + ": " + schema);
      }
    }

    private void bound(String name, Map<String, Object> schema, String keyword, int beyond) {
      if (schema.get(keyword) instanceof Number bound) {
        accepted(name + " is its " + keyword, name, bound.toString());
        refused(name + " is beyond its " + keyword, name, String.valueOf(bound.longValue() + beyond));
      }
    }

    private void mutuallyExclusive(List<String> names) {
      for (String name : names) {
        for (String other : names.subList(names.indexOf(name) + 1, names.size())) {
          refused(name + " comes with " + other, name, "a", other, "b");
        }
      }
    }

    private void rows(List<String> names) {
      List<String> row = names.stream().flatMap(name -> Stream.of(name, "a")).toList();
      List<String> byColumn = names.stream().flatMap(name -> Stream.of(name, "a", name, "b")).toList();
      accepted("a row of " + names, row.toArray(String[]::new));
      accepted("two rows of " + names, Stream.concat(row.stream(), row.stream()).toArray(String[]::new));
      refused(names + " come column by column", byColumn.toArray(String[]::new));
      for (int i = 0; i < names.size(); i++) {
        refused(names.get(i) + " is alone", names.get(i), "a");
        List<String> uneven = new ArrayList<>(row);
        uneven.addAll(row);
        uneven.subList(2 * i, 2 * i + 2).clear();
        refused(names.get(i) + " is one short", uneven.toArray(String[]::new));
      }
      List<String> reversed = new ArrayList<>();
      names.forEach(name -> reversed.addAll(0, List.of(name, "a")));
      refused("a row of " + names + " in another order", reversed.toArray(String[]::new));
    }

    private void accepted(String name, String... namesAndValues) {
      requests.add(new Derived(operation, name, query(namesAndValues), "Bearer derived", 2));
    }

    private void refused(String name, String... namesAndValues) {
      requests.add(new Derived(operation, name, query(namesAndValues), "Bearer derived", 400));
    }

    private List<Map.Entry<String, String>> query(String... namesAndValues) {
      List<Map.Entry<String, String>> query = new ArrayList<>(required);
      for (int i = 0; i < namesAndValues.length; i += 2) {
        String name = namesAndValues[i];
        query.removeIf(pair -> required.contains(pair) && pair.getKey().equals(name));
        query.add(Map.entry(name, namesAndValues[i + 1]));
      }
      return query;
    }
  }
}
