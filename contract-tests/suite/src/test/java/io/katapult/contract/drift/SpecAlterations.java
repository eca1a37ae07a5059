package io.katapult.contract.drift;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Every way in which a rule can alter the spec, together with its examples, so that a mock serves what a server that
 * has drifted would. All are derived from the spec: what is new there is altered too.
 */
final class SpecAlterations {
  private static final String PATH = "/organizations/organization/api_tokens";

  /** How a server can differ. A breaking one must be noticed; a compatible one must not matter. */
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
    rules();
    responses();
    operation();
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
                    list(at(spec, "paths", PATH, "get"), "parameters")
                        .remove(Map.of("$ref", "#/components/parameters/" + key));
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
    compatible(
        "there is a new optional parameter",
        spec ->
            list(at(spec, "paths", PATH, "get"), "parameters")
                .add(
                    0,
                    new LinkedHashMap<>(
                        Map.of(
                            "name", "sort[by]", "in", "query", "style", "form", "explode", true,
                            "schema", type("string")))));
    compatible(
        "the parameters are in another order",
        spec -> Collections.reverse(list(at(spec, "paths", PATH, "get"), "parameters")));
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

  private void rules() {
    Vectors.map(Spec.operation().get("x-parameter-rules"))
        .keySet()
        .forEach(
            rule -> {
              breaking(
                  "rule " + rule + " is gone",
                  spec -> at(spec, "paths", PATH, "get", "x-parameter-rules").remove(rule));
              if (rule.equals("rows")) {
                breaking(
                    "rule rows has another order",
                    spec ->
                        list(at(spec, "paths", PATH, "get", "x-parameter-rules"), rule)
                            .forEach(columns -> Collections.reverse((List<?>) columns)));
              }
            });
  }

  private void responses() {
    Map<String, Object> responses = Vectors.map(Spec.operation().get("responses"));
    responses.forEach(
        (status, response) -> {
          String other = Integer.toString(Integer.parseInt(status) + 20);
          breaking(
              "status " + status + " is " + other,
              spec -> rename(at(spec, "paths", PATH, "get", "responses"), status, other));
          breaking("status " + status + " is gone", spec -> at(spec, "paths", PATH, "get", "responses").remove(status));
          breaking(
              "status " + status + " is not JSON",
              spec -> rename(response(spec, status, "content"), "application/json", "text/plain"));
          Map<String, Object> headers = Vectors.map(Spec.resolved(response).get("headers"));
          headers.forEach(
              (name, header) -> {
                if (Boolean.TRUE.equals(Spec.resolved(header).get("required"))) {
                  breaking(
                      "status " + status + " is without " + name,
                      spec -> response(spec, status, "headers").remove(name));
                }
              });
          compatible(
              "status " + status + " has a new header",
              spec ->
                  response(spec, status, "headers")
                      .put("X-Brand-New", new LinkedHashMap<>(Map.of("schema", type("string"), "example", "1"))));
          newExample(status);
        });
    compatible(
        "there is a new status",
        spec ->
            at(spec, "paths", PATH, "get", "responses")
                .put("410", new LinkedHashMap<>(Map.of("description", "Gone."))));
    compatible(
        "the responses are in another order", spec -> reverse(at(spec, "paths", PATH, "get", "responses")));
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
        .filter(example -> example.status() != 200)
        .forEach(
            example ->
                breaking(
                    "error of " + example.name() + " has another code",
                    spec ->
                        at(spec, "components", "examples", example.name(), "value", "error")
                            .put("code", "another_code")));
  }

  /** An example of what an open set allows: a code or a scope that the spec does not know. */
  private void newExample(String status) {
    boolean isPage = status.equals("200");
    compatible(
        "status " + status + " comes with a new " + (isPage ? "scope" : "error code"),
        spec -> {
          Map<String, Object> examples = response(spec, status, "content", "application/json", "examples");
          Map<String, Object> value =
              Vectors.map(copy(resolved(spec, examples.values().iterator().next()).get("value")));
          if (isPage) {
            Spec.list(value.get("api_tokens")).forEach(token -> list(token, "scopes").add("brand_new:read"));
          } else {
            at(value, "error").put("code", "brand_new");
          }
          examples.put("brand_new", new LinkedHashMap<>(Map.of("value", value)));
        });
  }

  private void operation() {
    breaking("the path is another", spec -> rename(at(spec, "paths"), PATH, "/organizations/organization/tokens"));
    breaking("the method is another", spec -> rename(at(spec, "paths", PATH), "get", "post"));
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
    compatible(
        "there is another operation", spec -> at(spec, "paths").put("/brand_new", copy(at(spec, "paths", PATH))));
  }

  /** Changes every object of a schema in the examples, wherever it stands. */
  private static void inExamples(Map<String, Object> spec, String schema, Consumer<Map<String, Object>> change) {
    for (Object response : at(spec, "paths", PATH, "get", "responses").values()) {
      Map<String, Object> content = at(resolved(spec, response), "content", "application/json");
      for (Object example : at(content, "examples").values()) {
        walk(spec, content.get("schema"), resolved(spec, example).get("value"), schema, change);
      }
    }
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
    at(spec, "paths", PATH, "get", "x-parameter-rules")
        .values()
        .forEach(instances -> ((List<?>) instances).forEach(names -> change.accept(Vectors.texts(names))));
  }

  private static Map<String, Object> response(Map<String, Object> spec, String status, String... path) {
    return at(resolved(spec, at(spec, "paths", PATH, "get", "responses").get(status)), path);
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
