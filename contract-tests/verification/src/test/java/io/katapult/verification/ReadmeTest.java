package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void itListsAllOptions() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
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
