package io.katapult.mock;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import com.squareup.moshi.Types;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/**
 * A running Prism that serves the spec on a free port of 127.0.0.1. It ends when it is closed, and with this
 * JVM at the latest, however that ends.
 *
 * <p>Needs Node.js 20.16 or newer with npm on the {@code PATH}. The first start installs Prism into
 * {@code target/katapult-prism}, or where the system property {@code katapult.prism.directory} says. What is sent, and
 * how it is answered, is written to a file in {@code traffic} there, or in {@code katapult.prism.traffic}; API keys are
 * not. {@code katapult.prism.spec} names a file with another spec to serve.
 *
 * <p>Safe for use by many threads.
 */
@NullMarked
public final class PrismMock implements AutoCloseable {
  /** The response header by which the mock reports the request target as it came in. */
  public static final String REQUEST_TARGET = "X-Mock-Request-Target";

  private static final List<String> FILES = List.of("package.json", "package-lock.json", "mock.mjs");
  private static final String NODE_IS_NEEDED = "The mock needs Node.js 20.16 or newer with npm on the PATH";

  private static final JsonAdapter<Map<String, Object>> JSON =
      new Moshi.Builder().build().adapter(Types.newParameterizedType(Map.class, String.class, Object.class));

  private final Process process;
  private final String baseUrl;
  private final List<String> examples;
  private final Path traffic;

  private PrismMock(Process process, String baseUrl, List<String> examples, Path traffic) {
    this.process = process;
    this.baseUrl = baseUrl;
    this.examples = examples;
    this.traffic = traffic;
  }

  /**
   * Starts a mock.
   *
   * @return the mock, ready for requests
   * @throws IllegalStateException if Node.js is missing, Prism can't be installed, or it does not start; the
   *     message says which, and has what it printed
   */
  public static synchronized PrismMock start() {
    try {
      Path directory =
          Path.of(System.getProperty("katapult.prism.directory", "target/katapult-prism")).toAbsolutePath();
      Files.createDirectories(directory);
      String spec = System.getProperty("katapult.prism.spec");
      // Other processes may start a mock too; within one, this method is synchronized.
      try (FileChannel channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE)) {
        FileLock lock = channel.lock();
        for (String file : FILES) {
          copy("katapult-prism/" + file, directory.resolve(file));
        }
        copy("katapult-spec/openapi.yaml", directory.resolve("openapi.yaml"));
        install(directory);
        PrismMock mock = start(directory, spec == null ? "openapi.yaml" : Path.of(spec).toAbsolutePath().toString());
        lock.release();
        return mock;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the base URL for a client, without a slash at its end} */
  public String baseUrl() {
    return baseUrl;
  }

  /**
   * Makes a base URL whose requests are told from all others.
   *
   * @param answers names of response examples of the spec, for its first requests, one each, such as
   *     {@code "rate_limit_reached"}; a blank may stand for an underscore
   * @return the API there
   * @throws IllegalArgumentException if the spec has no example of that name; the message says which it has
   */
  public MockApi api(String... answers) {
    String id = UUID.randomUUID().toString();
    String names = String.join(",", answers).replace(' ', '_');
    for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
      if (!examples.contains(name)) {
        throw new IllegalArgumentException("The spec has no response example " + name + "; it has " + examples);
      }
    }
    URI url = URI.create(baseUrl);
    String answering = "/answers/" + id + "/" + (names.isEmpty() ? "-" : names);
    return new MockApi(this, id, url.resolve(answering + url.getPath()).toString());
  }

  /** {@return the names of all response examples of the spec, unmodifiable} */
  public List<String> examples() {
    return examples;
  }

  /** {@return what has been sent to the mock and how it was answered, oldest first, unmodifiable} */
  public List<Exchange> exchanges() {
    return exchanges(traffic, id -> true);
  }

  List<Exchange> exchanges(String id) {
    return exchanges(traffic, id::equals);
  }

  static List<Exchange> exchanges(Path traffic, Predicate<Object> ofId) {
    try {
      List<Exchange> exchanges = new ArrayList<>();
      String lines = Files.readString(traffic);
      // Behind the last end of a line is what is just being written.
      for (String line : lines.substring(0, lines.lastIndexOf('\n') + 1).lines().toList()) {
        Map<String, Object> exchange = Objects.requireNonNull(JSON.fromJson(line));
        if (ofId.test(exchange.get("id"))) {
          exchanges.add(
              new Exchange(
                  String.valueOf(exchange.get("method")),
                  String.valueOf(exchange.get("target")),
                  headers(exchange, "headers"),
                  ((Double) Objects.requireNonNull(exchange.get("status"))).intValue(),
                  headers(exchange, "responseHeaders"),
                  String.valueOf(exchange.get("body"))));
        }
      }
      return Collections.unmodifiableList(exchanges);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<String>> headers(Map<String, Object> exchange, String name) {
    Map<String, List<String>> values = new TreeMap<>();
    ((Map<?, ?>) Objects.requireNonNull(exchange.get(name)))
        .forEach(
            (header, value) -> {
              List<?> several = value instanceof List<?> list ? list : List.of(value);
              values.put(String.valueOf(header), several.stream().map(String::valueOf).toList());
            });
    return Collections.unmodifiableMap(values);
  }

  /** Stops the mock, and waits until it is gone. */
  @Override
  public void close() {
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

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in = PrismMock.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A copy of the lock file inside of node_modules tells that all of it has been installed. */
  private static void install(Path directory) throws IOException {
    Path wanted = directory.resolve("package-lock.json");
    Path installed = directory.resolve("node_modules").resolve("katapult-installed.json");
    if (Files.exists(installed) && Files.mismatch(wanted, installed) == -1) {
      return;
    }
    String npm = File.separatorChar == '\\' ? "npm.cmd" : "npm";
    Path log = directory.resolve("npm.log");
    Process process =
        launch(
            new ProcessBuilder(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException("npm can't install Prism; " + log + " says why:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while npm installs Prism", e);
    }
    Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  private static PrismMock start(Path directory, String spec) throws IOException {
    Path errors = Files.createTempFile(directory, "mock", ".log");
    Path traffic = Path.of(System.getProperty("katapult.prism.traffic", directory.resolve("traffic").toString()));
    traffic = Files.createTempFile(Files.createDirectories(traffic), "", ".jsonl").toAbsolutePath();
    Process process =
        launch(
            new ProcessBuilder("node", "mock.mjs", spec, traffic.toString())
                .directory(directory.toFile())
                .redirectError(errors.toFile()));
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    // Its first lines, or the end of its output if it dies before that.
    String baseUrl = output.readLine();
    String examples = output.readLine();
    if (baseUrl == null || examples == null) {
      process.destroyForcibly();
      throw new IllegalStateException("Prism does not start; " + errors + " says why:\n" + Files.readString(errors));
    }
    return new PrismMock(process, baseUrl, List.of(examples.split(",", -1)), traffic);
  }

  private static Process launch(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(NODE_IS_NEEDED + ", and '" + builder.command().get(0) + "' can't be run", e);
    }
  }
}
