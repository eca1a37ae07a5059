package io.katapult.languages;

import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A folder of {@code clients}, described by its {@code client.yaml}.
 *
 * @param id the name of the folder
 */
record Language(String id, Map<String, Object> definition) {
  static final Path CLIENTS = Path.of("clients");

  static Stream<Language> all() throws IOException {
    try (Stream<Path> folders = Files.list(CLIENTS)) {
      List<Path> sorted = folders.filter(Files::isDirectory).sorted().toList();
      return sorted.stream().map(folder -> new Language(folder.getFileName().toString(), definition(folder)));
    }
  }

  private static Map<String, Object> definition(Path folder) {
    try {
      return yaml(folder.resolve("client.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Object> yaml(Path file) throws IOException {
    return Vectors.map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
  }

  String name() {
    return text("name");
  }

  String text(String key) {
    return (String) required(key);
  }

  List<String> command(String key) {
    return Vectors.texts(required(key));
  }

  private Object required(String key) {
    return Objects.requireNonNull(definition.get(key), () -> "client.yaml of " + id + " needs " + key);
  }

  List<List<String>> commands(String key) {
    return ((List<?>) definition.getOrDefault(key, List.of())).stream().map(Vectors::texts).toList();
  }

  /** The program in the README, or the lister. */
  Language program(String key) {
    return new Language(id, Vectors.map(required(key)));
  }

  /** The cases of {@code unmet} or {@code notApplicable}, with the reasons. */
  Map<String, Object> reasons(String key) {
    return Vectors.map(definition.getOrDefault(key, Map.of()));
  }

  Set<String> cases(String key) {
    return reasons(key).keySet();
  }

  /** The version of the toolchain; empty if it is not installed. */
  String toolchain() throws IOException {
    try {
      Process process = new ProcessBuilder(command("toolchain")).redirectErrorStream(true).start();
      String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? version.lines().findFirst().orElse("") : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw Commands.interrupted(e);
    }
  }

  @Override
  public String toString() {
    return id;
  }
}
