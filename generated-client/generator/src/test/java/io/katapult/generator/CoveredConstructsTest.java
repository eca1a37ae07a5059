package io.katapult.generator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoveredConstructsTest {
  /** A document of one operation, into which something can be put at three places. */
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
            Other: {type: object}
        """;
    return Objects.requireNonNull(
        new OpenAPIV3Parser()
            .readContents(
                yaml.replace("OPERATION", operation).replace("PARAMETER", parameter).replace("SCHEMA", schema))
            .getOpenAPI());
  }

  private static void assertRefuses(OpenAPI document, String what) {
    assertThatThrownBy(() -> CoveredConstructs.check(document))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(what + " is not covered by the templates of this SDK. Nothing was generated.");
  }

  private static final String OPERATION = "summary: Replace a plant";
  private static final String PARAMETER = "{name: page, in: query, schema: {type: integer, minimum: 1}}";
  private static final String SCHEMA = "{type: string, enum: [oak, elm]}";

  @Test
  void takesWhatTheTemplatesCover() {
    assertThatCode(() -> CoveredConstructs.check(document(OPERATION, PARAMETER, SCHEMA))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{oneOf: [{type: string}, {type: integer}]}            | schema Plant, property `name`: `oneOf`",
        "{anyOf: [{type: string}, {type: integer}]}            | schema Plant, property `name`: `anyOf`",
        "{not: {type: string}}                                 | schema Plant, property `name`: `not`",
        "{}                                                    | schema Plant, property `name`: a schema without a type",
        "{type: string, format: date-time}                     | schema Plant, property `name`: the format `date-time`",
        "{type: string, format: binary}                        | schema Plant, property `name`: the format `binary`",
        "{type: object, discriminator: {propertyName: kind}}   | schema Plant, property `name`: `discriminator`",
        "{type: object, additionalProperties: {type: string}}  | schema Plant, property `name`: `additionalProperties`",
        "{type: array, items: {oneOf: [{type: string}]}}       | schema Plant, property `name`, items: `oneOf`",
        "{type: array, items: {type: array, items: {type: string}}} | schema Plant, property `name`: an array of arrays, or of what may be null,",
        "{type: array, items: {type: string, nullable: true}}  | schema Plant, property `name`: an array of arrays, or of what may be null,",
        "{allOf: [{$ref: '#/components/schemas/Other'}, {type: object}]} | schema Plant, property `name`: `allOf` of anything but one reference",
      })
  void refusesASchema(String schema, String sentence) {
    assertRefuses(document(OPERATION, PARAMETER, schema), sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: p, in: cookie, schema: {type: string}}                              | a parameter in `cookie`",
        "{name: p, in: query, style: deepObject, schema: {type: string}}            | the style `deepObject`",
        "{name: p, in: query, style: spaceDelimited, schema: {type: array, items: {type: string}}} | the style `spaceDelimited`",
        "{name: p, in: query, explode: false, schema: {type: array, items: {type: string}}} | an array that is one text",
        "{name: p, in: header, schema: {type: array, items: {type: string}}}        | an array that is one text",
        "{name: p, in: query, schema: {type: object}}                               | a value of the type `object`",
        "{name: p, in: query, schema: {type: string, pattern: a*}}                  | `pattern`",
        "{name: p, in: query, schema: {type: string, maxLength: 3}}                 | `maxLength`",
        "{name: p, in: query, schema: {type: string, enum: [a]}}                    | `enum`",
        "{name: p, in: query, schema: {type: array, minItems: 1, items: {type: string}}} | `minItems`",
        "{name: p, in: query, schema: {type: number, exclusiveMinimum: true, minimum: 1}} | `exclusiveMinimum`",
        "{name: p, in: query, allowReserved: true, schema: {type: string}}          | `allowReserved`",
        "{name: p, in: query, content: {application/json: {schema: {type: string}}}} | `content`",
      })
  void refusesAParameter(String parameter, String what) {
    assertRefuses(document(OPERATION, parameter, SCHEMA), "PUT /plants/{id}, parameter `p`: " + what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requestBody: {content: {multipart/form-data: {schema: {type: object}}}} | , request body: the media type `multipart/form-data`",
        "requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}} | , request body: the media type `application/x-www-form-urlencoded`",
        "requestBody: {content: {application/json: {schema: {type: object}}, text/plain: {schema: {type: string}}}} | , request body: 2 media types",
        "requestBody: {content: {application/json: {schema: {oneOf: [{type: object}]}}}} | , request body: `oneOf`",
        "requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}} | , request body: a body in `application/json` that is not of the type `object`",
        "callbacks: {done: {'{$request.body#/url}': {post: {responses: {'200': {description: ok}}}}}} | : `callbacks`",
      })
  void refusesAnOperation(String operation, String where) {
    assertRefuses(document(operation, PARAMETER, SCHEMA), "PUT /plants/{id}" + where);
  }
}
