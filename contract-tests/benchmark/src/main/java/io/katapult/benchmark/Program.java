package io.katapult.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Java programs in separate processes. */
final class Program {
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Path benchmarkJar;
  private final List<String> allOptions;

  Program(Path benchmarkJar, List<String> allOptions) {
    this.benchmarkJar = benchmarkJar;
    this.allOptions = allOptions;
  }

  /** A server that ends when it is closed or when this process ends. */
  final class Server implements AutoCloseable {
    private final Process process;
    final String url;

    Server(int tokens, int latencyMillis) throws IOException {
      List<String> arguments = List.of(String.valueOf(tokens), String.valueOf(latencyMillis));
      process = start("", List.of("-Xmx512m"), BenchmarkServer.class, arguments);
      BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      url = "http://127.0.0.1:" + out.readLine();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  String classPath(String ofClient) {
    return benchmarkJar + (ofClient.isEmpty() ? "" : File.pathSeparator + ofClient);
  }

  /** Runs a program to its end and returns its output. */
  List<String> run(String classPath, List<String> options, Class<?> main, List<String> arguments) throws Exception {
    return run(command(classPath, options, main, arguments), Path.of(""));
  }

  /** Runs a command in a folder to its end and returns its output. */
  static List<String> run(List<String> command, Path folder) throws Exception {
    Process process = builder(command, folder).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + out);
      }
      return out.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  Process start(String classPath, List<String> options, Class<?> main, List<String> arguments) throws IOException {
    List<String> command = command(classPath, options, main, arguments);
    return builder(command, Path.of("")).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static ProcessBuilder builder(List<String> command, Path folder) {
    return new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
  }

  private List<String> command(String classPath, List<String> options, Class<?> main, List<String> arguments) {
    List<String> all = new ArrayList<>(allOptions);
    all.addAll(options);
    return command(JAVA, all, classPath(classPath), main.getName(), arguments);
  }

  static List<String> command(
      String java, List<String> options, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    // The stock clients decode text with the default charset.
    Collections.addAll(command, java, "-Dfile.encoding=UTF-8");
    command.addAll(options);
    Collections.addAll(command, "-cp", classPath, main);
    command.addAll(arguments);
    return command;
  }
}
