package io.katapult.contract.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No class uses reflection that native images and shrunk applications would need to know of. */
class ReflectionTest {
  /** Names as in class files. */
  private static final Pattern REFLECTIVE =
      Pattern.compile(
          "java/lang/reflect/(?!Type\\b)|java/util/(ServiceLoader|ResourceBundle)|java/io/ObjectInputStream"
              + "|forName|loadClass|getResource|get(Declared)?(Method|Field|Constructor)|find(Virtual|Static|Class)");

  @ParameterizedTest
  @CsvSource({
    "generated-client, ",
    "extensions, 'MethodRules.class ParameterRulesCallFactory.class'",
  })
  void onlyTheRulesOfParametersAreReadByReflection(String module, String expected) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "..", module, "target", "classes"))) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".class") && REFLECTIVE.matcher(content(file)).find())
                  .map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(expected == null ? new String[0] : expected.split(" "));
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
