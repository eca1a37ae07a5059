package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a real socket can do to a client. Whatever it is, the outcome is the page or a typed exception, in time, and nothing
 * is left open. {@code target/faults.txt} has the table.
 */
@Timeout(20)
class FaultsTest {
  private static final String KEY = "aVerySecretKey";
  private static final String PAGE =
      "{\"pagination\":{\"current_page\":1,\"total_pages\":0,\"total\":0,\"per_page\":30,\"large_set\":false},"
          + "\"api_tokens\":[]}";
  private static final Map<String, String> OUTCOMES = new ConcurrentSkipListMap<>();

  /** Plays a server: reads the request unless it says otherwise, and writes what it likes. */
  interface Script {
    void play(Socket socket, OutputStream out) throws Exception;
  }

  enum Outcome {
    PAGE,
    CONNECTION,
    UNEXPECTED
  }

  enum Way {
    BLOCKING,
    ASYNCHRONOUS
  }

  record Fault(String name, Outcome outcome, Script script) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault("nothing wrong", Outcome.PAGE, (socket, out) -> write(out, head(PAGE.length()) + PAGE)),
        new Fault("reset before the headers", Outcome.CONNECTION, (socket, out) -> reset(socket)),
        new Fault(
            "reset in the headers",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, "HTTP/1.1 200 OK\r\nContent-Ty");
              reset(socket);
            }),
        new Fault(
            "reset after the headers",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, head(PAGE.length()));
              Thread.sleep(50);
              reset(socket);
            }),
        new Fault(
            "reset in the body",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, head(PAGE.length()) + PAGE.substring(0, 40));
              Thread.sleep(50);
              reset(socket);
            }),
        new Fault("stalled before the headers", Outcome.CONNECTION, (socket, out) -> untilClosed(socket)),
        new Fault(
            "stalled in the body",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, head(PAGE.length()) + PAGE.substring(0, 40));
              untilClosed(socket);
            }),
        new Fault(
            "slow body that never pauses for long",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, head(100_000));
              for (int i = 0; i < 100; i++) {
                write(out, " ");
                Thread.sleep(100);
              }
            }),
        new Fault("shorter than Content-Length", Outcome.CONNECTION, (socket, out) -> write(out, head(9999) + PAGE)),
        new Fault("longer than Content-Length", Outcome.UNEXPECTED, (socket, out) -> write(out, head(40) + PAGE)),
        new Fault(
            "a chunk that is cut off",
            Outcome.CONNECTION,
            (socket, out) -> write(out, chunked() + "fff\r\n" + PAGE)),
        new Fault(
            "a chunk size that is no number",
            Outcome.CONNECTION,
            (socket, out) -> write(out, chunked() + "zzz\r\n" + PAGE)),
        new Fault("no HTTP at all", Outcome.CONNECTION, (socket, out) -> write(out, "SSH-2.0-OpenSSH_9.2\r\n")),
        new Fault(
            "gzip that is none",
            Outcome.CONNECTION,
            (socket, out) -> write(out, gzipped(PAGE.length()) + PAGE)),
        new Fault(
            "gzip that is cut off",
            Outcome.CONNECTION,
            (socket, out) -> {
              byte[] half = Arrays.copyOf(gzip(PAGE), 30);
              write(out, gzipped(half.length));
              out.write(half);
            }),
        new Fault(
            "gzip, well made",
            Outcome.PAGE,
            (socket, out) -> {
              byte[] all = gzip(PAGE);
              write(out, gzipped(all.length));
              out.write(all);
            }),
        new Fault("an empty body", Outcome.UNEXPECTED, (socket, out) -> write(out, head(0))),
        new Fault(
            "invalid UTF-8",
            Outcome.PAGE,
            (socket, out) -> {
              String body = PAGE.replace("{\"pag", "{\"x\":\"\u00ff\u00fe\",\"pag");
              write(out, head(body.length()));
              out.write(body.getBytes(StandardCharsets.ISO_8859_1));
            }),
        new Fault(
            "a charset that does not exist",
            Outcome.PAGE,
            (socket, out) -> write(out, head(PAGE.length()).replace("/json", "/json; charset=klingon") + PAGE)),
        new Fault("duplicate keys: the last one counts", Outcome.PAGE, (socket, out) -> body(out, PAGE.replace("{\"pag", "{\"api_tokens\":[],\"pag"))),
        new Fault("deep nesting", Outcome.UNEXPECTED, (socket, out) -> body(out, "{\"x\":" + "[".repeat(100_000))),
        new Fault("a number beyond long", Outcome.UNEXPECTED, (socket, out) -> body(out, PAGE.replace("\"total\":0", "\"total\":99999999999999999999"))),
        new Fault("NaN", Outcome.UNEXPECTED, (socket, out) -> body(out, PAGE.replace("\"total\":0", "\"total\":NaN"))),
        new Fault("a huge body", Outcome.UNEXPECTED, (socket, out) -> body(out, "{\"x\":\"" + "0".repeat(3_000_000))),
        new Fault(
            "a redirect in a loop",
            Outcome.CONNECTION,
            (socket, out) ->
                write(out, "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
        new Fault(
            "a redirect to nowhere",
            Outcome.UNEXPECTED,
            (socket, out) -> write(out, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")));
  }

  static Stream<Arguments> faultsEachWay() {
    return faults()
        .flatMap(
            fault -> Stream.of(Way.values()).map(way -> Arguments.of(fault, way)));
  }

  @ParameterizedTest
  @MethodSource("faultsEachWay")
  void endsWell(Fault fault, Way way) throws Exception {
    OkHttpClient http = new OkHttpClient.Builder().readTimeout(Duration.ofMillis(300)).build();
    try (FaultyServer server = new FaultyServer(fault.script);
        KatapultClient katapult =
            KatapultClient.builder()
                .apiKey(KEY)
                .organization(Organization.subDomain("acme"))
                .baseUrl("http://127.0.0.1:" + server.port())
                .callFactory(http)
                .maxBodyBytes(1_000_000)
                .retryPolicy(RetryPolicy.NONE.deadline(Duration.ofSeconds(1)))
                .build()) {
      String shown;
      Outcome outcome;
      long begin = System.nanoTime();
      try {
        ApiResponse<?> response = list(katapult, way);
        outcome = Outcome.PAGE;
        shown = response.toString();
      } catch (KatapultException e) {
        outcome = e instanceof ConnectionException ? Outcome.CONNECTION : Outcome.UNEXPECTED;
        StringWriter all = new StringWriter();
        e.printStackTrace(new PrintWriter(all));
        shown = all.toString();
      }

      OUTCOMES.put(fault.name, outcome + ": " + shown.lines().findFirst().orElse("").replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1"));
      assertThat(outcome).as(shown).isEqualTo(fault.outcome);
      assertThat(shown).doesNotContain(KEY);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      assertNothingIsOpen(http);
    } finally {
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void anUnknownHostIsAConnectionThatFails(Way way) throws Exception {
    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey(KEY)
            .organization(Organization.subDomain("acme"))
            .baseUrl("https://nobody.invalid")
            .callFactory(
                new OkHttpClient.Builder()
                    .dns(
                        host -> {
                          throw new UnknownHostException(host);
                        })
                    .build())
            .retryPolicy(RetryPolicy.NONE)
            .build()) {
      assertThat(catchThrowable(() -> list(katapult, way)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("nobody.invalid");
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void plainHttpWhereTlsIsExpectedIsAConnectionThatFails(Way way) throws Exception {
    try (FaultyServer server = new FaultyServer((socket, out) -> write(out, head(PAGE.length()) + PAGE));
        KatapultClient katapult =
            KatapultClient.builder()
                .apiKey(KEY)
                .organization(Organization.subDomain("acme"))
                .baseUrl("https://127.0.0.1:" + server.port())
                .retryPolicy(RetryPolicy.NONE.deadline(Duration.ofSeconds(2)))
                .build()) {
      assertThat(catchThrowable(() -> list(katapult, way)))
          .isInstanceOf(ConnectionException.class);
    }
  }

  @AfterAll
  static void writeTheTable() throws IOException {
    StringBuilder table = new StringBuilder();
    OUTCOMES.forEach((fault, outcome) -> table.append("%-40s %s%n".formatted(fault, outcome)));
    Files.writeString(Path.of("target", "faults.txt"), table);
  }

  private static ApiResponse<?> list(KatapultClient katapult, Way way) throws Exception {
    if (way == Way.BLOCKING) {
      return katapult.listApiTokens(ListApiTokensRequest.all());
    }
    try {
      return katapult.listApiTokensAsync(ListApiTokensRequest.all()).get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  /** A connection is in use as long as a response body is not closed. */
  private static void assertNothingIsOpen(OkHttpClient http) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (http.dispatcher().runningCallsCount() > 0
        || http.connectionPool().connectionCount() > http.connectionPool().idleConnectionCount()) {
      assertThat(System.nanoTime()).as("a call or a connection is still in use").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private static String head(int length) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + length
        + "\r\n\r\n";
  }

  private static String gzipped(int length) {
    return head(length).replace("Content-Type", "Content-Encoding: gzip\r\nContent-Type");
  }

  private static String chunked() {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  private static void body(OutputStream out, String body) throws IOException {
    write(out, head(body.length()) + body);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void untilClosed(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Plays its script to each connection. */
  private static final class FaultyServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Thread thread;

    FaultyServer(Script script) throws IOException {
      thread =
          new Thread(
              () -> {
                while (!listening.isClosed()) {
                  try (Socket socket = listening.accept()) {
                    readRequest(socket.getInputStream());
                    script.play(socket, socket.getOutputStream());
                  } catch (Exception e) {
                    // The client has gone, or the server is closed: both are part of the play.
                  }
                }
              });
      thread.start();
    }

    int port() {
      return listening.getLocalPort();
    }

    private static void readRequest(InputStream in) throws IOException {
      int matched = 0;
      while (matched < 4) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
      }
    }

    @Override
    public void close() {
      try {
        listening.close();
        thread.interrupt();
        thread.join(5000);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
