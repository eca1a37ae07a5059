package io.katapult.contract.drift;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Alterations of the spec and its examples, so that a mock behaves like a server that has drifted. All are derived from
 * the spec, so a new part of it needs no code here.
 */
final class SpecAlterations {

  /** One way to differ from the spec. The tests must fail for a breaking one, and pass for a compatible one. */
  record Alteration(boolean isBreaking, String name, Consumer<Map<String, Object>> change) {
    Map<String, Object> applied() {
      Map<String, Object> spec = Vectors.map(copy(Spec.at()));
      change.accept(spec);
      return spec;
    }
  }

  private final List<Alteration> all = new ArrayList<>();

  private SpecAlterations() {
    schemas();
    parameters();
    errors();
    server();
    Spec.operations()
        .forEach(
            operation -> {
              parametersOf(operation);
              rules(operation);
              responses(operation);
              place(operation);
            });
  }

  static List<Alteration> all() {
    return new SpecAlterations().all;
  }

  private void breaking(String name, Consumer<Map<String, Object>> change) {
    all.add(new Alteration(true, name, change));
  }

  private void compatible(String name, Consumer<Map<String, Object>> change) {
    all.add(new Alteration(false, name, change));
  }

  private void schemas() {
    Spec.at("components", "schemas")
        .forEach(
            (schema, content) -> {
              Map<String, Object> properties = Vectors.map(Vectors.map(content).get("properties"));
              properties.forEach((name, property) -> property(schema, name, Vectors.map(property)));
              compatible(
                  schema + " has a new property",
                  spec -> {
                    at(spec, "components", "schemas", schema, "properties")
                        .put("brand_new", nullable("object"));
                    inExamples(
                        spec, schema, object -> object.put("brand_new", new LinkedHashMap<>(Map.of("a", List.of(1)))));
                  });
              compatible(
                  schema + " has its properties in another order",
                  spec -> {
                    reverse(at(spec, "components", "schemas", schema, "properties"));
                    inExamples(spec, schema, SpecAlterations::reverse);
                  });
              compatible(
                  schema + " is described in other words",
                  spec -> at(spec, "components", "schemas", schema).put("description", "Other words."));
            });
  }

  private void property(String schema, String name, Map<String, Object> property) {
    String what = schema + "." + name + " ";
    breaking(
        what + "is renamed",
        spec -> {
          Map<String, Object> object = at(spec, "components", "schemas", schema);
          rename(at(object, "properties"), name, name + "_renamed");
          if (object.get("required") instanceof List<?> required) {
            Collections.replaceAll(Vectors.texts(required), name, name + "_renamed");
          }
          inExamples(spec, schema, example -> rename(example, name, name + "_renamed"));
        });
    breaking(
        what + "is removed",
        spec -> {
          Map<String, Object> object = at(spec, "components", "schemas", schema);
          at(object, "properties").remove(name);
          if (object.get("required") instanceof List<?> required) {
            required.remove(name);
          }
          inExamples(spec, schema, example -> example.remove(name));
        });
    boolean isText = "string".equals(property.get("type"));
    breaking(
        what + "is of another type",
        spec -> {
          inExamples(spec, schema, example -> example.replace(name, isText ? 7 : "seven"));
          at(spec, "components", "schemas", schema, "properties").put(name, nullable(isText ? "integer" : "string"));
        });
    if (!Boolean.TRUE.equals(property.get("nullable"))) {
      breaking(
          what + "is null",
          spec -> {
            inExamples(spec, schema, example -> example.replace(name, null));
            at(spec, "components", "schemas", schema, "properties").put(name, nullable("string"));
          });
    }
  }

  private void parameters() {
    Spec.at("components", "parameters")
        .forEach(
            (key, content) -> {
              Map<String, Object> parameter = Vectors.map(content);
              String name = (String) parameter.get("name");
              breaking(
                  "parameter " + name + " is renamed",
                  spec -> {
                    String other = name.replaceAll("([a-z_]+)", "$1_renamed");
                    at(spec, "components", "parameters", key).put("name", other);
                    inRules(spec, names -> Collections.replaceAll(names, name, other));
                  });
              breaking(
                  "parameter " + name + " is removed",
                  spec -> {
                    operations(spec)
                        .filter(operation -> operation.containsKey("parameters"))
                        .forEach(
                            operation ->
                                list(operation, "parameters").remove(Map.of("$ref", "#/components/parameters/" + key)));
                    at(spec, "components", "parameters").remove(key);
                    inRules(spec, names -> names.remove(name));
                  });
              breaking(
                  "parameter " + name + " is required",
                  spec -> at(spec, "components", "parameters", key).put("required", true));
              if (name.contains("[")) {
                breaking(
                    "parameter " + name + " is written with dots",
                    spec -> {
                      String dotted = name.replace("[]", "").replace("[", ".").replace("]", "");
                      at(spec, "components", "parameters", key).put("name", dotted);
                      inRules(spec, names -> Collections.replaceAll(names, name, dotted));
                    });
              }
              narrowed(Vectors.map(parameter.get("schema")))
                  .forEach(
                      (keyword, bound) ->
                          breaking(
                              "parameter " + name + " has " + keyword + " " + bound,
                              spec -> at(spec, "components", "parameters", key, "schema").put(keyword, bound)));
            });
  }

  private void parametersOf(Spec.Operation operation) {
    if (operation.parameters().findAny().isEmpty()) {
      return;
    }
    compatible(
        operation + " has a new optional parameter",
        spec ->
            list(at(spec, operation), "parameters")
                .add(
                    0,
                    new LinkedHashMap<>(
                        Map.of(
                            "name", "sort[by]", "in", "query", "style", "form", "explode", true,
                            "schema", type("string")))));
    compatible(
        operation + " has its parameters in another order",
        spec -> Collections.reverse(list(at(spec, operation), "parameters")));
  }

  private static Map<String, Object> narrowed(Map<String, Object> schema) {
    return switch ((String) schema.get("type")) {
      case "integer" -> Map.of("minimum", ((Number) schema.get("minimum")).intValue() + 1, "maximum", 1);
      case "string" ->
          Map.of("minLength", ((Number) schema.getOrDefault("minLength", 0)).intValue() + 1, "maxLength", 1);
      case "array" -> Map.of("maxItems", 1, "minItems", 2);
      default -> throw new IllegalStateException("No rule here for how to narrow " + schema);
    };
  }

  private void rules(Spec.Operation operation) {
    operation
        .rules()
        .keySet()
        .forEach(
            rule -> {
              breaking(
                  "rule " + rule + " of " + operation + " is gone",
                  spec -> at(spec, operation, "x-parameter-rules").remove(rule));
              if (rule.equals("rows")) {
                breaking(
                    "rule rows of " + operation + " has another order",
                    spec ->
                        list(at(spec, operation, "x-parameter-rules"), rule)
                            .forEach(columns -> Collections.reverse((List<?>) columns)));
              }
            });
  }

  private void responses(Spec.Operation operation) {
    operation.responses().forEach(
        (status, response) -> {
          String what = "status " + status + " of " + operation + " ";
          String other = Integer.toString(Integer.parseInt(status) + 20);
          breaking(
              what + "is " + other,
              spec -> rename(at(spec, operation, "responses"), status, other));
          breaking(what + "is gone", spec -> at(spec, operation, "responses").remove(status));
          breaking(
              what + "is not JSON",
              spec -> rename(response(spec, operation, status, "content"), "application/json", "text/plain"));
          operation.headers(Integer.parseInt(status)).forEach(
              (name, header) -> {
                if (Boolean.TRUE.equals(Spec.resolved(header).get("required"))) {
                  breaking(
                      what + "is without " + name,
                      spec -> response(spec, operation, status, "headers").remove(name));
                }
              });
          compatible(
              what + "has a new header",
              spec ->
                  response(spec, operation, status, "headers")
                      .put("X-Brand-New", new LinkedHashMap<>(Map.of("schema", type("string"), "example", "1"))));
          newExample(operation, status);
        });
    compatible(
        operation + " has a new status",
        spec ->
            at(spec, operation, "responses")
                .put("410", new LinkedHashMap<>(Map.of("description", "Gone."))));
    compatible(
        operation + " has its responses in another order", spec -> reverse(at(spec, operation, "responses")));
  }

  private void errors() {
    breaking(
        "errors have no envelope",
        spec -> {
          at(spec, "components", "schemas").put("ErrorResponse", at(spec, "components", "schemas").get("ApiError"));
          at(spec, "components", "examples")
              .values()
              .forEach(
                  example -> {
                    if (Vectors.map(example).get("value") instanceof Map<?, ?> value && value.containsKey("error")) {
                      Vectors.map(example).put("value", value.get("error"));
                    }
                  });
        });
    Spec.examples()
        .filter(example -> !example.isSuccess())
        .map(Spec.Example::name)
        .distinct()
        .forEach(
            example ->
                breaking(
                    "error of " + example + " has another code",
                    spec ->
                        at(spec, "components", "examples", example, "value", "error")
                            .put("code", "another_code")));
  }

  /** An example with a code or a scope that the spec does not know, which open sets allow. */
  private void newExample(Spec.Operation operation, String status) {
    boolean isSuccess = status.startsWith("2");
    compatible(
        "status " + status + " of " + operation + " comes with a new " + (isSuccess ? "scope" : "error code"),
        spec -> {
          Map<String, Object> examples =
              response(spec, operation, status, "content", "application/json", "examples");
          Map<String, Object> value =
              Vectors.map(copy(resolved(spec, examples.values().iterator().next()).get("value")));
          if (isSuccess) {
            addScope(value);
          } else {
            at(value, "error").put("code", "brand_new");
          }
          examples.put("brand_new", new LinkedHashMap<>(Map.of("value", value)));
        });
  }

  /** Adds a scope to each list of scopes in a value. */
  private static void addScope(Object value) {
    if (value instanceof List<?> list) {
      list.forEach(SpecAlterations::addScope);
    } else if (value instanceof Map<?, ?>) {
      Map<String, Object> object = Vectors.map(value);
      object.forEach(
          (name, inner) -> {
            if (name.equals("scopes")) {
              list(object, name).add("brand_new:read");
            } else {
              addScope(inner);
            }
          });
    }
  }

  private void place(Spec.Operation operation) {
    String method = operation.method().toLowerCase(Locale.ROOT);
    breaking(
        "the path of " + operation + " is another",
        spec -> rename(at(spec, "paths"), operation.path(), operation.path() + "_renamed"));
    breaking(
        "the method of " + operation + " is another",
        spec -> rename(at(spec, "paths", operation.path()), method, method.equals("post") ? "put" : "post"));
    compatible(
        "there is another operation like " + operation,
        spec -> at(spec, "paths").put("/brand_new", copy(at(spec, "paths", operation.path()))));
  }

  private void server() {
    breaking(
        "the base path is another",
        spec -> spec.put("servers", List.of(Map.of("url", "https://api.katapult.io/core/v2"))));
    breaking("nobody has to say who asks", spec -> spec.put("security", new ArrayList<>()));
    breaking(
        "a token is sent as Basic",
        spec -> {
          at(spec, "components", "securitySchemes").put("Basic", Map.of("type", "http", "scheme", "basic"));
          spec.put("security", List.of(Map.of("Basic", List.of())));
        });
    breaking(
        "a token is sent in a header of its own",
        spec -> {
          at(spec, "components", "securitySchemes")
              .put("Own", Map.of("type", "apiKey", "in", "header", "name", "X-Api-Key"));
          spec.put("security", List.of(Map.of("Own", List.of())));
        });
    compatible(
        "a token may be sent in another way too",
        spec -> {
          at(spec, "components", "securitySchemes")
              .put("Own", Map.of("type", "apiKey", "in", "header", "name", "X-Api-Key"));
          list(spec, "security").add(Map.of("Own", List.of()));
        });
  }

  /** Changes every object of a schema in the examples. */
  private static void inExamples(Map<String, Object> spec, String schema, Consumer<Map<String, Object>> change) {
    // Operations share examples; each must change only once.
    Set<Object> changed = Collections.newSetFromMap(new IdentityHashMap<>());
    operations(spec)
        .flatMap(operation -> at(operation, "responses").values().stream())
        .map(response -> Spec.json(resolved(spec, response)))
        .forEach(
            content ->
                Vectors.map(content.getOrDefault("examples", Map.of()))
                    .values()
                    .forEach(
                        example -> {
                          Object value = resolved(spec, example).get("value");
                          if (changed.add(value)) {
                            walk(spec, content.get("schema"), value, schema, change);
                          }
                        }));
  }

  private static Stream<Map<String, Object>> operations(Map<String, Object> spec) {
    return Spec.operations().map(operation -> at(spec, operation));
  }

  private static void walk(
      Map<String, Object> spec, Object schemaOrRef, Object value, String wanted, Consumer<Map<String, Object>> change) {
    Map<String, Object> schema = resolved(spec, schemaOrRef);
    if (value instanceof List<?> list) {
      list.forEach(element -> walk(spec, schema.get("items"), element, wanted, change));
    } else if (value instanceof Map<?, ?>) {
      Map<String, Object> object = Vectors.map(value);
      Map<String, Object> properties = Vectors.map(schema.getOrDefault("properties", Map.of()));
      properties.forEach((name, property) -> walk(spec, property, object.get(name), wanted, change));
      if (("#/components/schemas/" + wanted).equals(Vectors.map(schemaOrRef).get("$ref"))) {
        change.accept(object);
      }
    }
  }

  private static void inRules(Map<String, Object> spec, Consumer<List<String>> change) {
    operations(spec)
        .flatMap(operation -> Vectors.map(operation.getOrDefault("x-parameter-rules", Map.of())).values().stream())
        .forEach(instances -> ((List<?>) instances).forEach(names -> change.accept(Vectors.texts(names))));
  }

  private static Map<String, Object> response(
      Map<String, Object> spec, Spec.Operation operation, String status, String... path) {
    return at(resolved(spec, at(spec, operation, "responses").get(status)), path);
  }

  private static Map<String, Object> at(Map<String, Object> spec, Spec.Operation operation, String... path) {
    return at(at(spec, "paths", operation.path(), operation.method().toLowerCase(Locale.ROOT)), path);
  }

  private static Map<String, Object> at(Map<String, Object> object, String... path) {
    Map<String, Object> inner = object;
    for (String key : path) {
      inner = Vectors.map(Objects.requireNonNull(inner.get(key), key));
    }
    return inner;
  }

  private static Map<String, Object> resolved(Map<String, Object> spec, Object object) {
    Map<String, Object> map = Vectors.map(object);
    return map.get("$ref") instanceof String ref ? at(spec, ref.substring("#/".length()).split("/", -1)) : map;
  }

  @SuppressWarnings("unchecked") // YAML has no typed lists.
  private static List<Object> list(Map<String, Object> object, String key) {
    return (List<Object>) Objects.requireNonNull(object.get(key), key);
  }

  private static Map<String, Object> type(String type) {
    return new LinkedHashMap<>(Map.of("type", type));
  }

  private static Map<String, Object> nullable(String type) {
    return new LinkedHashMap<>(Map.of("type", type, "nullable", true));
  }

  private static void rename(Map<String, Object> map, String from, String to) {
    if (map.containsKey(from)) {
      map.put(to, map.remove(from));
    }
  }

  private static void reverse(Map<String, Object> map) {
    List<Map.Entry<String, Object>> entries = new ArrayList<>();
    map.forEach((key, value) -> entries.add(new java.util.AbstractMap.SimpleEntry<>(key, value)));
    Collections.reverse(entries);
    map.clear();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
  }

  private static Object copy(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key, copy(inner)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(inner -> copy.add(copy(inner)));
      return copy;
    }
    return value;
  }
}
