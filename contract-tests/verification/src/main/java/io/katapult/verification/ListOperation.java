package io.katapult.verification;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the spec that lists items on pages: its 200 has {@code pagination} and exactly one array.
 *
 * @param items the property of a page that has the items
 * @param client the parameter that names the organization by the sub-domain
 * @param alternatives the parameters that name it otherwise
 * @param rows the columns of the annotations, in the order of the rule; null if there is no such rule
 */
record ListOperation(
    Spec.Operation operation,
    String items,
    String client,
    List<String> alternatives,
    @Nullable Rows rows) {

  /**
   * The columns of an array of objects in the query.
   *
   * @param array the name of the array
   * @param required the name of the property that each element must have
   * @param optional the name of the other one
   */
  record Rows(String array, String required, String optional) {
    private static final Pattern COLUMN = Pattern.compile("(\\w+)\\[]\\[(\\w+)]");

    static @Nullable Rows of(List<String> columns) {
      List<Matcher> matchers =
          columns.stream().map(COLUMN::matcher).filter(Matcher::matches).toList();
      return matchers.size() == 2
          ? new Rows(
              Objects.requireNonNull(matchers.get(0).group(1)),
              Objects.requireNonNull(matchers.get(0).group(2)),
              Objects.requireNonNull(matchers.get(1).group(2)))
          : null;
    }
  }

  /** All list operations of the spec that can be called with an organization only. */
  static Stream<ListOperation> all() {
    return Spec.operations()
        .filter(operation -> operation.method().equals("GET") && !operation.path().contains("{"))
        .flatMap(operation -> Stream.ofNullable(of(operation)));
  }

  private static @Nullable ListOperation of(Spec.Operation operation) {
    Map<String, Object> page =
        Spec.resolved(
            Spec.json(operation.responses().getOrDefault("200", Map.of()))
                .getOrDefault("schema", Map.of()));
    Map<String, Object> properties = Vectors.map(page.getOrDefault("properties", Map.of()));
    List<String> arrays =
        properties.keySet().stream()
            .filter(name -> "array".equals(Spec.resolved(properties.get(name)).get("type")))
            .toList();
    String client =
        Vectors.map(Spec.at().getOrDefault("x-client-parameters", Map.of())).values().stream()
            .map(parameter -> (String) Vectors.map(parameter).get("parameter"))
            .findFirst()
            .orElse(null);
    if (!properties.containsKey("pagination") || arrays.size() != 1 || client == null) {
      return null;
    }
    List<String> alternatives = new ArrayList<>();
    for (List<String> exclusive : operation.rules().getOrDefault("mutuallyExclusive", List.of())) {
      if (exclusive.contains(client)) {
        exclusive.stream().filter(name -> !name.equals(client)).forEach(alternatives::add);
      }
    }
    Rows rows =
        operation.rules().getOrDefault("rows", List.of()).stream()
            .map(Rows::of)
            .findFirst()
            .orElse(null);
    return new ListOperation(operation, arrays.get(0), client, alternatives, rows);
  }

  /** The name of the parameters that name the organization, without brackets. */
  String group() {
    return client.replaceFirst("\\[.*", "");
  }

  /** The pair of the query that names an organization by its sub-domain. */
  String organization(String subDomain) {
    return Checks.encoded(client) + "=" + Checks.encoded(subDomain);
  }

  /** The path below the base URL, without a slash at the beginning. */
  String path() {
    return operation.path().substring(1);
  }

  /** The place of the operation in the spec. */
  String contract() {
    return SpecValidator.contract(operation);
  }
}
