package io.katapult.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.KatapultClient;
import io.katapult.mock.PrismExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holds the README to what it describes. */
@ExtendWith(PrismExtension.class)
class ReadmeTest {
  private static final Path SOURCES = Path.of("src/main/java/io/katapult");
  private final String readme = read(Path.of("README.md"));

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itsCodeIsInThisClass() {
    String tests = unindented(read(Path.of("src/test/java/io/katapult/recipes/ReadmeTest.java")));

    assertThat(found("```java\n(.*?)```"))
        .isNotEmpty()
        .allSatisfy(code -> assertThat(tests).contains(unindented(code)));
  }

  @Test
  void auditsInYourProgram(KatapultClient katapult) {
    TokenAudit audit = new TokenAudit(Duration.ofDays(14), Set.of("api_tokens", "users"), 5);
    for (TokenAudit.Flagged flagged : audit.flagged(katapult, Instant.now())) {
      System.out.println(flagged.token().name() + ": " + flagged.findings());
    }

    assertThat(audit.flagged(katapult, Instant.EPOCH))
        .extracting(flagged -> flagged.token().name())
        .containsExactly("Nightly audit", "Terraform");
  }

  @Test
  void everyLinkLeadsToAFile() {
    assertThat(found("\\]\\(([^)#:]+)\\)")).isNotEmpty().allMatch(link -> Files.exists(Path.of(link)));
  }

  @Test
  void everyRecipeIsInTheTable() throws IOException {
    try (Stream<Path> recipes = Files.list(SOURCES.resolve("recipes"))) {
      assertThat(recipes.filter(Files::isRegularFile).filter(file -> !file.endsWith("package-info.java")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(readme).contains("](" + file + ") |\n"));
    }
  }

  private List<String> found(String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(readme).results().map(match -> match.group(1)).toList();
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
