package io.katapult.mock;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import com.squareup.moshi.Types;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
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
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/**
 * A running Prism mock that serves the spec, or another OpenAPI document, on a free port of 127.0.0.1. It stops when it
 * is closed, or when this JVM ends, even if the JVM is killed. All mocks of a JVM share one process of Node.js.
 *
 * <p>Needs Node.js 20.16 or newer with npm on the {@code PATH}. The first start installs Prism. These system properties
 * configure it:
 *
 * <ul>
 *   <li>{@code katapult.prism.directory}: where to install Prism; by default {@code target/katapult-prism},
 *   <li>{@code katapult.prism.traffic}: where to record requests and responses, without API keys; by default the folder
 *       {@code traffic} in the directory above,
 *   <li>{@code katapult.prism.spec}: a file with another spec to serve.
 * </ul>
 *
 * <p>Thread-safe.
 */
@NullMarked
public final class PrismMock implements AutoCloseable {
  /** The response header in which the mock reports the request target exactly as received. */
  public static final String REQUEST_TARGET = "X-Mock-Request-Target";

  private static final List<String> FILES = List.of("package.json", "package-lock.json", "mock.mjs");
  private static final String NODE_IS_NEEDED = "The mock needs Node.js 20.16 or newer with npm on the PATH";

  static final JsonAdapter<Map<String, Object>> JSON =
      new Moshi.Builder().build().adapter(Types.newParameterizedType(Map.class, String.class, Object.class));

  private final PrismProcess process;
  private final String baseUrl;
  private final List<String> examples;
  private final Path traffic;
  private boolean closed;

  private PrismMock(PrismProcess process, String baseUrl, List<String> examples, Path traffic) {
    this.process = process;
    this.baseUrl = baseUrl;
    this.examples = examples;
    this.traffic = traffic;
  }

  /**
   * Starts a mock.
   *
   * @return the mock, ready for requests
   * @throws IllegalStateException if Node.js is missing, or Prism can't be installed or started; the message names the
   *     cause and includes the output of npm or Prism
   */
  public static PrismMock start() {
    String spec = System.getProperty("katapult.prism.spec");
    return start(spec == null ? "openapi.yaml" : Path.of(spec).toAbsolutePath().toString(), "");
  }

  /**
   * Starts a mock of another API. It enforces the {@code x-parameter-rules} of the document: the response to a request
   * that breaks one is the documented 422 or 400, or else a 422 with {@code application/problem+json}.
   *
   * <pre>{@code
   * try (PrismMock mock = PrismMock.start(openApiDocument)) {
   *   URI readers = URI.create(mock.baseUrl() + "/readers?card=1&name=Ann");
   *   HttpRequest request = HttpRequest.newBuilder(readers).build();
   *   assertEquals(422, HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode());
   * }
   * }</pre>
   *
   * <p>The requests are recorded in a folder of their own, with the name of the document.
   *
   * @param openApiDocument a file with OpenAPI 3.0
   * @return the mock, ready for requests
   * @throws IllegalStateException as for {@link #start()}, or if the document can't be served
   */
  public static PrismMock start(Path openApiDocument) {
    return start(openApiDocument.toAbsolutePath().toString(), String.valueOf(openApiDocument.getFileName()));
  }

  private static synchronized PrismMock start(String spec, String trafficFolder) {
    try {
      Path directory =
          Path.of(System.getProperty("katapult.prism.directory", "target/katapult-prism")).toAbsolutePath();
      Files.createDirectories(directory);
      // The lock keeps other processes out, the synchronized method other threads.
      try (FileChannel channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE)) {
        FileLock lock = channel.lock();
        for (String file : FILES) {
          copy("katapult-prism/" + file, directory.resolve(file));
        }
        copy("katapult-spec/openapi.yaml", directory.resolve("openapi.yaml"));
        copy("katapult-spec/parameter-rules/rules.mjs", directory.resolve("rules.mjs"));
        install(directory);
        PrismMock mock = start(directory, spec, trafficFolder);
        lock.release();
        return mock;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the base URL for a client, without a trailing slash} */
  public String baseUrl() {
    return baseUrl;
  }

  /**
   * Creates a separate base URL with its own record of requests.
   *
   * @param answers names of response examples in the spec, one for each of the first requests, such as
   *     {@code "rate_limit_reached"}; underscores may be written as spaces
   * @return the API at this base URL
   * @throws IllegalArgumentException if the spec has no example with such a name; the message lists all names
   */
  public MockApi api(String... answers) {
    String id = UUID.randomUUID().toString();
    String names = String.join(",", answers).replace(' ', '_');
    for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
      if (!examples.contains(name)) {
        String known = "\"" + String.join("\", \"", examples) + "\"";
        throw new IllegalArgumentException(
            ("The spec has no response example \"" + name + "\"; it has " + known).replace('_', ' '));
      }
    }
    URI url = URI.create(baseUrl);
    String answering = "/answers/" + id + "/" + (names.isEmpty() ? "-" : names);
    return new MockApi(this, id, url.resolve(answering + url.getPath()).toString());
  }

  /** {@return the names of all response examples in the spec, unmodifiable} */
  public List<String> examples() {
    return examples;
  }

  /** {@return all requests to the mock with their responses, oldest first, unmodifiable} */
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
      // Skip the last line while the mock is still writing it.
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

  /** Stops the mock. The last one to stop waits for the process of all to end. Does nothing if it has been stopped. */
  @Override
  public void close() {
    synchronized (PrismMock.class) {
      if (!closed) {
        closed = true;
        process.stop(baseUrl);
      }
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

  /** Runs npm unless node_modules has a copy of the lock file, which is written after a complete installation. */
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
        throw new IllegalStateException("npm failed to install Prism. See " + log + ":\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while installing Prism", e);
    }
    Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  private static PrismMock start(Path directory, String spec, String trafficFolder) throws IOException {
    Path all = Path.of(System.getProperty("katapult.prism.traffic", directory.resolve("traffic").toString()));
    Path traffic =
        Files.createTempFile(Files.createDirectories(all.resolve(trafficFolder)), "", ".jsonl").toAbsolutePath();
    PrismProcess process = PrismProcess.in(directory);
    Map<String, Object> answer = process.start(spec, traffic);
    List<?> examples = (List<?>) Objects.requireNonNull(answer.get("examples"));
    return new PrismMock(
        process, String.valueOf(answer.get("baseUrl")), examples.stream().map(String::valueOf).toList(), traffic);
  }

  static Process launch(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(NODE_IS_NEEDED + ", but '" + builder.command().get(0) + "' can't be run", e);
    }
  }
}
