package io.katapult.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.KatapultClient;
import io.katapult.mock.PrismExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holds the README to what it describes. Its code and links are checked with those of all documents. */
@ExtendWith(PrismExtension.class)
class ReadmeTest {
  private static final Path SOURCES = Path.of("src/main/java/io/katapult");

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
  void everyRecipeIsInTheTable() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    try (Stream<Path> recipes = Files.list(SOURCES.resolve("recipes"))) {
      assertThat(recipes.filter(Files::isRegularFile).filter(file -> !file.endsWith("package-info.java")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(readme).contains("](" + file + ") |\n"));
    }
  }
}
