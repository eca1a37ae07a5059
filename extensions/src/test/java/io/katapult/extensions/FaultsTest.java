package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a real socket can do to a client, where it matters which outcome that has; {@link DerivedFaultsTest} derives
 * more. Whatever it is, the outcome is the page or a typed exception, in time, and nothing is left open. {@code
 * target/faults.txt} has the table.
 */
@Timeout(20)
class FaultsTest {
  private static final String KEY = "aVerySecretKey";
  private static final String PAGE =
      "{\"pagination\":{\"current_page\":1,\"total_pages\":0,\"total\":0,\"per_page\":30,\"large_set\":false},"
          + "\"api_tokens\":[]}";
  private static final byte[] LATIN_1 =
      PAGE.replace("{\"pag", "{\"x\":\"caf\u00e9\",\"pag").getBytes(StandardCharsets.ISO_8859_1);
  private static final Map<String, String> OUTCOMES = new ConcurrentSkipListMap<>();
  private static final HeldCertificate AUTHORITY = new HeldCertificate.Builder().certificateAuthority(0).build();

  /** Long enough for a busy machine: where nothing else ends a call, it has one of its own. */
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  private static KeyWatch watch;
  private static Leaks leaks;

  /** Plays a server that has read the request: writes what it likes. */
  interface Script {
    void play(Socket socket, OutputStream out) throws Exception;
  }

  enum Outcome {
    PAGE,
    API_ERROR,
    UNEXPECTED,
    CONNECTION
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
        new Fault("reset before the headers", Outcome.CONNECTION, (socket, out) -> RawServer.reset(socket)),
        new Fault(
            "reset in the body",
            Outcome.CONNECTION,
            (socket, out) -> {
              write(out, head(PAGE.length()) + PAGE.substring(0, 40));
              Thread.sleep(50);
              RawServer.reset(socket);
            }),
        new Fault("stalled before the headers", Outcome.CONNECTION, (socket, out) -> RawServer.untilClosed(socket)),
        new Fault("shorter than Content-Length", Outcome.CONNECTION, (socket, out) -> write(out, head(9999) + PAGE)),
        new Fault("longer than Content-Length", Outcome.UNEXPECTED, (socket, out) -> write(out, head(40) + PAGE)),
        new Fault(
            "no more chunks, and not the last one",
            Outcome.CONNECTION,
            (socket, out) -> write(out, chunked() + "28\r\n" + PAGE.substring(0, 40) + "\r\n")),
        new Fault(
            "a chunk size that is no number",
            Outcome.CONNECTION,
            (socket, out) -> write(out, chunked() + "zzz\r\n" + PAGE)),
        new Fault("no HTTP at all", Outcome.CONNECTION, (socket, out) -> write(out, "SSH-2.0-OpenSSH_9.2\r\n")),
        new Fault(
            "gzip that is none",
            Outcome.UNEXPECTED,
            (socket, out) -> write(out, gzipped(PAGE.length()) + PAGE)),
        new Fault(
            "gzip that is cut off",
            Outcome.UNEXPECTED,
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
        new Fault("invalid UTF-8", Outcome.UNEXPECTED, (socket, out) -> body(out, "application/json", LATIN_1)),
        new Fault(
            "ISO 8859-1, and it says so",
            Outcome.UNEXPECTED,
            (socket, out) -> body(out, "application/json; charset=iso-8859-1", LATIN_1)),
        new Fault(
            "UTF-16, and it says so",
            Outcome.UNEXPECTED,
            (socket, out) ->
                body(out, "application/json; charset=utf-16", PAGE.getBytes(StandardCharsets.UTF_16))),
        new Fault(
            "HTML", Outcome.UNEXPECTED, (socket, out) -> body(out, "text/html", "<h1>Welcome</h1>".getBytes(UTF_8))),
        new Fault(
            "a byte-order mark",
            Outcome.PAGE,
            (socket, out) -> body(out, "application/json", ("\ufeff" + PAGE).getBytes(UTF_8))),
        new Fault(
            "a gzip bomb",
            Outcome.UNEXPECTED,
            (socket, out) -> {
              byte[] bomb = gzip("{\"x\":\"" + "0".repeat(3_000_000));
              write(out, gzipped(bomb.length));
              out.write(bomb);
            }),
        new Fault(
            "a charset that does not exist",
            Outcome.PAGE,
            (socket, out) -> write(out, head(PAGE.length()).replace("/json", "/json; charset=klingon") + PAGE)),
        new Fault(
            "duplicate keys: the last one counts",
            Outcome.PAGE,
            (socket, out) -> body(out, PAGE.replace("{\"pag", "{\"api_tokens\":[],\"pag"))),
        new Fault(
            "the key in a header without a name",
            Outcome.PAGE,
            (socket, out) -> write(out, headAnd(":" + KEY) + PAGE)),
        new Fault(
            "the key in a header whose name is none",
            Outcome.PAGE,
            (socket, out) -> write(out, headAnd("two words: " + KEY) + PAGE)),
        new Fault("deep nesting", Outcome.UNEXPECTED, (socket, out) -> body(out, "{\"x\":" + "[".repeat(100_000))),
        new Fault(
            "a number beyond long",
            Outcome.UNEXPECTED,
            (socket, out) -> body(out, PAGE.replace("\"total\":0", "\"total\":99999999999999999999"))),
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
    try (RawServer server = new RawServer(afterRequest(fault.script))) {
      assertOutcome(fault.name, fault.outcome, way, http, "http://127.0.0.1:" + server.port());
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aSlowBodyThatNeverPausesForLong(Way way) throws Exception {
    Script slow =
        (socket, out) -> {
          write(out, head(100_000));
          for (int i = 0; i < 100; i++) {
            write(out, " ");
            Thread.sleep(100);
          }
        };
    try (RawServer server = new RawServer(afterRequest(slow))) {
      assertOutcome(
          "a slow body that never pauses for long",
          Outcome.CONNECTION,
          way,
          new OkHttpClient.Builder().readTimeout(Duration.ofMillis(300)).build(),
          "http://127.0.0.1:" + server.port(),
          builder -> builder.retryPolicy(RetryPolicy.NONE.deadline(Duration.ofSeconds(1))));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void anUnknownHost(Way way) throws Exception {
    OkHttpClient http =
        new OkHttpClient.Builder()
            .dns(
                host -> {
                  throw new UnknownHostException(host);
                })
            .build();
    assertThat(assertOutcome("an unknown host", Outcome.CONNECTION, way, http, "https://nobody.invalid"))
        .contains("nobody.invalid");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void nobodyListens(Way way) throws Exception {
    RawServer gone = new RawServer(socket -> {});
    gone.close();
    assertOutcome("nobody listens", Outcome.CONNECTION, way, new OkHttpClient(), "http://127.0.0.1:" + gone.port());
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void plainHttpWhereTlsIsExpected(Way way) throws Exception {
    try (RawServer server = new RawServer(afterRequest((socket, out) -> body(out, PAGE)))) {
      assertOutcome(
          "plain HTTP where TLS is expected",
          Outcome.CONNECTION,
          way,
          new OkHttpClient.Builder().readTimeout(Duration.ofMillis(300)).build(),
          "https://127.0.0.1:" + server.port());
    }
  }

  static Stream<Arguments> certificates() {
    return Stream.of(
            Arguments.of("as it should be", certificate("localhost").build(), Outcome.PAGE),
            Arguments.of("of another host", certificate("example.com").build(), Outcome.CONNECTION),
            Arguments.of(
                "that has expired", certificate("localhost").validityInterval(0, 1).build(), Outcome.CONNECTION))
        .flatMap(
            certificate ->
                Stream.of(Way.values())
                    .map(way -> Arguments.of(certificate.get()[0], certificate.get()[1], certificate.get()[2], way)));
  }

  @ParameterizedTest
  @MethodSource("certificates")
  void certificate(String name, HeldCertificate certificate, Outcome expected, Way way) throws Exception {
    try (MockWebServer server = tlsServer(certificate)) {
      server.enqueue(TokenServer.json(200, PAGE));
      String baseUrl = "https://localhost:" + server.getPort();
      assertOutcome("a certificate " + name, expected, way, trusting(AUTHORITY), baseUrl);
      assertOutcome("a certificate that nobody trusts", Outcome.CONNECTION, way, new OkHttpClient(), baseUrl);
    }
  }

  private static HeldCertificate.Builder certificate(String host) {
    return new HeldCertificate.Builder().signedBy(AUTHORITY).addSubjectAlternativeName(host);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aRedirectToHttp(Way way) throws Exception {
    try (MockWebServer server = tlsServer(certificate("localhost").build());
        MockWebServer plain = new MockWebServer()) {
      plain.start();
      plain.enqueue(TokenServer.json(200, PAGE));
      server.enqueue(redirect("http://localhost:" + plain.getPort() + "/"));

      String shown =
          assertOutcome(
              "a redirect to http", Outcome.UNEXPECTED, way, trusting(AUTHORITY), "https://localhost:" + server.getPort());

      assertThat(shown).contains("from http://localhost:" + plain.getPort() + "/");
      assertThat(plain.takeRequest().getHeaders().get("Authorization")).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aRedirectToAnotherHost(Way way) throws Exception {
    try (MockWebServer server = new MockWebServer();
        MockWebServer other = new MockWebServer()) {
      server.start();
      other.start();
      other.enqueue(TokenServer.json(200, PAGE));
      server.enqueue(redirect("http://localhost:" + other.getPort() + "/"));

      assertOutcome(
          "a redirect to another host", Outcome.UNEXPECTED, way, new OkHttpClient(), "http://127.0.0.1:" + server.getPort());

      assertThat(other.takeRequest().getHeaders().get("Authorization")).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aRedirectOnTheSameHost(Way way) throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(redirect("/elsewhere"));
      server.enqueue(TokenServer.json(200, PAGE));

      assertOutcome(
          "a redirect on the same host", Outcome.PAGE, way, new OkHttpClient(), "http://127.0.0.1:" + server.getPort());
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aStormOf429(Way way) throws Exception {
    try (TokenServer server = new TokenServer(1)) {
      server.instead = page -> TokenServer.error(429, "rate_limit_reached");
      FakeClock clock = new FakeClock();
      assertOutcome(
          "a storm of 429 that does not end",
          Outcome.API_ERROR,
          way,
          new OkHttpClient(),
          server.http.url("/").toString(),
          builder -> builder.clock(clock).retryPolicy(RetryPolicy.DEFAULT.attempts(50).deadline(Duration.ofMinutes(10))));
      assertThat(server.http.getRequestCount()).isBetween(8, 12);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aServerThatDiesHalfWayThroughAListingAndComesBack(int ahead) throws Exception {
    AtomicBoolean isDead = new AtomicBoolean();
    AtomicInteger attemptsInVain = new AtomicInteger();
    OkHttpClient http = new OkHttpClient();
    try (TokenServer server = new TokenServer(40);
        KatapultClient katapult =
            client(http, server.http.url("/").toString())
                .clock(new FakeClock())
                .retryPolicy(RetryPolicy.DEFAULT.attempts(9).deadline(Duration.ofHours(1)))
                .build()) {
      server.instead =
          page -> {
            if (attemptsInVain.get() >= 6) {
              isDead.set(false);
            }
            if (!isDead.get()) {
              return null;
            }
            attemptsInVain.incrementAndGet();
            return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
          };
      Listing<ApiTokenPage, ApiToken> listing =
          katapult
              .apiTokens().all()
              .ahead(ahead)
              .onPage(
                  progress -> {
                    if (progress.page() == 2) {
                      isDead.set(true);
                    }
                  });

      assertThat(listing.stream().map(ApiToken::id)).isEqualTo(server.ids);
      assertThat(attemptsInVain).hasValueGreaterThanOrEqualTo(6);
      OUTCOMES.put("a server that dies half-way and comes back", "PAGE: all of them");
      assertNothingIsOpen(http);
    } finally {
      stop(http);
    }
  }

  @BeforeAll
  static void listen() {
    watch = new KeyWatch(KEY);
    watch.begin();
    leaks = new Leaks();
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    watch.close();
    Files.writeString(
        Path.of("target", "faults.txt"),
        OUTCOMES.entrySet().stream()
            .map(outcome -> "%-44s %s%n".formatted(outcome.getKey(), outcome.getValue()))
            .collect(Collectors.joining()));

    assertThat(watch.logRecords()).isPositive();
    assertThat(watch.findings()).isEmpty();
    assertThat(leaks.found()).isEmpty();
  }

  private static String assertOutcome(String name, Outcome expected, Way way, OkHttpClient http, String baseUrl)
      throws Exception {
    return assertOutcome(name, expected, way, http, baseUrl, builder -> builder);
  }

  /** Returns what there is to see of it. */
  private static String assertOutcome(
      String name,
      Outcome expected,
      Way way,
      OkHttpClient http,
      String baseUrl,
      UnaryOperator<KatapultClient.Builder> change)
      throws Exception {
    try (KatapultClient katapult = change.apply(client(http, baseUrl)).build()) {
      String shown;
      Outcome outcome;
      long begin = System.nanoTime();
      try {
        shown = list(katapult, way).toString();
        outcome = Outcome.PAGE;
      } catch (KatapultException e) {
        outcome =
            e instanceof ConnectionException
                ? Outcome.CONNECTION
                : e instanceof ApiErrorException ? Outcome.API_ERROR : Outcome.UNEXPECTED;
        shown = KeyWatch.stackTrace(e);
      }
      Duration taken = Duration.ofNanos(System.nanoTime() - begin);

      String first = shown.lines().findFirst().orElse("").replaceAll("(127.0.0.1|localhost)(/127.0.0.1)?:\\d+", "$1");
      OUTCOMES.put(name, outcome + ": " + first.replace("io.katapult.extensions.", ""));
      assertThat(outcome).as(shown).isEqualTo(expected);
      assertThat(watch.shows(shown)).as(shown).isFalse();
      assertThat(taken).isLessThan(DEADLINE);
      assertNothingIsOpen(http);
      return shown;
    } finally {
      stop(http);
    }
  }

  private static KatapultClient.Builder client(OkHttpClient http, String baseUrl) {
    return KatapultClient.builder()
        .apiKey(KEY)
        .organization(Organization.subDomain("acme"))
        .baseUrl(baseUrl)
        .callFactory(http)
        .maxBodyBytes(1_000_000)
        .retryPolicy(RetryPolicy.NONE.deadline(DEADLINE));
  }

  private static void stop(OkHttpClient http) {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private static MockWebServer tlsServer(HeldCertificate certificate) throws IOException {
    MockWebServer server = new MockWebServer();
    server.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory());
    server.start();
    return server;
  }

  private static OkHttpClient trusting(HeldCertificate authority) {
    HandshakeCertificates trusted =
        new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate()).build();
    return new OkHttpClient.Builder().sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager()).build();
  }

  private static MockResponse redirect(String location) {
    return new MockResponse.Builder().code(302).setHeader("Location", location).build();
  }

  /** A connection is in use as long as a response body is not closed. */
  private static void assertNothingIsOpen(OkHttpClient http) throws InterruptedException {
    ConnectionPool pool = http.connectionPool();
    assertThat(Leaks.eventually(() -> http.dispatcher().runningCallsCount() == 0)).as("no call is left").isTrue();
    assertThat(Leaks.eventually(() -> pool.connectionCount() == pool.idleConnectionCount()))
        .as("no connection is in use")
        .isTrue();
  }

  private static ApiResponse<?> list(KatapultClient katapult, Way way) throws Exception {
    if (way == Way.BLOCKING) {
      return katapult.apiTokens().list();
    }
    try {
      return katapult.apiTokens().listAsync().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private static RawServer.Script afterRequest(Script script) {
    return socket -> {
      RawServer.readHead(socket.getInputStream());
      script.play(socket, socket.getOutputStream());
    };
  }

  private static String head(int length) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + length
        + "\r\n\r\n";
  }

  private static String headAnd(String line) {
    return head(PAGE.length()).replace("Connection", line + "\r\nConnection");
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

  private static void body(OutputStream out, String contentType, byte[] body) throws IOException {
    write(out, head(body.length).replace("application/json", contentType));
    out.write(body);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
