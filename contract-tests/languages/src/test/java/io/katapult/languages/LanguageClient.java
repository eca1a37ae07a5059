package io.katapult.languages;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.languages.Commands.FailedException;
import io.katapult.specreader.Vectors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A program that makes calls on demand with a client in another language: a runner or a lister. */
final class LanguageClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final BufferedWriter calls;
  private final BufferedReader outcomes;

  private LanguageClient(Process process) {
    this.process = process;
    this.calls = process.outputWriter(StandardCharsets.UTF_8);
    this.outcomes = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Copies the files of the language to an empty directory, and generates the client there. */
  static Commands prepare(Language language, Variant variant, Path directory) throws IOException, FailedException {
    delete(directory);
    copy(Language.CLIENTS.resolve(language.id()), directory);
    Generation.generate(language, variant, directory);
    return new Commands(directory, Map.of("KATAPULT_VARIANT", variant.name().toLowerCase(Locale.ROOT)));
  }

  /** Compiles a program and starts it. */
  static LanguageClient start(Language program, Commands commands) throws IOException, FailedException {
    for (List<String> command : program.commands("build")) {
      commands.run(command);
    }
    return new LanguageClient(commands.start(program.command("run")));
  }

  /** Makes one call and returns its outcome, in the format of {@code clients/README.md}. */
  Map<String, Object> call(Map<String, Object> call) throws IOException {
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
      throw Commands.interrupted(e);
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
