package io.katapult.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.katapult.contract.LanguageClient.BuildException;
import io.katapult.contract.LanguageClient.Variant;
import io.katapult.contract.LanguageConformance.Result;
import io.katapult.contract.LanguageConformance.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Do clients in other languages, generated from the spec, keep to it? {@code mvn verify -Planguages} asks all whose toolchain is
 * here, and with {@code -Dlanguages.required} fails if one is not. {@code target/languages.json} has every case that was
 * not passed, {@code target/languages.md} the table.
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
  void isRight(String language) throws IOException, BuildException {
    String toolchain = LanguageClient.toolchain(language);
    if (toolchain.isEmpty()) {
      String missing = language + " is NOT TESTED: " + LanguageClient.definition(language).get("toolchain") + " can't be run";
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

    assertThat(results)
        .filteredOn(result -> result.verdict() == Verdict.FAILED)
        .extracting(result -> result.group() + ": " + result.name())
        .containsExactlyInAnyOrderElementsOf(LanguageClient.unmet(language).keySet());
    assertThat(results).filteredOn(result -> result.verdict() == Verdict.PASSED).hasSizeGreaterThan(250);
  }

  /** What can't be compiled fails every case. */
  private static List<Result> stockResults(String language) throws IOException {
    try {
      return results(language, Variant.STOCK);
    } catch (BuildException e) {
      return List.of(new Result("build", "compiles", Verdict.FAILED, String.valueOf(e.getMessage())));
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
  void theReadmeHasTheTable() throws IOException {
    if (TABLE.languages().size() < languages().count()) {
      abort("Not every language was tested");
    }
    assertThat(Files.readString(Path.of("..", "README.md"))).contains(TABLE.markdown());
  }

  @AfterAll
  static void report() throws IOException {
    TABLE.write(Path.of("target"));
    System.out.println(TABLE.markdown());
  }
}
