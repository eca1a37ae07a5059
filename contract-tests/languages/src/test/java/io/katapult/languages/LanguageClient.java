package io.katapult.languages;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.specreader.Vectors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A client in another language, running as a process that makes calls on demand. It is generated with the command from
 * the README and compiled as {@code clients/<language>/client.yaml} describes.
 */
final class LanguageClient implements AutoCloseable {
  static final Path CLIENTS = Path.of("clients");
  private static final Path GENERATORS = Path.of("..", "..", "spec", "generators").toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();

  /** The templates: those of {@code spec/generators}, or the generator's stock templates. */
  enum Variant {
    KATAPULT,
    STOCK
  }

  /** The client can't be generated or compiled. */
  static final class BuildException extends Exception {
    private static final long serialVersionUID = 1;

    BuildException(String message) {
      super(message);
    }
  }

  private final Process process;
  private final BufferedWriter calls;
  private final BufferedReader outcomes;

  private LanguageClient(Process process) {
    this.process = process;
    this.calls = process.outputWriter(StandardCharsets.UTF_8);
    this.outcomes = process.inputReader(StandardCharsets.UTF_8);
  }

  static List<String> languages() throws IOException {
    try (Stream<Path> clients = Files.list(CLIENTS)) {
      return clients.filter(Files::isDirectory).map(client -> client.getFileName().toString()).sorted().toList();
    }
  }

  static Map<String, Object> definition(String language) throws IOException {
    return yaml(CLIENTS.resolve(language).resolve("client.yaml"));
  }

  /** The version of the toolchain; empty if it is not installed. */
  static String toolchain(String language) throws IOException {
    try {
      Process process =
          new ProcessBuilder(Vectors.texts(definition(language).get("toolchain"))).redirectErrorStream(true).start();
      String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? version.lines().findFirst().orElse("") : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static LanguageClient start(String language, Variant variant, Path directory) throws IOException, BuildException {
    delete(directory);
    copy(CLIENTS.resolve(language), directory);
    Path log = directory.resolve("build.log");
    run(generation(language, variant, directory), directory, log);
    for (Object command : (List<?>) definition(language).get("build")) {
      run(Vectors.texts(command), directory, log);
    }
    return new LanguageClient(
        new ProcessBuilder(Vectors.texts(definition(language).get("run")))
            .directory(directory.toFile())
            .redirectError(directory.resolve("runner.log").toFile())
            .start());
  }

  /** Makes one call and returns its outcome, in the format of {@code clients/README.md}. */
  Map<String, Object> call(String baseUrl, Map<String, Object> parameters) throws IOException {
    Map<String, Object> call = Map.of("baseUrl", baseUrl, "apiKey", LanguageConformance.KEY, "parameters", parameters);
    calls.write(JSON.writeValueAsString(call));
    calls.newLine();
    calls.flush();
    try {
      String outcome = CompletableFuture.supplyAsync(this::readLine).get(1, TimeUnit.MINUTES);
      if (outcome == null) {
        throw new IOException("The client process has ended");
      }
      return Vectors.map(JSON.readValue(outcome, Object.class));
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The client process does not respond", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private String readLine() {
    try {
      return outcomes.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The command from the README. For the stock client, it leaves out our templates and keeps only the names. */
  private static List<String> generation(String language, Variant variant, Path directory) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("katapult.maven", "mvn"),
                "-q",
                "-B",
                "-ntp",
                "-f",
                GENERATORS.toString(),
                "-Dlanguage=" + language,
                "-Doutput=" + directory.resolve("client")));
    if (variant == Variant.STOCK) {
      Map<String, Object> configuration = new LinkedHashMap<>(yaml(GENERATORS.resolve(language + ".yaml")));
      configuration.remove("files");
      Path stock = directory.resolve("stock.yaml");
      Files.writeString(stock, new Dump(DumpSettings.builder().build()).dumpToString(configuration));
      command.add("-Dconfiguration=" + stock);
      command.add("-Dtemplates=" + Files.createDirectory(directory.resolve("no-templates")));
    }
    return command;
  }

  private static void run(List<String> command, Path directory, Path log) throws IOException, BuildException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new BuildException(String.join(" ", command) + ": " + e.getMessage());
    }
    try {
      boolean ended = process.waitFor(15, TimeUnit.MINUTES);
      if (!ended || process.exitValue() != 0) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new BuildException(String.join(" ", command) + ":\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    return Vectors.map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
