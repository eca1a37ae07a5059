package io.katapult.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.katapult.languages.LanguageClient.BuildException;
import io.katapult.languages.LanguageClient.Variant;
import io.katapult.languages.LanguageConformance.Result;
import io.katapult.languages.LanguageConformance.Verdict;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the generated clients in other languages conform to the spec: {@code mvn verify -Planguages}. Skips a
 * language whose toolchain is missing, or fails with {@code -Dlanguages.required}. {@code target/languages.md} has the
 * table, and {@code target/languages.json} every case that did not pass.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Languages {
  private static final Path DIRECTORY = Path.of("target", "languages").toAbsolutePath();
  private static final LanguageTable TABLE = new LanguageTable();

  static Stream<String> languages() throws IOException {
    return LanguageClient.languages().stream();
  }

  @ParameterizedTest
  @MethodSource("languages")
  @Order(1)
  void conforms(String language) throws IOException, BuildException {
    String toolchain = LanguageClient.toolchain(language);
    if (toolchain.isEmpty()) {
      String missing =
          language + " is NOT TESTED: can't run " + LanguageClient.definition(language).get("toolchain");
      System.err.println("\n!!! " + missing + "\n");
      if (Boolean.getBoolean("languages.required")) {
        fail(missing);
      }
      abort(missing);
    }
    TABLE.add(language, toolchain);
    TABLE.add(language, Variant.STOCK, stockResults(language));
    List<Result> results = results(language, Variant.KATAPULT);
    TABLE.add(language, Variant.KATAPULT, results);

    assertThat(names(results, Verdict.FAILED)).containsExactlyInAnyOrderElementsOf(unmet(language, "unmet"));
    assertThat(names(results, Verdict.NOT_APPLICABLE))
        .containsExactlyInAnyOrderElementsOf(unmet(language, "notApplicable"));
  }

  private static Set<String> unmet(String language, String key) throws IOException {
    return Vectors.map(LanguageClient.definition(language).getOrDefault(key, Map.of())).keySet();
  }

  private static List<String> names(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).map(Result::fullName).toList();
  }

  /** A client that can't be compiled, or that crashes, fails every case. */
  private static List<Result> stockResults(String language) throws IOException {
    try {
      return results(language, Variant.STOCK);
    } catch (BuildException | IOException e) {
      return List.of(new Result("build", "works", Verdict.FAILED, String.valueOf(e)));
    }
  }

  private static List<Result> results(String language, Variant variant) throws IOException, BuildException {
    Path directory = DIRECTORY.resolve(language).resolve(variant.name().toLowerCase(java.util.Locale.ROOT));
    try (LanguageClient client = LanguageClient.start(language, variant, directory);
        PrismMock mock = PrismMock.start();
        LanguageConformance conformance = new LanguageConformance(client, mock)) {
      return conformance.results();
    }
  }

  @Test
  @Order(2)
  void theReadmeOfTheSpecHasTheTable() throws IOException {
    if (TABLE.languages().size() < languages().count()) {
      abort("Some languages were not tested");
    }
    assertThat(Files.readString(Path.of("..", "..", "spec", "README.md"))).contains(TABLE.markdown());
  }

  @AfterAll
  static void report() throws IOException {
    TABLE.write(Path.of("target"));
    System.out.println(TABLE.markdown());
  }
}
