package io.katapult.contract.coverage;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import io.katapult.verification.Exchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The elements of the spec that an exchange can cover. All are derived from the spec, so a new part of it needs no code
 * here. A part that these rules don't know is an error.
 */
final class ContractElements {
  private static final Set<String> SILENT_KEYWORDS =
      Set.of("description", "default", "example", "title", "x-predicates", "x-unix-time", "additionalProperties");

  private final List<Element> elements = new ArrayList<>();

  /** The operation whose elements are being added. */
  private Spec.Operation operation;

  /** One element of an operation, and a test for exchanges that cover it. */
  record Element(Spec.Operation operation, String group, String name, Predicate<Message> shown) {
    /** Whether a response chosen by name tells nothing about it. */
    boolean isOfTheRequest() {
      return !group.startsWith("response ") && !group.startsWith("schema ");
    }

    boolean isShownBy(Message message) {
      return message.operation.filter(operation::equals).isPresent() && shown.test(message);
    }

    @Override
    public String toString() {
      return operation + ": " + group + ": " + name;
    }
  }

  /** A parsed exchange. */
  static final class Message {
    final Exchange exchange;
    final Optional<Spec.Operation> operation;
    final List<Map.Entry<String, String>> query;
    final Object body;

    /** {@code Schema.property: state} for each property that the body has. */
    final Set<String> states;

    Message(Exchange exchange) {
      this.exchange = exchange;
      operation = Spec.operationAt(Spec.basePath(), exchange.method(), exchange.target());
      query =
          exchange.query().isEmpty()
              ? List.of()
              : Arrays.stream(exchange.query().split("&", -1)).map(Message::decoded).toList();
      body = json(exchange.body());
      states = operation.map(of -> statesOf(of, exchange.status(), body)).orElse(Set.of());
    }

    boolean isAccepted() {
      return exchange.status() / 100 == 2;
    }

    /** The status for a wrong parameter. */
    boolean isRefused() {
      return exchange.status() == 400;
    }

    List<String> values(String name) {
      return query.stream().filter(pair -> pair.getKey().equals(name)).map(Map.Entry::getValue).toList();
    }

    /** Those of these names that are in the query, in their order there. */
    List<String> order(List<String> names) {
      return query.stream().map(Map.Entry::getKey).filter(names::contains).toList();
    }

    private static Map.Entry<String, String> decoded(String pair) {
      String[] parts = pair.split("=", 2);
      return Map.entry(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
    }

    private static String decode(String text) {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Object json(String body) {
      try {
        return body.isEmpty() ? null : Vectors.plain(Vectors.json(body));
      } catch (IOException e) {
        return null;
      }
    }
  }

  ContractElements() {
    Spec.operations()
        .forEach(
            of -> {
              operation = of;
              operation.parameters().forEach(this::parameter);
              rules();
              responses();
              properties();
              security();
            });
  }

  List<Element> elements() {
    return Collections.unmodifiableList(elements);
  }

  private void add(String group, String name, Predicate<Message> shown) {
    elements.add(new Element(operation, group, name, shown));
  }

  private void parameter(Map<String, Object> parameter) {
    String name = (String) parameter.get("name");
    Map<String, Object> schema = Spec.resolved(parameter.get("schema"));
    String group = "parameter " + name;
    if (parameter.get("in").equals("path")) {
      add(group, "valid", Message::isAccepted);
      return;
    }
    if (!parameter.get("in").equals("query")) {
      throw new IllegalStateException("No rule here for parameters in: " + parameter.get("in") + ", as " + name + " is");
    }
    boolean isRequired = Boolean.TRUE.equals(parameter.get("required"));
    add(group, "absent", m -> m.values(name).isEmpty() && (isRequired ? m.isRefused() : m.isAccepted()));
    add(group, "valid", m -> !m.values(name).isEmpty() && m.isAccepted());
    schema.forEach(
        (keyword, bound) -> {
          switch (keyword) {
            case "type" -> type(group, name, (String) bound);
            case "minimum" -> {
              long minimum = ((Number) bound).longValue();
              add(
                  group,
                  "minimum " + minimum,
                  accepted(name, value -> isInteger(value) && Long.parseLong(value) == minimum));
              add(
                  group,
                  "below the minimum",
                  refused(name, value -> isInteger(value) && Long.parseLong(value) < minimum));
            }
            case "maximum" -> {
              long maximum = ((Number) bound).longValue();
              add(
                  group,
                  "maximum " + maximum,
                  accepted(name, value -> isInteger(value) && Long.parseLong(value) == maximum));
              add(
                  group,
                  "above the maximum",
                  refused(name, value -> isInteger(value) && Long.parseLong(value) > maximum));
            }
            case "minLength" -> {
              int least = ((Number) bound).intValue();
              add(group, "length " + least, accepted(name, value -> value.codePointCount(0, value.length()) == least));
              add(group, "too short", refused(name, value -> value.codePointCount(0, value.length()) < least));
            }
            case "format", "items" -> {
              // Part of the type.
            }
            default -> {
              if (!SILENT_KEYWORDS.contains(keyword)) {
                throw new IllegalStateException(
                    "No rule here for what the keyword " + keyword + " of " + name + " asks");
              }
            }
          }
        });
  }

  private void type(String group, String name, String type) {
    switch (type) {
      case "integer" -> add(group, "no integer", refused(name, value -> !value.isEmpty() && !isInteger(value)));
      case "array" -> {
        add(group, "one element", m -> m.values(name).size() == 1 && m.isAccepted());
        add(group, "several elements", m -> m.values(name).size() > 1 && m.isAccepted());
      }
      case "string" -> add(group, "given twice", m -> m.values(name).size() > 1 && m.isRefused());
      default -> throw new IllegalStateException("No rule here for parameters of type " + type);
    }
  }

  private static Predicate<Message> accepted(String name, Predicate<String> value) {
    return m -> m.isAccepted() && m.values(name).stream().anyMatch(value);
  }

  private static Predicate<Message> refused(String name, Predicate<String> value) {
    return m -> m.isRefused() && m.values(name).stream().anyMatch(value);
  }

  private static boolean isInteger(String value) {
    return value.matches("-?[0-9]{1,18}");
  }

  private void rules() {
    operation
        .rules()
        .forEach(
            (rule, instances) -> {
              for (List<String> names : instances) {
                switch (rule) {
                  case "mutuallyExclusive" -> mutuallyExclusive(names);
                  case "rows" -> rows(names);
                  default -> throw new IllegalStateException("No rule here for what the rule " + rule + " asks");
                }
              }
            });
  }

  private void mutuallyExclusive(List<String> names) {
    String group = "rule mutuallyExclusive " + names;
    add(group, "none", m -> m.order(names).isEmpty() && m.isAccepted());
    for (String name : names) {
      add(group, "only " + name, m -> m.order(names).equals(List.of(name)) && m.isAccepted());
      for (String other : names.subList(names.indexOf(name) + 1, names.size())) {
        add(group, name + " with " + other, m -> m.order(names).containsAll(List.of(name, other)) && m.isRefused());
      }
    }
  }

  private void rows(List<String> columns) {
    String group = "rule rows " + columns;
    List<String> two = new ArrayList<>(columns);
    two.addAll(columns);
    add(group, "no row", m -> m.order(columns).isEmpty() && m.isAccepted());
    add(group, "one row", m -> m.order(columns).equals(columns) && m.isAccepted());
    add(group, "several rows", m -> m.isAccepted() && Collections.indexOfSubList(m.order(columns), two) == 0);
    List<String> columnByColumn = columns.stream().flatMap(column -> Stream.of(column, column)).toList();
    add(group, "column by column", m -> m.order(columns).equals(columnByColumn) && m.isRefused());
    for (String column : columns) {
      add(group, column + " alone", m -> Set.copyOf(m.order(columns)).equals(Set.of(column)) && m.isRefused());
      List<String> uneven = new ArrayList<>(two);
      uneven.remove(column);
      add(group, column + " one short", m -> sorted(m.order(columns)).equals(sorted(uneven)) && m.isRefused());
    }
    List<String> reversed = new ArrayList<>(columns);
    Collections.reverse(reversed);
    add(group, "a row in another order", m -> m.order(columns).equals(reversed) && m.isRefused());
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted().toList();
  }

  private void responses() {
    operation
        .examples()
        .forEach(
            example ->
                add(
                    "response " + example.status(),
                    "example " + example.name(),
                    m -> m.exchange.status() == example.status() && Vectors.plain(example.value()).equals(m.body)));
    for (String status : operation.responses().keySet()) {
      operation
          .headers(Integer.parseInt(status))
          .forEach((name, header) -> header(status, name, Spec.resolved(Spec.resolved(header).get("schema"))));
    }
  }

  private void header(String status, String name, Map<String, Object> schema) {
    String type = (String) schema.get("type");
    add(
        "response " + status,
        "header " + name,
        m -> {
          List<String> values = m.exchange.responseHeader(name);
          return Integer.toString(m.exchange.status()).equals(status)
              && values.size() == 1
              && (!type.equals("integer") || isInteger(values.get(0)));
        });
  }

  private void properties() {
    Set<String> states = new LinkedHashSet<>();
    operation.responses().values().forEach(response -> expected(schema(response), states));
    for (String state : states) {
      int dot = state.indexOf('.');
      add("schema " + state.substring(0, dot), state.substring(dot + 1), m -> m.states.contains(state));
    }
  }

  private void expected(Map<String, Object> schema, Set<String> states) {
    if (schema.containsKey("items")) {
      expected(Vectors.map(schema.get("items")), states);
    }
    Map<String, Object> object = Spec.resolved(schema);
    properties(object)
        .forEach(
            (name, property) -> {
              Map<String, Object> resolved = Spec.resolved(property);
              String prefix = nameOf(schema) + "." + name + ": ";
              if (!states.add(prefix + "present")) {
                return;
              }
              if (Boolean.TRUE.equals(resolved.get("nullable"))) {
                states.add(prefix + "null");
              }
              expected(Vectors.map(property), states);
            });
  }

  private static Set<String> statesOf(Spec.Operation operation, int status, @Nullable Object body) {
    Map<String, Object> response = operation.responses().get(Integer.toString(status));
    Set<String> states = new LinkedHashSet<>();
    if (response != null && body != null) {
      walk(schema(response), body, states);
    }
    return states;
  }

  private static void walk(Map<String, Object> schema, @Nullable Object value, Set<String> states) {
    if (value instanceof List<?> list && schema.containsKey("items")) {
      list.forEach(element -> walk(Vectors.map(schema.get("items")), element, states));
    }
    if (!(value instanceof Map<?, ?> map)) {
      return;
    }
    properties(Spec.resolved(schema))
        .forEach(
            (name, property) -> {
              if (map.containsKey(name)) {
                Object inner = map.get(name);
                states.add(nameOf(schema) + "." + name + ": present");
                if (inner == null) {
                  states.add(nameOf(schema) + "." + name + ": null");
                }
                walk(Vectors.map(property), inner, states);
              }
            });
  }

  private static Map<String, Object> properties(Map<String, Object> schema) {
    return Vectors.map(schema.getOrDefault("properties", Map.of()));
  }

  private static Map<String, Object> schema(Map<String, Object> response) {
    return Vectors.map(Spec.json(response).getOrDefault("schema", Map.of()));
  }

  /** Elements are named after the component of their schema, so each schema must be one. */
  private static String nameOf(Map<String, Object> schema) {
    if (!(schema.get("$ref") instanceof String ref)) {
      throw new IllegalStateException("A schema with properties is no component: " + schema);
    }
    return ref.substring(ref.lastIndexOf('/') + 1);
  }

  private void security() {
    add("security", "no credentials", m -> scheme(m).isEmpty() && m.exchange.status() == 401);
    add("security", "another scheme", m -> scheme(m).equals("Basic") && m.exchange.status() == 401);
    Map<String, Object> schemes = Spec.at("components", "securitySchemes");
    Set<String> names = new LinkedHashSet<>();
    Spec.list(Spec.at().get("security")).forEach(requirement -> names.addAll(requirement.keySet()));
    for (String name : names) {
      Object type = Vectors.map(schemes.get(name)).get("type");
      if (!"http".equals(type) && !"oauth2".equals(type)) {
        throw new IllegalStateException("No rule here for security of type " + type);
      }
    }
    // An OAuth2 access token is sent as a bearer token, too.
    String element = "a bearer token, for " + String.join(" or ", names);
    add("security", element, m -> scheme(m).equals("Bearer") && m.isAccepted());
  }

  private static String scheme(Message message) {
    return String.join("", message.exchange.requestHeader("Authorization")).replaceAll(" .*", "");
  }
}
