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

/** Lints other documents with the linter of {@code parameter-rules} alone. */
@DisabledIfSystemProperty(named = "documentation.skip", matches = "true", disabledReason = "needs Redocly")
class LintTest {
  private static final String RULES = "#/paths/~1rules/get/x-parameter-rules";

  @TempDir private Path directory;

  @Test
  void acceptsRightRules() throws Exception {
    assertThat(problems(Path.of("parameter-rules/example.yaml"))).isEmpty();
  }

  @Test
  void reportsEachWrongRuleWithItsPlace() throws Exception {
    assertThat(problems(Path.of("src/test/resources/wrong-rules.yaml")))
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

  private List<String> problems(Path document) throws IOException, InterruptedException {
    Path report = directory.resolve("report.json");
    Path errors = directory.resolve("errors.txt");
    Process lint =
        new ProcessBuilder(
                "node", "src/redocly/run.mjs", "lint", document.toString(), "--config=parameter-rules/redocly.yaml",
                "--format=json")
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
