package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiTokenPage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Cache;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server repeats of the key, and wherever: nobody gets to see it. */
@Timeout(120)
class RedactionTest {
  /** From one position of the key in a response to the next. The mutation tests skip some: they run this test often. */
  private static final int STEP = Integer.getInteger("redaction.step", 1);

  private static final String KEY = "kat_9fQ2xWv7LmR4tYz8BnC1pD5s";
  private static final List<String> PARTS =
      IntStream.rangeClosed(0, KEY.length() - 8).mapToObj(i -> KEY.substring(i, i + 8)).toList();
  private static final List<String> HEX_PARTS =
      PARTS.stream().map(part -> new Buffer().writeUtf8(part).readByteString().hex()).toList();

  private static final String PAGE =
      """
      {"pagination":{"current_page":1,"total_pages":1,"total":1,"per_page":30,"large_set":false},"api_tokens":[\
      {"id":"a","name":"b","organization_id":null,"authorized_ip_addresses":["c"],"expires_at":null,"rate_limit":1,\
      "scopes":["d"],"secret":null}]}""";
  private static final String ERROR =
      "{\"error\":{\"code\":\"x\",\"description\":\"y\",\"detail\":{\"details\":\"z\",\"path\":[\"p\"]}}}";

  /** A response, into each place of which the key is planted. */
  enum Exchange {
    PAGE_WITH_LENGTH(head("200 OK", "application/json", PAGE.length()) + PAGE),
    PAGE_IN_CHUNKS(
        head("200 OK", "application/json", -1) + "50\r\n" + PAGE.substring(0, 0x50) + "\r\n"
            + Integer.toHexString(PAGE.length() - 0x50) + "\r\n" + PAGE.substring(0x50) + "\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    API_ERROR(head("403 Forbidden", "application/json", ERROR.length()) + ERROR),
    PAGE_OF_A_PROXY(head("502 Bad Gateway", "text/html", -2) + "<h1>Bad Gateway</h1>"),
    REDIRECT("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private final String text;

    Exchange(String text) {
      this.text = text;
    }

    boolean isSuccess() {
      return text.startsWith("HTTP/1.1 200") || this == REDIRECT;
    }

    byte[] bytes() {
      return text.getBytes(ISO_8859_1);
    }

    private static String head(String status, String contentType, int length) {
      return "HTTP/1.1 " + status + "\r\nContent-Type: " + contentType
          + "\r\nX-Request-Id: 1\r\nETag: \"1\"\r\nCache-Control: max-age=60\r\nConnection: close\r\n"
          + (length >= 0 ? "Content-Length: " + length + "\r\n" : length == -1 ? "Transfer-Encoding: chunked\r\n" : "")
          + "\r\n";
    }
  }

  /** How the key stands there. */
  enum Planting {
    WHOLE,
    SPLIT,
    AT_THE_END,
    CUT_OFF;

    static final List<Planting> DIVIDED = List.of(SPLIT, AT_THE_END, CUT_OFF);
  }

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Handler logging = new StreamHandler(log, new SimpleFormatter());
  private final Logger root = Logger.getLogger("");
  private final Level level = root.getLevel();

  @BeforeEach
  void listen() {
    logging.setLevel(Level.ALL);
    // The JDK logs each certificate that it is shown, and the mock server what it sends.
    logging.setFilter(entry -> !String.valueOf(entry.getLoggerName()).matches("jdk.event.security|mockwebserver3.*"));
    root.addHandler(logging);
    root.setLevel(Level.ALL);
  }

  @AfterEach
  void nothingIsLogged() {
    root.removeHandler(logging);
    root.setLevel(level);
    logging.flush();
    assertThat(log.toString(UTF_8)).doesNotContain(PARTS);
  }

  @ParameterizedTest
  @EnumSource(Exchange.class)
  void showsTheKeyNowhereThoughItStandsAnywhereInAResponse(Exchange exchange, @TempDir File folder) throws Exception {
    byte[] bytes = exchange.bytes();
    int values = 0;
    int failures = 0;
    OkHttpClient http = http().newBuilder().cache(new Cache(folder, 100 << 20)).build();
    try (Server server = new Server();
        KatapultClient katapult = client(http, "http://127.0.0.1:" + server.port()).build()) {
      for (int position = 0; position <= bytes.length; position += STEP) {
        // Whole at every place; the rest takes turns.
        for (Planting planting : List.of(Planting.WHOLE, Planting.DIVIDED.get(position % Planting.DIVIDED.size()))) {
          server.next(bytes, position, planting);
          ListApiTokensRequest request = new ListApiTokensRequest().annotation("n", planting + " " + position);
          try {
            ApiResponse<ApiTokenPage> response =
                position % 2 == 0
                    ? katapult.apiTokens().list(request)
                    : katapult.apiTokens().listAsync(request).get(10, TimeUnit.SECONDS);
            assertThat(shown(response)).as("%s at %s", planting, position).doesNotContain(KEY);
            values++;
          } catch (KatapultException | ExecutionException e) {
            assertThat(shown(e)).as("%s at %s", planting, position).doesNotContain(PARTS).doesNotContain(HEX_PARTS);
            failures++;
          }
        }
      }
    } finally {
      stop(http);
    }

    assertThat(failures).isPositive();
    if (exchange.isSuccess()) {
      assertThat(values).isPositive();
    }
    for (File file : folder.listFiles()) {
      assertThat(Files.readString(file.toPath(), ISO_8859_1)).doesNotContain(KEY);
    }
  }

  /** The key is also in the path of the base URL, and in the headers that decide about the wait. */
  @Test
  void logsTheKeyNowhereThoughItStandsAnywhereInAResponseThatIsRetried() throws Exception {
    byte[] bytes =
        "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX-Request-Id: 1\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);
    OkHttpClient http = http();
    try (Server server = new Server();
        KatapultClient katapult =
            client(http, "http://127.0.0.1:" + server.port() + "/" + KEY)
                .retryPolicy(RetryPolicy.DEFAULT)
                .clock(new FakeClock())
                .build()) {
      for (int position = 0; position <= bytes.length; position++) {
        for (Planting planting : Planting.values()) {
          server.next(bytes, position, planting);
          var unused = catchThrowable(() -> katapult.apiTokens().list());
        }
      }
    } finally {
      stop(http);
    }
    logging.flush();
    String blanks = "█".repeat(KEY.length());
    assertThat(log.toString(UTF_8)).contains("/" + blanks + "/organizations", "attempt 1: HTTP 503, Retry-After");
  }

  /** A call factory that is no OkHttpClient gets the key, and has no place for interceptors of ours. */
  @ParameterizedTest
  @EnumSource(Exchange.class)
  void showsTheKeyNowhereThoughTheCallFactoryIsAnyOther(Exchange exchange) throws Exception {
    OkHttpClient http = http();
    try (Server server = new Server();
        KatapultClient katapult =
            client(http, "http://127.0.0.1:" + server.port()).callFactory(request -> http.newCall(request)).build()) {
      for (int position = 0; position <= exchange.bytes().length; position += 3 * STEP) {
        server.next(exchange.bytes(), position, Planting.WHOLE);
        try {
          assertThat(shown(katapult.apiTokens().list())).doesNotContain(KEY);
        } catch (KatapultException e) {
          assertThat(shown(e)).as("at %s", position).doesNotContain(PARTS).doesNotContain(HEX_PARTS);
        }
      }
    } finally {
      stop(http);
    }
  }

  @Test
  void showsTheKeyNowhereOnTheRawInterfaceEither() throws Exception {
    OkHttpClient http = http();
    byte[] bytes = Exchange.PAGE_IN_CHUNKS.bytes();
    try (Server server = new Server();
        KatapultClient katapult = client(http, "http://127.0.0.1:" + server.port()).build()) {
      for (int position = 0; position <= bytes.length; position += STEP) {
        server.next(bytes, position, Planting.WHOLE);
        try {
          retrofit2.Response<ApiTokenPage> response =
              katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "acme", null, null, null, null).execute();
          okhttp3.Response raw = response.raw();
          assertThat(raw + " " + raw.headers() + raw.networkResponse().headers() + response.body()).doesNotContain(KEY);
        } catch (IOException | RuntimeException e) {
          assertThat(shown(e)).as("at %s", position).doesNotContain(PARTS).doesNotContain(HEX_PARTS);
        }
      }
    } finally {
      stop(http);
    }
  }

  /** An interceptor of the user's sees what the server sends, and what OkHttp throws about it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void showsTheKeyToNoInterceptorThoughAResponseIsCompressedOrIsNone(boolean isCompressed, @TempDir File folder)
      throws Exception {
    StringBuilder seen = new StringBuilder();
    Interceptor logging =
        chain -> {
          try {
            okhttp3.Response response = chain.proceed(chain.request());
            seen.append(response.headers()).append(response.peekBody(9999).string());
            return response;
          } catch (IOException e) {
            seen.append(shown(e));
            throw e;
          }
        };
    OkHttpClient http = http();
    OkHttpClient logged =
        http.newBuilder()
            .cache(new Cache(folder, 1 << 20))
            .addInterceptor(logging)
            .addNetworkInterceptor(logging)
            .build();
    try (MockWebServer server = new MockWebServer();
        KatapultClient katapult = client(logged, start(server)).build()) {
      Buffer compressed = new Buffer();
      try (BufferedSink sink = Okio.buffer(new GzipSink(compressed))) {
        sink.writeUtf8(PAGE.replace("\"b\"", "\"" + KEY + "\""));
      }
      MockResponse.Builder response =
          new MockResponse.Builder()
              .setHeader("Content-Type", "application/json")
              .setHeader("Cache-Control", "max-age=60")
              .setHeader("Content-Encoding", "gzip")
              .body(compressed);
      server.enqueue(isCompressed ? response.build() : new MockResponse.Builder().status("echo " + KEY).build());

      Throwable failure =
          catchThrowable(
              () ->
                  assertThat(katapult.apiTokens().list().body().apiTokens().get(0).name())
                      .isEqualTo("*".repeat(KEY.length())));

      assertThat(failure == null).isEqualTo(isCompressed);
      assertThat(seen.toString()).contains(isCompressed ? "***" : "███").doesNotContain(KEY);
    } finally {
      stop(http);
    }
    for (File file : folder.listFiles()) {
      byte[] cached = Files.readAllBytes(file.toPath());
      assertThat(new String(cached, ISO_8859_1)).doesNotContain(KEY);
      assertThat(cached.length > 1 && cached[0] == 0x1f && cached[1] == (byte) 0x8b).isFalse();
    }
  }

  private static String start(MockWebServer server) throws IOException {
    server.start();
    return "http://127.0.0.1:" + server.getPort();
  }

  /** A key that has a word of a class's name changes no exception. */
  @ParameterizedTest
  @ValueSource(strings = {"katapult_live_0123456789", "IllegalStateException", "x"})
  void keepsTheClassesThatAreDocumentedWhateverTheKey(String key) throws Exception {
    OkHttpClient http = http();
    try (MockWebServer server = new MockWebServer()) {
      server.enqueue(new MockResponse.Builder().code(503).build());
      KatapultClient katapult =
          client(http, start(server)).apiKey(key).retryPolicy(RetryPolicy.DEFAULT).build();
      CompletableFuture<?> waiting = katapult.apiTokens().listAsync();
      server.takeRequest();
      Thread.sleep(100);

      katapult.close();

      assertThat(waiting)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(IllegalStateException.class);
    } finally {
      stop(http);
    }
  }

  /** What can be read may be told, and is told of the certificate that the server shows. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void showsNoKeyThatStandsInACertificate(boolean isTrusted) throws Exception {
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).commonName(KEY).build();
    HeldCertificate certificate =
        new HeldCertificate.Builder().signedBy(authority).commonName(KEY).addSubjectAlternativeName(KEY).build();
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory());
      server.start();
      HandshakeCertificates trusted =
          new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate()).build();
      OkHttpClient http =
          isTrusted
              ? http().newBuilder().sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager()).build()
              : http();
      try (KatapultClient katapult = client(http, "https://127.0.0.1:" + server.getPort()).build()) {
        Throwable failure = catchThrowable(() -> katapult.apiTokens().list());

        assertThat(failure).isInstanceOf(ConnectionException.class);
        assertThat(shown(failure)).doesNotContain(PARTS);
      } finally {
        stop(http);
      }
    }
  }

  static Stream<Throwable> exceptionsWithTheKey() {
    IOException deep = new IOException("io", new IllegalStateException("ise", new Exception(KEY)));
    IOException beside = new IOException("io");
    beside.addSuppressed(new IOException(deep));
    IllegalStateException circle = new IllegalStateException(KEY);
    circle.addSuppressed(new IllegalStateException("again", circle));
    return Stream.of(
        new IllegalStateException(KEY),
        new IOException("echo " + KEY),
        new AssertionError(KEY),
        new StackOverflowError(KEY),
        new WithoutMessage(),
        deep,
        beside,
        circle);
  }

  /** Has no constructor for a message. */
  static final class WithoutMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      return "It is " + KEY;
    }
  }

  @ParameterizedTest
  @MethodSource("exceptionsWithTheKey")
  void showsNoKeyThatAnInterceptorOrASupplierRepeats(Throwable repeating) {
    OkHttpClient http = http();
    OkHttpClient talkative =
        http.newBuilder()
            .addInterceptor(
                chain -> {
                  throw thrown(repeating);
                })
            .build();
    Deque<String> keys = new ArrayDeque<>(List.of(KEY));
    try (KatapultClient katapult = client(talkative, "http://127.0.0.1:1").build();
        KatapultClient forgetful =
            client(http, "http://127.0.0.1:1")
                .apiKey(
                    () -> {
                      if (keys.isEmpty()) {
                        throw thrown(repeating);
                      }
                      return keys.poll();
                    })
                .build()) {
      Throwable first = catchThrowable(() -> katapult.apiTokens().list());
      assertThat(first).isNotNull();
      assertThat(shown(first)).doesNotContain(PARTS).contains("█");
      assertThat(first instanceof Error).isEqualTo(repeating instanceof Error);

      assertThat(catchThrowable(() -> forgetful.apiTokens().list()))
          .isInstanceOf(ConnectionException.class);
      Throwable second = catchThrowable(() -> forgetful.apiTokens().list());
      assertThat(shown(second)).doesNotContain(PARTS).contains("█");
    } finally {
      stop(http);
    }
  }

  /** As it is, though it may be checked: Kotlin and Groovy do so. */
  private static RuntimeException thrown(Throwable exception) {
    throw RedactionTest.<RuntimeException>unchecked(exception);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable exception) throws E {
    throw (E) exception;
  }

  private static OkHttpClient http() {
    return new OkHttpClient.Builder()
        .readTimeout(Duration.ofSeconds(2))
        .dns(
            host -> {
              // A host that the key has been planted in is looked up nowhere.
              throw new UnknownHostException(host);
            })
        .build();
  }

  private static KatapultClient.Builder client(OkHttpClient http, String baseUrl) {
    return KatapultClient.builder()
        .apiKey(KEY)
        .organization(Organization.subDomain("acme"))
        .baseUrl(baseUrl)
        .callFactory(http)
        .retryPolicy(RetryPolicy.NONE.deadline(Duration.ofSeconds(5)));
  }

  private static void stop(OkHttpClient http) {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private static String shown(ApiResponse<ApiTokenPage> response) {
    return Stream.of(
            response, response.body(), response.body().apiTokens(), response.headers(), response.rateLimit(), response.requestId())
        .map(String::valueOf)
        .reduce("", String::concat);
  }

  /** All that an exception has to say, by whatever method. */
  private static String shown(Throwable exception) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    exception.printStackTrace(out);
    if (exception instanceof ExecutionException && exception.getCause() != null) {
      out.println(shown(exception.getCause()));
    }
    if (exception instanceof KatapultException failure) {
      out.println(failure.attempts());
    }
    if (exception instanceof ResponseException response) {
      out.println(response.headers() + " " + response.requestId() + " " + response.rateLimit());
    }
    if (exception instanceof UnexpectedResponseException unexpected) {
      out.println(unexpected.excerpt());
    }
    if (exception instanceof ApiErrorException error) {
      out.println(error.code() + " " + error.description() + " " + error.detail());
    }
    return text.toString();
  }

  /** Answers the first request after {@link #next} with the planted exchange, and each further one with a good page. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Deque<byte[]> parts = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run);

    Server() throws IOException {
      thread.start();
    }

    int port() {
      return listening.getLocalPort();
    }

    synchronized void next(byte[] exchange, int position, Planting planting) {
      byte[] key = KEY.getBytes(ISO_8859_1);
      byte[] before = Arrays.copyOf(exchange, position);
      byte[] after = Arrays.copyOfRange(exchange, position, exchange.length);
      int half = key.length / 2;
      parts.clear();
      switch (planting) {
        case WHOLE -> parts.add(joined(before, key, after));
        case SPLIT -> {
          parts.add(joined(before, Arrays.copyOf(key, half)));
          parts.add(joined(Arrays.copyOfRange(key, half, key.length), after));
        }
        case AT_THE_END -> parts.add(joined(before, key));
        case CUT_OFF -> parts.add(joined(before, Arrays.copyOf(key, key.length - 3)));
      }
    }

    private static byte[] joined(byte[]... arrays) {
      Buffer all = new Buffer();
      Stream.of(arrays).forEach(all::write);
      return all.readByteArray();
    }

    private synchronized List<byte[]> take() {
      List<byte[]> taken = parts.isEmpty() ? List.of(Exchange.PAGE_WITH_LENGTH.bytes()) : List.copyOf(parts);
      parts.clear();
      return taken;
    }

    private void run() {
      while (!listening.isClosed()) {
        try (Socket socket = listening.accept()) {
          socket.setTcpNoDelay(true);
          readRequest(socket.getInputStream());
          OutputStream out = socket.getOutputStream();
          for (byte[] part : take()) {
            out.write(part);
            out.flush();
          }
        } catch (IOException e) {
          // The client has gone, or the server is closed: both are part of the play.
        }
      }
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
    public void close() throws IOException {
      listening.close();
    }
  }
}
