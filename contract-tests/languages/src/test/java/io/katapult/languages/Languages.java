package io.katapult.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.katapult.languages.Commands.FailedException;
import io.katapult.languages.LanguageConformance.Result;
import io.katapult.languages.LanguageConformance.Verdict;
import io.katapult.mock.PrismMock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the generated clients in other languages conform to the spec: {@code mvn verify -Planguages}. Skips a
 * language whose toolchain is missing, or fails with {@code -Dlanguages.required}. {@code -Dlanguages.only=go,rust}
 * tests some. {@code target/languages.md} has the table, and {@code target/languages.json} every case that did not
 * pass.
 */
class Languages {
  private static final Path DIRECTORY = Path.of("target", "languages").toAbsolutePath();
  private static final List<String> ONLY = List.of(System.getProperty("languages.only", "").split(","));
  private static final LanguageTable TABLE = new LanguageTable();

  static Stream<Language> languages() throws IOException {
    return Language.all().filter(language -> ONLY.contains("") || ONLY.contains(language.id()));
  }

  @ParameterizedTest
  @MethodSource("languages")
  @Execution(ExecutionMode.CONCURRENT)
  void conforms(Language language) throws IOException, FailedException {
    String toolchain = language.toolchain();
    if (toolchain.isEmpty()) {
      String missing = language + " is NOT TESTED: can't run " + language.command("toolchain");
      System.err.println("\n!!! " + missing + "\n");
      if (Boolean.getBoolean("languages.required")) {
        fail(missing);
      }
      abort(missing);
    }
    SoftAssertions softly = new SoftAssertions();
    List<Result> results = katapult(language, softly);
    TABLE.add(language, Variant.KATAPULT, toolchain, results);
    softly
        .assertThat(names(results, Verdict.FAILED))
        .as("failed cases")
        .containsExactlyInAnyOrderElementsOf(language.cases("unmet"));
    softly
        .assertThat(names(results, Verdict.NOT_APPLICABLE))
        .as("cases that are not applicable")
        .containsExactlyInAnyOrderElementsOf(language.cases("notApplicable"));
    attempt(softly, () -> listings(language, softly));
    TABLE.add(language, Variant.STOCK, toolchain, stockResults(language));
    softly.assertAll();
  }

  private interface Stage {
    void run() throws IOException, FailedException;
  }

  /** A failed stage does not hide the others. */
  private static void attempt(SoftAssertions softly, Stage stage) {
    try {
      stage.run();
    } catch (IOException | FailedException | RuntimeException e) {
      softly.fail(e.toString(), e);
    }
  }

  private static List<String> names(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).map(Result::fullName).toList();
  }

  private static List<Result> katapult(Language language, SoftAssertions softly) throws IOException, FailedException {
    Path directory = directory(language, Variant.KATAPULT);
    Commands commands = LanguageClient.prepare(language, Variant.KATAPULT, directory);
    PackageConformance conformance = new PackageConformance(language, directory, softly);
    // Before anything is compiled into the folder of the client.
    attempt(softly, conformance::metadata);
    List<Result> results;
    try (LanguageClient runner = LanguageClient.start(language, commands)) {
      results = results(runner, Generation.userAgent(language));
      attempt(softly, () -> conformance.key(runner));
    }
    attempt(softly, conformance::readme);
    conformance.quality(commands);
    return results;
  }

  private static void listings(Language language, SoftAssertions softly) throws IOException, FailedException {
    Commands commands = LanguageClient.prepare(language, Variant.GROWTH, directory(language, Variant.GROWTH));
    try (LanguageClient lister = LanguageClient.start(language.program("lister"), commands)) {
      new ListingConformance(lister, softly).check();
    }
  }

  /** A client that can't be compiled, or that crashes, fails every case. */
  private static List<Result> stockResults(Language language) throws IOException {
    try {
      Commands commands = LanguageClient.prepare(language, Variant.STOCK, directory(language, Variant.STOCK));
      try (LanguageClient runner = LanguageClient.start(language, commands)) {
        return results(runner, null);
      }
    } catch (FailedException | IOException e) {
      return List.of(new Result("build", "works", Verdict.FAILED, String.valueOf(e)));
    }
  }

  private static List<Result> results(LanguageClient runner, String userAgent) throws IOException {
    try (PrismMock mock = PrismMock.start();
        LanguageConformance conformance = new LanguageConformance(runner, mock, userAgent)) {
      return conformance.results();
    }
  }

  private static Path directory(Language language, Variant variant) {
    return DIRECTORY.resolve(language.id()).resolve(variant.name().toLowerCase(Locale.ROOT));
  }

  /** Also checks the table in the README of the spec, if all languages were tested. */
  @AfterAll
  static void report() throws IOException {
    TABLE.write(Path.of("target"));
    System.out.println(TABLE.markdown());
    if (TABLE.languages() == Language.all().count()) {
      String readme = Files.readString(Path.of("..", "..", "spec", "README.md"));
      assertThat(readme.substring(readme.indexOf("| client | organization"), readme.indexOf("\n## Lint and reference")))
          .isEqualTo(TABLE.markdown());
    }
  }
}
