package io.katapult.generator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoveredConstructsTest {
  /** A document with one operation and three placeholders. */
  private static OpenAPI document(String operation, String parameter, String schema) {
    String yaml =
        """
        openapi: 3.0.3
        info: {title: Test, version: 1.0.0}
        paths:
          /plants/{id}:
            put:
              operationId: replacePlant
              OPERATION
              parameters:
                - {name: id, in: path, required: true, schema: {type: string}}
                - PARAMETER
              responses:
                '200':
                  description: The plant.
                  content: {application/json: {schema: {$ref: '#/components/schemas/Plant'}}}
        components:
          schemas:
            Plant:
              type: object
              properties:
                name: SCHEMA
                seen_at: {type: integer, format: int64}
            Other: {type: object}
            Names: {type: array, items: {type: string}, x-predicates: {empty: has_no_name}}
        """;
    return Objects.requireNonNull(
        new OpenAPIV3Parser()
            .readContents(
                yaml.replace("OPERATION", operation).replace("PARAMETER", parameter).replace("SCHEMA", schema))
            .getOpenAPI());
  }

  private static void check(OpenAPI document) {
    CoveredConstructs.check(document, new ClientCodegen()::toVarName);
  }

  private static void assertRejects(OpenAPI document, String place, String what) {
    assertThatThrownBy(() -> check(document))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(place + ": the templates of this SDK don't support " + what + ". Nothing was generated.");
  }

  private static final String OPERATION = "summary: Replace a plant";
  private static final String PARAMETER = "{name: page, in: query, schema: {type: integer, minimum: 1}}";
  private static final String SCHEMA = "{type: string, enum: [oak, elm]}";

  @Test
  void acceptsCoveredConstructs() {
    assertThatCode(() -> check(document(OPERATION, PARAMETER, SCHEMA))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{oneOf: [{type: string}, {type: integer}]}                 | | `oneOf`",
        "{anyOf: [{type: string}, {type: integer}]}                 | | `anyOf`",
        "{not: {type: string}}                                      | | `not`",
        "{}                                                         | | a schema without a type",
        "{type: string, format: date-time}                          | | the format `date-time`",
        "{type: string, format: binary}                             | | the format `binary`",
        "{type: object, discriminator: {propertyName: kind}}        | | `discriminator`",
        "{type: object, additionalProperties: {type: string}}       | | a schema in `additionalProperties`",
        "{type: array, items: {oneOf: [{type: string}]}}            | , items | `oneOf`",
        "{type: array, items: {type: array, items: {type: string}}} | | an array of arrays or of nullable items",
        "{type: array, items: {type: string, nullable: true}}       | | an array of arrays or of nullable items",
        "{allOf: [{$ref: '#/components/schemas/Other'}, {type: object}]} | | `allOf` with anything but one reference",
      })
  void rejectsASchema(String schema, String place, String what) {
    assertRejects(
        document(OPERATION, PARAMETER, schema),
        "schema Plant, property `name`" + Objects.requireNonNullElse(place, ""),
        what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: p, in: cookie, schema: {type: string}}                              | a parameter in `cookie`",
        "{name: p, in: query, style: deepObject, schema: {type: string}}            | the style `deepObject`",
        "{name: p, in: query, style: spaceDelimited, schema: {type: string}}        | the style `spaceDelimited`",
        "{name: p, in: query, explode: false, schema: {type: array, items: {type: string}}}"
            + " | an array that is not exploded",
        "{name: p, in: header, schema: {type: array, items: {type: string}}}        | an array that is not exploded",
        "{name: p, in: query, schema: {type: object}}                               | the type `object`",
        "{name: p, in: query, schema: {type: string, pattern: a*}}                  | `pattern`",
        "{name: p, in: query, schema: {type: string, maxLength: 3}}                 | `maxLength`",
        "{name: p, in: query, schema: {type: string, enum: [a]}}                    | `enum`",
        "{name: p, in: query, schema: {type: array, minItems: 1, items: {type: string}}} | `minItems`",
        "{name: p, in: query, schema: {type: number, exclusiveMinimum: true, minimum: 1}} | `exclusiveMinimum`",
        "{name: p, in: query, allowReserved: true, schema: {type: string}}          | `allowReserved`",
        "{name: p, in: query, content: {application/json: {schema: {type: string}}}} | `content`",
      })
  void rejectsAParameter(String parameter, String what) {
    assertRejects(document(OPERATION, parameter, SCHEMA), "PUT /plants/{id}, parameter `p`", what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "multipart/form-data: {schema: {type: object}} | the media type `multipart/form-data`",
        "application/x-www-form-urlencoded: {schema: {type: object}}"
            + " | the media type `application/x-www-form-urlencoded`",
        "application/json: {schema: {type: object}}, text/plain: {schema: {type: string}} | 2 media types",
        "application/json: {schema: {oneOf: [{type: object}]}} | `oneOf`",
        "application/json: {schema: {type: array, items: {type: string}}}"
            + " | a body in `application/json` whose type is not `object`",
      })
  void rejectsARequestBody(String content, String what) {
    OpenAPI document = document("requestBody: {content: {" + content + "}}", PARAMETER, SCHEMA);

    assertRejects(document, "PUT /plants/{id}, request body", what);
  }

  @Test
  void rejectsCallbacks() {
    String callbacks = "callbacks: {done: {'{$request.body#/url}': {post: {responses: {'200': {description: ok}}}}}}";

    assertRejects(document(callbacks, PARAMETER, SCHEMA), "PUT /plants/{id}", "`callbacks`");
  }

  private static final String TIME = "type: integer, format: int64, x-unix-time: seconds";
  private static final String TEXTS = "type: array, items: {type: string}";

  /** A document whose property {@code name} is required. */
  private static OpenAPI withPredicates(String schema) {
    OpenAPI document = document(OPERATION, PARAMETER, schema);
    Objects.requireNonNull(document.getComponents().getSchemas().get("Plant")).addRequiredItem("name");
    return document;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{" + TEXTS + ", x-predicates: {contains: has_name, empty: has_no_name}}",
        "{type: array, items: {type: integer}, x-predicates: {empty: has_no_name}}",
        "{" + TIME + ", x-predicates: {reached: is_old}}",
        "{" + TIME + ", nullable: true, x-predicates: {reached: is_old}}",
      })
  void acceptsPredicates(String schema) {
    assertThatCode(() -> check(withPredicates(schema))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        TEXTS + "| {starts_with: has_name} | the predicate `starts_with`",
        TEXTS + "| [has_name] | `x-predicates` that is not a map",
        "type: array, items: {type: integer} | {contains: has_name}"
            + " | the predicate `contains` on anything but an array of strings that is not nullable",
        TEXTS + ", nullable: true | {contains: has_name}"
            + " | the predicate `contains` on anything but an array of strings that is not nullable",
        TEXTS + ", nullable: true | {empty: has_no_name}"
            + " | the predicate `empty` on anything but an array that is not nullable",
        "type: string | {empty: has_no_name} | the predicate `empty` on anything but an array that is not nullable",
        "type: integer | {reached: is_old} | the predicate `reached` on anything but an integer with `x-unix-time`",
        TEXTS + "| {contains: Has-Name} | the predicate name `Has-Name`, which is not two or more words in snake case",
        TEXTS + "| {contains: class} | the predicate name `class`, which is not two or more words in snake case",
        TEXTS + "| {empty: seen_at} | the predicate `seen_at`, because the model has another method of this name",
        TEXTS + "| {empty: hash_code} | the predicate `hash_code`, because the model has another method of this name",
        TEXTS + "| {contains: has_name, empty: has_name}"
            + " | the predicate `has_name`, because the model has another method of this name",
      })
  void rejectsAPredicate(String schema, String predicates, String what) {
    OpenAPI document = withPredicates("{" + schema + ", x-predicates: " + predicates + "}");

    assertRejects(document, "schema Plant, property `name`", what);
  }

  @Test
  void rejectsAPredicateOnAPropertyThatCanBeMissing() {
    OpenAPI document = document(OPERATION, PARAMETER, "{" + TEXTS + ", x-predicates: {contains: has_name}}");

    assertRejects(document, "schema Plant, property `name`", "a predicate on a property that is not required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{$ref: '#/components/schemas/Names'} | schema Plant, property `name`",
        "{type: array, items: {type: string, x-predicates: {}}} | schema Plant, property `name`, items",
      })
  void rejectsPredicatesElsewhere(String schema, String place) {
    assertRejects(
        document(OPERATION, PARAMETER, schema), place, "`x-predicates` on anything but a property");
  }
}
