package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.katapult.specreader.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the spec as JSON Schema draft 4, whose integers have no fraction: {@code nullable} becomes the type {@code null}, and the formats
 * {@code int32} and {@code int64} become bounds. {@code x-server-schema} is added to a schema.
 */
final class SpecSchemas {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4);
  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder()
          .formatAssertionsEnabled(true)
          .locale(Locale.ENGLISH)
          .pathType(PathType.JSON_POINTER)
          .build();

  private final ObjectNode definitions = JSON.createObjectNode();

  /**
   * A problem of a value.
   *
   * @param place the JSON pointer of the value, with {@code *} for the indexes of arrays
   * @param problem what is wrong, a phrase that follows the place, such as "is missing"
   * @param contract the part of the spec that says otherwise, as a JSON pointer
   */
  record Problem(String place, String problem, String contract) {}

  SpecSchemas() {
    Spec.at("components", "schemas")
        .forEach((name, schema) -> definitions.set(name, converted(JSON.valueToTree(schema))));
  }

  /** A schema of the spec, ready to validate. */
  JsonSchema schema(Object schema) {
    ObjectNode root = converted(JSON.valueToTree(schema));
    root.set("$defs", definitions);
    return FACTORY.getSchema(root, CONFIG);
  }

  /**
   * Validates a value.
   *
   * @param contract where the schema is in the spec, as a JSON pointer
   */
  static List<Problem> problems(JsonSchema schema, JsonNode value, String contract) {
    List<Problem> problems = new ArrayList<>();
    for (ValidationMessage message : schema.validate(value)) {
      String pointer = message.getInstanceLocation().toString();
      String property = message.getProperty();
      String place = pointer.replaceAll("/[0-9]+(?=/|$)", "/*");
      if ("required".equals(message.getType()) && property != null) {
        problems.add(
            new Problem(place + "/" + property, "is missing", contract(message, contract)));
      } else {
        problems.add(
            new Problem(place, problem(message, value.at(pointer)), contract(message, contract)));
      }
    }
    return problems;
  }

  private static String problem(ValidationMessage message, JsonNode value) {
    JsonNode limit = message.getSchemaNode();
    return switch (message.getType()) {
      case "type" -> "is " + kind(value) + " instead of " + kinds(limit);
      // A value that must be null may be a secret.
      case "enum" ->
          "is "
              + (listed(limit).equals("null") ? kind(value) : shown(value))
              + " instead of "
              + listed(limit);
      case "minimum" -> "is " + value + ", less than " + limit;
      case "maximum" -> "is " + value + ", more than " + limit;
      case "format" -> "is " + shown(value) + ", not of the format " + limit.asText();
      case "pattern" -> "is " + shown(value) + ", which does not match " + limit.asText();
      case "minLength" ->
          limit.asInt() == 1 ? "is empty" : "has fewer than " + limit + " characters";
      default -> "does not match its schema (" + message.getType() + ")";
    };
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  private static String listed(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.toString()));
    return String.join(" or ", texts);
  }

  private static String kinds(JsonNode types) {
    List<String> kinds = new ArrayList<>();
    for (JsonNode type : types.isArray() ? types : JSON.createArrayNode().add(types)) {
      kinds.add(withArticle(type.asText()));
    }
    return String.join(" or ", kinds);
  }

  private static String kind(JsonNode value) {
    return withArticle(
        value.isIntegralNumber() ? "integer" : value.getNodeType().name().toLowerCase(Locale.ROOT));
  }

  private static String withArticle(String type) {
    return type.equals("null") ? type : ("aeiou".indexOf(type.charAt(0)) < 0 ? "a " : "an ") + type;
  }

  /** Removes the keyword, and translates the location of a definition to that in the spec. */
  private static String contract(ValidationMessage message, String root) {
    String location = message.getSchemaLocation().getFragment().toString();
    String schema =
        location.substring(0, location.lastIndexOf('/')).replaceFirst("/allOf/[0-9]+$", "");
    return schema.startsWith("/$defs/")
        ? "/components/schemas" + schema.substring("/$defs".length())
        : root + schema;
  }

  private static ObjectNode converted(JsonNode schema) {
    ObjectNode converted = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      JsonNode value = keyword.getValue();
      switch (keyword.getKey()) {
        case "$ref" ->
            converted.put("$ref", value.asText().replace("#/components/schemas/", "#/$defs/"));
        case "properties" -> {
          ObjectNode properties = converted.putObject("properties");
          value
              .properties()
              .forEach(
                  property -> properties.set(property.getKey(), converted(property.getValue())));
        }
        case "items" -> converted.set("items", converted(value));
        case "allOf", "oneOf", "anyOf" -> {
          ArrayNode schemas = converted.putArray(keyword.getKey());
          value.forEach(element -> schemas.add(converted(element)));
        }
        case "required",
            "enum",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems" ->
            converted.set(keyword.getKey(), value);
        case "type" -> {
          if (schema.path("nullable").asBoolean()) {
            converted.putArray("type").add(value).add("null");
          } else {
            converted.set("type", value);
          }
        }
        case "format" -> addFormat(converted, value.asText());
        case "x-server-schema" -> converted.putArray("allOf").add(converted(value));
        default -> {
          // Annotations, such as a description. CoveredConstructs of the generator rejects all
          // other keywords.
        }
      }
    }
    return converted;
  }

  private static void addFormat(ObjectNode schema, String format) {
    switch (format) {
      case "int32" -> addBounds(schema, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "int64" -> addBounds(schema, Long.MIN_VALUE, Long.MAX_VALUE);
      default -> schema.put("format", format);
    }
  }

  private static void addBounds(ObjectNode schema, long minimum, long maximum) {
    if (!schema.has("minimum")) {
      schema.put("minimum", minimum);
    }
    if (!schema.has("maximum")) {
      schema.put("maximum", maximum);
    }
  }

  /** The node at a JSON pointer of the spec, or null. */
  static @Nullable Object at(String pointer) {
    Object node = Spec.at();
    for (String step : pointer.substring(1).split("/", -1)) {
      String key = step.replace("~1", "/").replace("~0", "~");
      if (node instanceof Map<?, ?> map) {
        node = Objects.requireNonNullElse(map.get(key), Map.of());
      } else if (node instanceof List<?> list && key.matches("[0-9]{1,4}")) {
        node = Objects.requireNonNullElse(list.get(Integer.parseInt(key)), Map.of());
      } else {
        return null;
      }
    }
    return node;
  }
}
