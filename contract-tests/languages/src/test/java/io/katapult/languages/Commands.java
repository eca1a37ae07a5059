package io.katapult.languages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands in a directory. Their output goes to files there. */
record Commands(Path directory, Map<String, String> environment) {
  /** A client can't be generated or compiled, or a check of its code fails. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }

  /** What a command has written to both of its outputs. */
  record Output(int code, String text) {}

  void run(List<String> command) throws IOException, FailedException {
    Output output = output(command);
    if (output.code() != 0) {
      throw new FailedException(String.join(" ", command) + ":\n" + output.text());
    }
  }

  Output output(List<String> command) throws IOException, FailedException {
    Path log = directory.resolve("command.log");
    Process process;
    try {
      process = builder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new FailedException(String.join(" ", command) + ": " + e.getMessage());
    }
    try {
      int code = process.waitFor(10, TimeUnit.MINUTES) ? process.exitValue() : -1;
      return new Output(code, Files.readString(log));
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Starts a program that reads lines and prints one line for each. */
  Process start(List<String> command) throws IOException {
    return builder(command).redirectError(directory.resolve("program.log").toFile()).start();
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    return builder;
  }

  static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
