package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path CONSUMER =
      Path.of("../consumers/src/it/implementer/src/test/java/com/example/ContractTest.java");
  private final String readme = readme();

  private static String readme() {
    try {
      return Files.readString(Path.of("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theCodeIsThatOfAConsumer() throws IOException {
    Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);

    assertThat(code.find()).isTrue();
    assertThat(Files.readString(CONSUMER)).endsWith(code.group(1));
  }

  @Test
  void itListsAllOptions() {
    List<String> options =
        Main.commandLine(Map.of()).getCommandSpec().options().stream()
            .map(
                option ->
                    Arrays.stream(option.names())
                        .filter(name -> name.startsWith("--"))
                        .findFirst()
                        .orElse(""))
            .toList();

    assertThat(options)
        .hasSizeGreaterThan(6)
        .allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    assertThat(
            Pattern.compile("(?<=\\s)--[a-z]+")
                .matcher(readme)
                .results()
                .map(result -> result.group()))
        .isSubsetOf(options);
  }
}
