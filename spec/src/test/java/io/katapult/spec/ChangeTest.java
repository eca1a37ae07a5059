package io.katapult.spec;

import static io.katapult.spec.Change.ADDITION;
import static io.katapult.spec.Change.BREAK;
import static io.katapult.spec.Change.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeTest {
  private static final String EXCLUSIVE = "- ['organization[id]', 'organization[sub_domain]']\n";
  private static final String ROWS = "- ['annotations[][key]', 'annotations[][value]']\n";
  private static final String PAGE = "- $ref: '#/components/parameters/Page'\n";
  private static final String PER_PAGE = "- $ref: '#/components/parameters/PerPage'\n";
  private static final String MINIMUM = "minimum: 1\n        default: 1\n";
  private static final String LARGE_SET = "        large_set:\n          description: >-\n";
  private static final String TOKEN_LIMIT =
      "description: The rate limit in requests per minute.\n          type: integer\n          format: int32\n";
  private static final String TOKEN_NAME = "description: The name of the token.\n          type: string\n";

  private static final String CODES = "x-error-codes:\n";
  private static final String STATUS = "'503': {$ref: '#/components/responses/ServiceUnavailable'}\n";

  static Stream<Arguments> changes() {
    return Stream.of(
        change("nothing", NONE, "openapi: 3.0.3\n", "openapi: 3.0.3\n"),
        change("a description", NONE, "The page number to request, counted from 1.", "Which page."),
        change("an example", NONE, "example: acme\n", "example: other\n"),
        change("the order of parameters", NONE, PAGE + "        " + PER_PAGE, PER_PAGE + "        " + PAGE),
        change("the order of required properties", NONE, "[current_page, total_pages,", "[total_pages, current_page,"),
        change("the order of the kinds of rules", NONE, rules(true), rules(false)),
        change("a removed rule", BREAK, "        rows:\n          " + ROWS, ""),
        change("an additional rule", BREAK, ROWS, ROWS + "          - [page, per_page]\n"),
        change("a rule for other parameters", BREAK, EXCLUSIVE, "- ['organization[id]', page]\n"),
        change("columns in another order", BREAK, ROWS, "- ['annotations[][value]', 'annotations[][key]']\n"),
        change("an additional optional parameter", ADDITION, PAGE, PAGE + parameter(false)),
        change("an additional required parameter", BREAK, PAGE, PAGE + parameter(true)),
        change("a removed parameter", BREAK, PER_PAGE, "\n"),
        change("a parameter that becomes required", BREAK, "required: false\n", "required: true\n"),
        change("a renamed parameter", BREAK, "name: per_page\n", "name: page_size\n"),
        change("a higher minimum", BREAK, MINIMUM, MINIMUM.replace("minimum: 1", "minimum: 2")),
        change("a lower minimum", ADDITION, MINIMUM, MINIMUM.replace("minimum: 1", "minimum: 0")),
        change("a maximum", BREAK, MINIMUM, "maximum: 100\n        " + MINIMUM),
        change("a higher minLength", BREAK, "minLength: 1\n", "minLength: 2\n"),
        change("a maxLength", BREAK, "minLength: 1\n", "maxLength: 9\n        minLength: 1\n"),
        change("a pattern", BREAK, "minLength: 1\n", "pattern: x\n        minLength: 1\n"),
        change("an enum in a parameter", BREAK, "minLength: 1\n", "enum: [a]\n        minLength: 1\n"),
        change("a removed minLength", ADDITION, "        minLength: 1\n", ""),
        change("a minItems", BREAK, "        type: array\n", "        type: array\n        minItems: 1\n"),
        change("a maxItems", BREAK, "        type: array\n", "        type: array\n        maxItems: 1\n"),
        change("unique items", BREAK, "        type: array\n", "        type: array\n        uniqueItems: true\n"),
        change("another default", BREAK, "default: 30\n", "default: 50\n"),
        change("a wider parameter", BREAK, "format: int32\n        " + MINIMUM, "format: int64\n        " + MINIMUM),
        change("another explode", BREAK, "explode: true\n", "explode: false\n"),
        change("an additional property", ADDITION, LARGE_SET, "        more: {type: string}\n" + LARGE_SET),
        change("a renamed property", BREAK, "        current_page:\n", "        number:\n"),
        change("a removed property", BREAK, "        issue:\n", "        x-issue:\n"),
        change("a property that is no longer required", BREAK, "[pagination, api_tokens]", "[pagination]"),
        change("a property that becomes nullable", BREAK, TOKEN_NAME, TOKEN_NAME + "          nullable: true\n"),
        change(
            "a property that is no longer nullable",
            ADDITION,
            "format: int64\n          nullable: true\n",
            "format: int64\n"),
        change("a property of another type", BREAK, TOKEN_LIMIT, TOKEN_LIMIT.replace("integer", "string")),
        change("a wider integer", BREAK, TOKEN_LIMIT, TOKEN_LIMIT.replace("int32", "int64")),
        change("an enum in a property", BREAK, TOKEN_NAME, TOKEN_NAME + "          enum: [a]\n"),
        change("an additional status", ADDITION, STATUS, STATUS + "        " + STATUS.replace("503", "502")),
        change("a removed status", BREAK, STATUS, "\n"),
        change("a removed header", BREAK, "            ETag: {$ref: '#/components/headers/ETag'}\n", ""),
        change(
            "a scope that is no longer sufficient",
            BREAK,
            "  - OAuth2: [api.katapult.io/core/v1/api_tokens:read]\n",
            ""),
        change("an additional error code", NONE, CODES, CODES + "        - {code: a, status: 400, detail: []}\n"),
        change("a removed predicate", NONE, "          x-predicates: {contains: has_scope}\n", ""),
        change("another path", BREAK, "  /organizations/organization/api_tokens:\n", "  /organizations/tokens:\n"),
        change("another server", NONE, "core/v1\n", "core/v2\n"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("changes")
  void isClassified(String name, Change expected, String from, String to) throws IOException {
    String spec = Files.readString(Path.of("openapi.yaml"));
    assertThat(spec).contains(from);

    assertThat(Change.between(spec, spec.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to))))
        .as(name)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 0.1.0, 0.1.0, true",
    "NONE, 1.2.3, 1.2.4, true",
    "ADDITION, 0.1.0, 0.1.0, false",
    "ADDITION, 0.1.0, 0.1.1, true",
    "ADDITION, 1.2.3, 1.2.4, false",
    "ADDITION, 1.2.3, 1.3.0-SNAPSHOT, true",
    "ADDITION, 1.2.3, 2.0.0, true",
    "BREAK, 0.1.3, 0.1.4, false",
    "BREAK, 0.1.3, 0.2.0-SNAPSHOT, true",
    "BREAK, 0.9.0, 0.10.0, true",
    "BREAK, 0.1.3, 1.0.0, true",
    "BREAK, 1.2.3, 1.3.0, false",
    "BREAK, 1.2.3, 2.0.0-SNAPSHOT, true"
  })
  void fitsAVersion(Change change, String released, String next, boolean fits) {
    assertThat(change.fits(Version.of(released), Version.of(next))).isEqualTo(fits);
  }

  private static Arguments change(String name, Change expected, String from, String to) {
    return Arguments.of(name, expected, from, to);
  }

  private static String rules(boolean exclusiveFirst) {
    String exclusive = "        mutuallyExclusive:\n          " + EXCLUSIVE;
    String rows = "        rows:\n          " + ROWS;
    return exclusiveFirst ? exclusive + rows : rows + exclusive;
  }

  private static String parameter(boolean required) {
    return "        - {name: more, in: query, required: " + required + ", schema: {type: string}}\n";
  }
}
