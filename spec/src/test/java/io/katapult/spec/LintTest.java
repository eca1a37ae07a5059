package io.katapult.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.core.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Lints other documents with one of our own rules alone. */
@DisabledIfSystemProperty(named = "documentation.skip", matches = "true", disabledReason = "needs Redocly")
class LintTest {
  private static final String PARAMETER_RULES = "parameter-rules/redocly.yaml";
  private static final String PREDICATES = "src/test/resources/predicates.redocly.yaml";
  private static final String RULES = "#/paths/~1rules/get/x-parameter-rules";

  @TempDir private Path directory;

  @Test
  void acceptsRightRules() throws Exception {
    assertThat(problems(PARAMETER_RULES, "parameter-rules/example.yaml")).isEmpty();
  }

  @Test
  void reportsEachWrongRuleWithItsPlace() throws Exception {
    assertThat(problems(PARAMETER_RULES, "src/test/resources/wrong-rules.yaml"))
        .containsExactly(
            "#/x-parameter-rules-version: Unknown version \"2.0\": this is the linter for '1.0'.",
            RULES + "/onlyOne: Unknown kind of rule \"onlyOne\".",
            RULES + "/mutuallyExclusive/0: A rule must have at least two parameters.",
            RULES + "/mutuallyExclusive/1: A rule must have at least two parameters.",
            RULES + "/mutuallyExclusive/2/2: The rule has \"text\" twice.",
            RULES + "/mutuallyExclusive/3/1: The operation has no query parameter \"tetx\".",
            RULES + "/mutuallyExclusive/4/1: The operation has no query parameter \"header\".",
            RULES + "/rows/0/1: In rows, \"text\" must be an array.",
            RULES + "/rows/1/1: In rows, \"joined\" must have the style form, with explode.",
            RULES + "/rows/2/1: In rows, \"piped\" must have the style form, with explode.",
            RULES + "/rows/4/0: \"cells\" is already a column of another table.",
            "#/paths/~1rules/put/x-parameter-rules: This must be a map of kinds of rules.",
            "#/paths/~1rules/post/x-parameter-rules/mutuallyExclusive:"
                + " This must be a list of lists of parameter names.",
            "#/paths/~1rules/post/x-parameter-rules/rows: This must be a list of lists of parameter names.");
  }

  @Test
  void reportsEachWrongPredicateWithItsPlace() throws Exception {
    String texts = "an array of strings that is not nullable.";
    assertThat(problems(PREDICATES, "src/test/resources/wrong-predicates.yaml"))
        .containsExactly(
            predicate("starts/x-predicates/starts_with: Unknown predicate \"starts_with\"."),
            predicate("numbers/x-predicates/contains: The predicate \"contains\" needs " + texts),
            predicate("nulls/x-predicates/contains: The predicate \"contains\" needs " + texts),
            predicate("maybe/x-predicates/empty: The predicate \"empty\" needs an array that is not nullable."),
            predicate("text/x-predicates/empty: The predicate \"empty\" needs an array that is not nullable."),
            predicate("number/x-predicates/reached: The predicate \"reached\" needs an integer with x-unix-time."),
            predicate("snake/x-predicates/contains: \"hasSnake\" is not two or more words in snake case."),
            predicate("one/x-predicates/contains: \"has\" is not two or more words in snake case."),
            predicate("taken/x-predicates/empty: The schema has another \"planted_at\"."),
            predicate("twice/x-predicates/contains: The schema has another \"has_name\"."),
            predicate("optional/x-predicates/contains: A predicate needs a required property."));
  }

  private static String predicate(String problem) {
    return "#/components/schemas/Plant/properties/" + problem;
  }

  private List<String> problems(String config, String document) throws IOException, InterruptedException {
    Path report = directory.resolve("report.json");
    Path errors = directory.resolve("errors.txt");
    Process lint =
        new ProcessBuilder(
                "node", "src/redocly/run.mjs", "lint", document, "--config=" + config, "--format=json")
            .redirectOutput(report.toFile())
            .redirectError(errors.toFile())
            .start();
    int status = lint.waitFor();

    assertThat(errors).as("the output of Redocly").content().contains("validated in");
    List<String> problems = new ArrayList<>();
    for (JsonNode problem : Json.mapper().readTree(Files.readString(report)).get("problems")) {
      problems.add(problem.at("/location/0/pointer").asText() + ": " + problem.get("message").asText());
    }
    assertThat(status).as("the exit code for %s", problems).isEqualTo(problems.isEmpty() ? 0 : 1);
    return problems;
  }
}
