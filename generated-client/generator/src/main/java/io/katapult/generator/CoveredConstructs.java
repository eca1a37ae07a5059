package io.katapult.generator;

import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.OpenAPI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Checks that the templates support every OpenAPI 3.0 construct of a document. Anything else is an error that names its
 * place, so that no incorrect code is generated.
 */
final class CoveredConstructs {
  private static final String PREDICATES = "x-predicates";

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final Set<String> OPERATION =
      Set.of(
          "tags", "summary", "description", "operationId", "parameters", "requestBody", "responses", "deprecated",
          "security", "externalDocs");
  private static final Set<String> PARAMETER =
      Set.of(
          "name", "in", "description", "required", "deprecated", "style", "explode", "schema", "example", "examples");

  /** Schema keywords that don't affect the generated code, and those that every type has. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "type", "format", "nullable", "title", "description", "example", "default", "deprecated", "readOnly",
          "externalDocs", "exampleSetFlag");

  private static final Set<String> PARAMETER_VALUE = Set.of("minimum", "maximum", "minLength", "items");

  /** Bounds are allowed but ignored: the client accepts values in responses that violate them. */
  private static final Set<String> VALUE =
      Set.of(
          "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "items");

  private static final Set<String> OBJECT = Set.of("properties", "required", "additionalProperties");

  /** Enums are open: the client accepts values that are not listed. */
  private static final Set<String> TEXT = Set.of("minLength", "maxLength", "pattern", "enum");

  private final JsonNode document;
  private final UnaryOperator<String> javaName;
  private final Set<String> checked = new HashSet<>();

  private CoveredConstructs(JsonNode document, UnaryOperator<String> javaName) {
    this.document = document;
    this.javaName = javaName;
  }

  /**
   * Checks all operations and the schemas that they use.
   *
   * @param javaName the Java name of a property or predicate
   * @throws IllegalArgumentException if one has an unsupported construct
   */
  static void check(OpenAPI spec, UnaryOperator<String> javaName) {
    new CoveredConstructs(Json.mapper().valueToTree(spec), javaName).checkPaths();
  }

  private void checkPaths() {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> item : path.getValue().properties()) {
        String place = item.getKey().toUpperCase(Locale.ROOT) + ' ' + path.getKey();
        if (METHODS.contains(item.getKey())) {
          checkOperation(item.getValue(), place);
        } else if (item.getKey().equals("parameters")) {
          item.getValue().forEach(parameter -> checkParameter(resolve(parameter), path.getKey()));
        } else if (!item.getKey().matches("summary|description|x-.*")) {
          throw notCovered(place, "the method or path keyword `" + item.getKey() + "`");
        }
      }
    }
  }

  private void checkOperation(JsonNode operation, String place) {
    checkKeys(operation, place, OPERATION, Set.of());
    if (operation.path("operationId").asText("").isEmpty()) {
      throw notCovered(place, "an operation without an operationId");
    }
    operation.path("parameters").forEach(parameter -> checkParameter(resolve(parameter), place));
    JsonNode body = resolve(operation.path("requestBody"));
    if (!body.isMissingNode()) {
      checkContent(body.path("content"), place + ", request body", Set.of("application/json"));
    }
    int bodies = 0;
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      JsonNode content = resolve(response.getValue()).path("content");
      if (!content.isMissingNode() && !content.isNull()) {
        checkContent(content, place + ", response " + response.getKey(), Set.of("application/json", "text/plain"));
        bodies += response.getKey().startsWith("2") ? 1 : 0;
      }
    }
    if (bodies > 1) {
      throw notCovered(place, "more than one success response with a body");
    }
  }

  private void checkContent(JsonNode content, String place, Set<String> covered) {
    if (content.size() != 1) {
      throw notCovered(place, content.size() + " media types");
    }
    String type = content.properties().iterator().next().getKey();
    if (!covered.contains(type)) {
      throw notCovered(place, "the media type `" + type + "`");
    }
    JsonNode schema = content.path(type).path("schema");
    checkSchema(schema, place);
    String expected = type.equals("text/plain") ? "string" : "object";
    if (!resolve(schema).path("type").asText().equals(expected)) {
      throw notCovered(place, "a body in `" + type + "` whose type is not `" + expected + "`");
    }
  }

  private void checkParameter(JsonNode parameter, String place) {
    String here = place + ", parameter `" + parameter.path("name").asText() + "`";
    checkKeys(parameter, here, PARAMETER, Set.of());
    String in = parameter.path("in").asText();
    if (!Set.of("path", "query", "header").contains(in)) {
      throw notCovered(here, "a parameter in `" + in + "`");
    }
    String style = parameter.path("style").asText(in.equals("query") ? "form" : "simple");
    if (!style.equals(in.equals("query") ? "form" : "simple")) {
      throw notCovered(here, "the style `" + style + "`");
    }
    JsonNode schema = resolve(parameter.path("schema"));
    boolean isArray = schema.path("type").asText().equals("array");
    if (isArray && (!in.equals("query") || !parameter.path("explode").asBoolean(true))) {
      throw notCovered(here, "an array that is not exploded");
    }
    checkKeys(schema, here, ANNOTATIONS, PARAMETER_VALUE);
    JsonNode value = isArray ? resolve(schema.path("items")) : schema;
    checkKeys(value, here, ANNOTATIONS, PARAMETER_VALUE);
    if (!value.path("type").asText().matches("string|integer|number|boolean")) {
      throw notCovered(here, "the type `" + value.path("type").asText() + "`");
    }
  }

  private void checkSchema(JsonNode node, String place) {
    if (resolve(node).has(PREDICATES)) {
      throw notCovered(place, "`" + PREDICATES + "` on anything but a property");
    }
    checkValue(node, place);
  }

  private void checkValue(JsonNode node, String place) {
    JsonNode schema = node;
    String here = place;
    if (node.has("$ref")) {
      String reference = node.path("$ref").asText();
      if (!checked.add(reference)) {
        return;
      }
      schema = resolve(node);
      here = "schema " + reference.substring(reference.lastIndexOf('/') + 1);
    }
    String type = schema.has("allOf") ? "allOf" : schema.path("type").asText();
    switch (type) {
      // In OpenAPI 3.0, a nullable reference needs allOf.
      case "allOf" -> {
        checkKeys(schema, here, ANNOTATIONS, Set.of("allOf"));
        if (schema.path("allOf").size() != 1 || !schema.path("allOf").path(0).has("$ref")) {
          throw notCovered(here, "`allOf` with anything but one reference");
        }
        checkSchema(schema.path("allOf").path(0), here);
      }
      case "object" -> {
        checkKeys(schema, here, ANNOTATIONS, OBJECT);
        if (schema.path("additionalProperties").isObject()) {
          throw notCovered(here, "a schema in `additionalProperties`");
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
          JsonNode value = property.getValue();
          String itsPlace = here + ", property `" + property.getKey() + "`";
          if (value.has("$ref")) {
            checkSchema(value, itsPlace);
          } else {
            checkValue(value, itsPlace);
          }
        }
        checkPredicates(schema, here);
      }
      case "array" -> {
        checkKeys(schema, here, ANNOTATIONS, VALUE);
        JsonNode items = resolve(schema.path("items"));
        if (items.path("type").asText().equals("array") || items.path("nullable").asBoolean()) {
          throw notCovered(here, "an array of arrays or of nullable items");
        }
        checkSchema(schema.path("items"), here + ", items");
      }
      case "string" -> {
        checkKeys(schema, here, ANNOTATIONS, TEXT);
        String format = schema.path("format").asText();
        if (format.matches("byte|binary|date|date-time")) {
          throw notCovered(here, "the format `" + format + "`");
        }
      }
      case "integer", "number", "boolean" -> checkKeys(schema, here, ANNOTATIONS, VALUE);
      default -> {
        checkKeys(schema, here, ANNOTATIONS, OBJECT);
        throw notCovered(here, "a schema without a type");
      }
    }
  }

  private void checkPredicates(JsonNode schema, String place) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    Set<String> names = new HashSet<>();
    schema.path("properties").fieldNames().forEachRemaining(name -> names.add(javaName.apply(name)));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      JsonNode value = property.getValue();
      String here = place + ", property `" + property.getKey() + "`";
      if (value.has(PREDICATES) && !value.path(PREDICATES).isObject()) {
        throw notCovered(here, "`" + PREDICATES + "` that is not a map");
      }
      for (Map.Entry<String, JsonNode> predicate : value.path(PREDICATES).properties()) {
        checkPredicate(predicate.getKey(), value, required.contains(property.getKey()), here);
        String name = predicate.getValue().asText();
        if (!name.matches("[a-z]+(_[a-z0-9]+)+")) {
          throw notCovered(here, "the predicate name `" + name + "`, which is not two or more words in snake case");
        }
        String method = javaName.apply(name);
        if (!method.equals(Words.camel(Words.of(name))) || !names.add(method)) {
          throw notCovered(here, "the predicate `" + name + "`, because the model has another method of this name");
        }
      }
    }
  }

  private void checkPredicate(String kind, JsonNode schema, boolean isRequired, String place) {
    boolean isArray = schema.path("type").asText().equals("array") && !schema.path("nullable").asBoolean();
    String needed =
        switch (kind) {
          case "contains" ->
              isArray && resolve(schema.path("items")).path("type").asText().equals("string")
                  ? ""
                  : "an array of strings that is not nullable";
          case "empty" -> isArray ? "" : "an array that is not nullable";
          case "reached" -> schema.has("x-unix-time") ? "" : "an integer with `x-unix-time`";
          default -> throw notCovered(place, "the predicate `" + kind + "`");
        };
    if (!needed.isEmpty()) {
      throw notCovered(place, "the predicate `" + kind + "` on anything but " + needed);
    }
    if (!isRequired) {
      throw notCovered(place, "a predicate on a property that is not required");
    }
  }

  private static void checkKeys(JsonNode node, String place, Set<String> covered, Set<String> alsoCovered) {
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      String name = property.getKey();
      if (!covered.contains(name) && !alsoCovered.contains(name) && !name.startsWith("x-")) {
        throw notCovered(place, "`" + name + "`");
      }
    }
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode resolved = node;
    while (resolved.has("$ref")) {
      resolved = document.at(resolved.path("$ref").asText().substring(1));
    }
    return resolved;
  }

  private static IllegalArgumentException notCovered(String place, String what) {
    return new IllegalArgumentException(
        place + ": the templates of this SDK don't support " + what + ". Nothing was generated.");
  }
}
