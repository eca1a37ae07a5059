package io.katapult.mock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The Node.js process that serves the mocks of this JVM. It starts with the first mock and ends with the last one:
 * loading Prism takes longer than starting a mock. All methods must be called one at a time.
 */
@NullMarked
final class PrismProcess {
  private static @Nullable PrismProcess running;

  private final Path directory;
  private final Path errors;
  private final Process process;
  private final Writer input;
  private final BufferedReader output;
  private int mocks;

  private PrismProcess(Path directory) throws IOException {
    this.directory = directory;
    errors = Files.createTempFile(directory, "mock", ".log");
    process =
        PrismMock.launch(
            new ProcessBuilder("node", "mock.mjs").directory(directory.toFile()).redirectError(errors.toFile()));
    input = process.outputWriter(StandardCharsets.UTF_8);
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Returns the process that runs in this directory, or starts one. */
  static PrismProcess in(Path directory) throws IOException {
    PrismProcess last = running;
    if (last == null || !last.process.isAlive() || !last.directory.equals(directory)) {
      last = new PrismProcess(directory);
      running = last;
    }
    return last;
  }

  /** Starts a mock, and returns what the process says of it. */
  Map<String, Object> start(String spec, Path traffic) throws IOException {
    mocks++;
    try {
      return send(Map.of("spec", spec, "traffic", traffic.toString()));
    } catch (IllegalStateException e) {
      release();
      throw e;
    }
  }

  /** Stops a mock, and with the last one the process. */
  void stop(String baseUrl) {
    try {
      send(Map.of("stop", baseUrl));
    } catch (IOException | IllegalStateException e) {
      process.destroy(); // It no longer answers.
    }
    release();
  }

  private Map<String, Object> send(Map<String, Object> command) throws IOException {
    String line;
    try {
      input.write(PrismMock.JSON.toJson(command) + "\n");
      input.flush();
      line = output.readLine();
    } catch (IOException e) {
      line = null; // The process has ended.
    }
    Map<String, Object> answer = line == null ? null : PrismMock.JSON.fromJson(line);
    if (answer == null || answer.containsKey("error")) {
      String error = answer == null ? Files.readString(errors) : String.valueOf(answer.get("error"));
      throw new IllegalStateException("Prism does not start. See " + errors + ":\n" + error);
    }
    return answer;
  }

  private void release() {
    mocks--;
    if (mocks > 0) {
      return;
    }
    running = running == this ? null : running;
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
