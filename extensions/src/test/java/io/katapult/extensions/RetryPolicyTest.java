package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.rules.ParameterException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
  private final FakeClock clock = new FakeClock();
  private final Deque<MockResponse> before = new ArrayDeque<>();
  private TokenServer server;

  /** The same must happen on the caller's thread and on no thread. */
  enum Way {
    BLOCKING {
      @Override
      ApiResponse<?> list(KatapultClient katapult, ListApiTokensRequest request) {
        return katapult.apiTokens().list(request);
      }
    },
    ASYNCHRONOUS {
      @Override
      ApiResponse<?> list(KatapultClient katapult, ListApiTokensRequest request) {
        try {
          return katapult.apiTokens().listAsync(request).orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
          throw (RuntimeException) e.getCause();
        }
      }
    };

    abstract ApiResponse<?> list(KatapultClient katapult, ListApiTokensRequest request);
  }

  @BeforeEach
  void start() throws IOException {
    server = new TokenServer(1);
    server.instead = page -> before.poll();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ApiResponse<?> list(Way way, RetryPolicy policy) {
    try (KatapultClient katapult = server.client().clock(clock).retryPolicy(policy).build()) {
      return way.list(katapult, new ListApiTokensRequest());
    }
  }

  private KatapultException fails(Way way, RetryPolicy policy) {
    return catchThrowableOfType(KatapultException.class, () -> list(way, policy));
  }

  private void answer(int times, MockResponse response) {
    for (int i = 0; i < times; i++) {
      before.add(response);
    }
  }

  static Stream<Arguments> retried() {
    return Stream.of(429, 500, 502, 503, 504)
        .flatMap(status -> Stream.of(Way.values()).map(way -> Arguments.of(status, way)));
  }

  @ParameterizedTest
  @MethodSource("retried")
  void triesAgainWhatMayPass(int status, Way way) {
    answer(1, TokenServer.error(status, "some_code"));

    ApiResponse<?> response = list(way, RetryPolicy.DEFAULT);

    assertThat(response.attempts()).hasSize(1);
    assertThat(response.attempts().get(0).failure())
        .isInstanceOfSatisfying(ApiErrorException.class, e -> assertThat(e.status()).isEqualTo(status));
    assertThat(response.attempts().get(0).waited()).isEqualTo(clock.waits.get(0)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "400, BLOCKING", "403, BLOCKING", "404, BLOCKING", "418, BLOCKING", "501, BLOCKING",
    "400, ASYNCHRONOUS", "403, ASYNCHRONOUS", "404, ASYNCHRONOUS", "418, ASYNCHRONOUS", "501, ASYNCHRONOUS"
  })
  void neverTriesAgainWhatFailsAgain(int status, Way way) {
    answer(1, TokenServer.error(status, "some_code"));

    assertThat(fails(way, RetryPolicy.DEFAULT).attempts()).hasSize(1);
    assertThat(server.http.getRequestCount()).isEqualTo(1);
    assertThat(clock.waits).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void triesAgainAPageOfAProxyUnderARetriedStatus(Way way) {
    answer(1, new MockResponse.Builder().code(502).setHeader("Content-Type", "text/html").body("<h1>502</h1>").build());

    assertThat(list(way, RetryPolicy.DEFAULT).attempts().get(0).failure())
        .isInstanceOf(UnexpectedResponseException.class);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void triesAgainWhenTheConnectionBreaks(Way way) {
    answer(1, server.page(1).newBuilder().onResponseBody(new SocketEffect.CloseSocket()).build());

    ApiResponse<?> response = list(way, RetryPolicy.DEFAULT);

    assertThat(response.attempts()).hasSize(1);
    assertThat(response.attempts().get(0).failure()).isInstanceOf(ConnectionException.class);
  }

  static Stream<Arguments> brokenConnections() {
    return Stream.of(
        Arguments.of(new ConnectException("refused"), true),
        Arguments.of(new UnknownHostException("nobody.invalid"), true),
        Arguments.of(new SocketTimeoutException("timeout"), true),
        Arguments.of(new SSLHandshakeException("ended").initCause(new EOFException()), true),
        Arguments.of(new SSLException("reset", new SocketException("reset")), true),
        Arguments.of(new EOFException(), true),
        Arguments.of(new InterruptedIOException("timeout"), false),
        Arguments.of(new ProtocolException("Too many follow-up requests: 21"), false),
        Arguments.of(new SSLHandshakeException("Received fatal alert: protocol_version"), false),
        Arguments.of(new SSLHandshakeException("no path").initCause(new CertificateException("not trusted")), false),
        Arguments.of(new SSLPeerUnverifiedException("another host"), false),
        Arguments.of(new UnknownServiceException("CLEARTEXT not permitted"), false));
  }

  @ParameterizedTest
  @MethodSource("brokenConnections")
  void triesAgainWhenAConnectionBreaksUnlessItWouldBreakAgain(IOException cause, boolean again) {
    ConnectionException failure = ConnectionException.of("host", "broken", cause);

    assertThat(RetryPolicy.DEFAULT.decide(failure, 1, Duration.ZERO, clock, true).delay() != null).isEqualTo(again);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void followsRedirectsWithoutEndOnlyOnce(Way way) {
    answer(100, new MockResponse.Builder().code(302).setHeader("Location", "/again").build());

    KatapultException failure = fails(way, RetryPolicy.DEFAULT);

    assertThat(failure)
        .isInstanceOf(ConnectionException.class)
        .hasMessageEndingWith("java.net.ProtocolException: Too many follow-up requests: 21");
    assertThat(failure.attempts()).extracting(Attempt::reason).containsExactly("the server does not keep to HTTP");
    assertThat(server.http.getRequestCount()).isEqualTo(21);
  }

  /** OkHttp has the same exception for both: one before there is a response, one in its body. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void triesAgainABodyThatEndsTooEarlyButNotWhatIsNoHttp(Way way) {
    answer(1, server.page(1).newBuilder().setHeader("Content-Length", "99999").onResponseEnd(new SocketEffect.CloseSocket()).build());
    answer(1, new MockResponse.Builder().status("not HTTP at all").build());

    KatapultException failure = fails(way, RetryPolicy.DEFAULT);

    assertThat(failure.attempts()).hasSize(2);
    assertThat(failure.attempts().get(0).failure()).hasMessageContaining("the connection ended in the body");
    assertThat(failure).hasMessageContaining("not HTTP at all").hasMessageNotContaining("not tried again");
  }

  /** A body that arrived, and is not what its headers say. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void neverTriesAgainWhatArrivedAndCannotBeDecoded(Way way) {
    answer(1, server.page(1).newBuilder().setHeader("Content-Encoding", "gzip").build());

    KatapultException failure = fails(way, RetryPolicy.DEFAULT);

    assertThat(failure).isInstanceOf(UnexpectedResponseException.class).hasMessageContaining("can't be decoded");
    assertThat(server.http.getRequestCount()).isEqualTo(1);
  }

  /** One request at a time: the next one waits in the queue for as long as the one before it takes. */
  @Test
  void theQueueOfOkHttpIsNotPartOfTheDeadline() {
    Dispatcher one = new Dispatcher();
    one.setMaxRequests(1);
    OkHttpClient http = new OkHttpClient.Builder().dispatcher(one).build();
    answer(1, server.page(1).newBuilder().headersDelay(700, TimeUnit.MILLISECONDS).build());
    answer(1, TokenServer.error(500, "unhandled_exception"));
    RetryPolicy hurried =
        RetryPolicy.DEFAULT.deadline(Duration.ofMillis(600)).waits(Duration.ofMillis(1), Duration.ofMillis(1));
    try (KatapultClient slow = server.client().callFactory(http).build();
        KatapultClient katapult = server.client().callFactory(http).retryPolicy(hurried).build()) {
      var first = slow.apiTokens().listAsync();
      var second = katapult.apiTokens().listAsync();

      assertThat(first).succeedsWithin(Duration.ofSeconds(10));
      assertThat(second)
          .succeedsWithin(Duration.ofSeconds(10))
          .satisfies(response -> assertThat(response.attempts()).hasSize(1));
    } finally {
      one.executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, -1", "-1, 5", "0, 0", "10, 11", "1000, 99999999999", "99999999999, 5", "2147483648, 1", "1e3, 1", "5, ''"
  })
  void aLimitThatMakesNoSenseIsNone(String permitted, String remaining) {
    answer(
        1,
        server.page(1).newBuilder()
            .setHeader("X-RateLimit-Permitted", permitted)
            .setHeader("X-RateLimit-Remaining", remaining)
            .build());

    assertThat(list(Way.BLOCKING, RetryPolicy.DEFAULT).rateLimit()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "2147483647, 0", "10, 10"})
  void aLimitMayHaveAnyFiguresThatMakeSense(int permitted, int remaining) {
    answer(
        1,
        server.page(1).newBuilder()
            .setHeader("X-RateLimit-Permitted", permitted)
            .setHeader("X-RateLimit-Remaining", remaining)
            .build());

    assertThat(list(Way.BLOCKING, RetryPolicy.DEFAULT).rateLimit())
        .isEqualTo(new RateLimit(permitted, remaining, Duration.ofSeconds(40)));
  }

  /** A wait of half a minute, unless closing ends it. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void closingEndsAWaitBetweenAttempts(Way way) throws Exception {
    answer(9, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", "30").build());
    KatapultClient katapult = server.client().build();
    CompletableFuture<?> waiting =
        CompletableFuture.supplyAsync(() -> way.list(katapult, new ListApiTokensRequest()), task -> new Thread(task).start());
    server.http.takeRequest();
    Thread.sleep(100);
    long begin = System.nanoTime();

    katapult.close();

    assertThat(waiting)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("has been closed");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(server.http.getRequestCount()).isEqualTo(1);
  }

  @Test
  void anInterruptEndsAWaitBetweenAttempts() throws Exception {
    answer(9, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", "30").build());
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    try (KatapultClient katapult = server.client().build()) {
      Thread thread =
          new Thread(
              () -> {
                Throwable failure =
                    catchThrowable(() -> katapult.apiTokens().list());
                failed.complete(Thread.currentThread().isInterrupted() ? failure : new AssertionError("not interrupted"));
              });
      thread.start();
      server.http.takeRequest();
      Thread.sleep(100);

      thread.interrupt();

      assertThat(failed)
          .succeedsWithin(Duration.ofSeconds(5))
          .satisfies(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(ConnectionException.class)
                      .hasMessageEndingWith("interrupted while waiting, attempt 2"));
    }
  }

  @Test
  void cancellingAFutureFreesItsTimer() throws Exception {
    answer(9, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", "30").build());
    List<CompletableFuture<Void>> waits = new CopyOnWriteArrayList<>();
    Clock watched =
        new Clock() {
          @Override
          public CompletableFuture<Void> after(Duration delay) {
            CompletableFuture<Void> wait = Clock.SYSTEM.after(delay);
            waits.add(wait);
            return wait;
          }
        };
    try (KatapultClient katapult = server.client().clock(watched).build()) {
      var future = katapult.apiTokens().listAsync();
      while (waits.isEmpty()) {
        Thread.sleep(1);
      }

      future.cancel(true);

      assertThatThrownBy(() -> waits.get(0).get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
      assertThat(server.http.getRequestCount()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void triesAsOftenAsThePolicySays(Way way) {
    answer(9, TokenServer.error(500, "unhandled_exception"));

    KatapultException failure = fails(way, RetryPolicy.DEFAULT.attempts(3));

    assertThat(server.http.getRequestCount()).isEqualTo(3);
    assertThat(failure.attempts()).hasSize(3);
    assertThat(failure)
        .hasMessage("HTTP 500: unhandled_exception, attempt 3; not tried again: attempts are limited to 3");
    assertThat(failure.attempts().get(0).failure()).hasMessage("HTTP 500: unhandled_exception");
    assertThat(failure.attempts().get(1).failure()).hasMessage("HTTP 500: unhandled_exception, attempt 2");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void doesNotMentionThatOnlyOneAttemptWasAskedFor(Way way) {
    answer(9, TokenServer.error(500, "unhandled_exception"));

    assertThat(fails(way, RetryPolicy.NONE)).hasMessage("HTTP 500: unhandled_exception");
  }

  @ParameterizedTest
  @CsvSource({"0, 500, 1000, 1500", "0.5, 750, 1500, 2250", "1, 1000, 2000, 3000"})
  void waitsLongerEachTimeWithJitterUpToALimit(double random, long first, long second, long third) {
    clock.random = random;
    answer(3, TokenServer.error(503, "service_unavailable"));

    list(Way.BLOCKING, RetryPolicy.DEFAULT.waits(Duration.ofSeconds(1), Duration.ofSeconds(3)));

    assertThat(clock.waits).containsExactly(
        Duration.ofMillis(first), Duration.ofMillis(second), Duration.ofMillis(third));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "503 | 7 | Mon, 01 Jun 2026 12:00:20 GMT | 7",
        "429 | 7 | Mon, 01 Jun 2026 12:00:20 GMT | 7",
        "429 | 0 | Mon, 01 Jun 2026 12:00:20 GMT | 0",
        "503 | Mon, 01 Jun 2026 12:00:35 GMT | Mon, 01 Jun 2026 12:00:20 GMT | 15",
        "503 | Mon, 01 Jun 2026 12:00:35 GMT | | 15",
        "503 | Mon, 01 Jun 2026 11:00:00 GMT | Mon, 01 Jun 2026 12:00:20 GMT | 0",
      })
  void honoursRetryAfter(int status, String retryAfter, String date, long seconds) {
    MockResponse.Builder response =
        TokenServer.error(status, "later").newBuilder().setHeader("Retry-After", retryAfter);
    answer(1, date == null ? response.build() : response.setHeader("Date", date).build());

    list(Way.BLOCKING, RetryPolicy.DEFAULT);

    assertThat(clock.waits).containsExactly(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1", "1.5", ""})
  void ignoresARetryAfterThatIsNone(String retryAfter) {
    answer(1, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", retryAfter).build());

    list(Way.BLOCKING, RetryPolicy.DEFAULT);

    assertThat(clock.waits).containsExactly(Duration.ofMillis(125));
  }

  @ParameterizedTest
  @CsvSource({
    "503, BLOCKING, 2147483647", "503, BLOCKING, 99999999999", "503, BLOCKING, 99999999999999999999",
    "429, BLOCKING, 99999999999", "503, ASYNCHRONOUS, 99999999999"
  })
  void doesNotWaitForAges(int status, Way way, String retryAfter) {
    answer(1, TokenServer.error(status, "later").newBuilder().setHeader("Retry-After", retryAfter).build());

    assertThat(fails(way, RetryPolicy.DEFAULT)).isInstanceOf(ApiErrorException.class);
    assertThat(clock.waits).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mon, 01 Jun 2026 12:34:00 GMT | 0 | 60100",
        "Mon, 01 Jun 2026 12:34:59 GMT | 0 | 1100",
        "Mon, 01 Jun 2026 12:34:59 GMT | 0.5 | 1550",
        "nonsense | 0 | 40100",
        " | 0 | 40100",
      })
  void waitsAfterA429UntilJustAfterTheNextMinuteOfTheServer(String date, double random, long millis) {
    clock.random = random;
    MockResponse response = TokenServer.error(429, "rate_limit_reached");
    answer(1, date == null ? response : response.newBuilder().setHeader("Date", date).build());

    list(Way.BLOCKING, RetryPolicy.DEFAULT);

    assertThat(clock.waits).containsExactly(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void doesNotBeginAWaitBeyondTheDeadline(Way way) {
    answer(9, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", "50").build());

    KatapultException failure = fails(way, RetryPolicy.DEFAULT.deadline(Duration.ofSeconds(101)));

    assertThat(failure)
        .hasMessageEndingWith(
            "; not tried again: Retry-After asks for 50 s, and 1 s are left until the deadline");
    assertThat(failure.attempts()).hasSize(3);
    assertThat(failure.attempts().get(0).reason()).isEqualTo("Retry-After asks for 50 s");
    assertThat(failure.attempts().get(2))
        .isEqualTo(
            new Attempt(failure, null, "Retry-After asks for 50 s, and 1 s are left until the deadline"));
    assertThat(clock.waits).containsExactly(Duration.ofSeconds(50), Duration.ofSeconds(50));
  }

  @Test
  void aRequestMayHaveADeadlineOfItsOwn() {
    answer(9, TokenServer.error(503, "later").newBuilder().setHeader("Retry-After", "50").build());

    try (KatapultClient katapult = server.client().clock(clock).build()) {
      ListApiTokensRequest request = new ListApiTokensRequest().deadline(Duration.ofSeconds(50));
      assertThatThrownBy(() -> katapult.apiTokens().list(request)).isInstanceOf(
          ApiErrorException.ServiceUnavailable.class);
    }
    assertThat(clock.waits).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void breaksOffAnAttemptWhenTheDeadlineIsOver(Way way) {
    answer(
        1,
        TokenServer.error(503, "slow").newBuilder().headersDelay(30, TimeUnit.SECONDS).build());
    long begin = System.nanoTime();

    KatapultException failure = fails(way, RetryPolicy.DEFAULT.deadline(Duration.ofMillis(200)));

    assertThat(failure)
        .isInstanceOf(ConnectionException.class)
        .hasMessageEndingWith(": its deadline of PT0.2S is over")
        .hasCauseInstanceOf(InterruptedIOException.class);
    assertThat(failure.attempts()).extracting(Attempt::reason).containsExactly(
        "the time is over, or the HTTP client is closed");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void asksForTheKeyBeforeEachAttempt() throws Exception {
    answer(1, TokenServer.error(503, "later"));
    Deque<String> keys = new ArrayDeque<>(List.of("first", "second"));

    try (KatapultClient katapult = server.client().apiKey(keys::poll).clock(clock).build()) {
      katapult.apiTokens().list();
    }

    assertThat(server.http.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer first");
    assertThat(server.http.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer second");
  }

  @Test
  void saysWhatIsLeftOfTheLimit() {
    answer(
        1,
        server.page(1).newBuilder()
            .setHeader("X-RateLimit-Permitted", "1000")
            .setHeader("X-RateLimit-Remaining", "987")
            .setHeader("Date", "Mon, 01 Jun 2026 12:34:50 GMT")
            .build());

    assertThat(list(Way.BLOCKING, RetryPolicy.DEFAULT).rateLimit())
        .isEqualTo(new RateLimit(1000, 987, Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @CsvSource({"1000, many", "-, 1", "1000,"})
  void aLimitThatIsNoNumberIsNone(String permitted, String remaining) {
    MockResponse.Builder page = server.page(1).newBuilder().setHeader("X-RateLimit-Permitted", permitted);
    answer(1, remaining == null ? page.build() : page.setHeader("X-RateLimit-Remaining", remaining).build());

    assertThat(list(Way.BLOCKING, RetryPolicy.DEFAULT).rateLimit()).isNull();
  }

  @Test
  void aFailureSaysWhatIsLeftOfTheLimit() {
    answer(1, TokenServer.error(403, "permission_denied"));
    answer(
        1,
        TokenServer.error(403, "permission_denied").newBuilder()
            .setHeader("X-RateLimit-Permitted", "200")
            .setHeader("X-RateLimit-Remaining", "3")
            .setHeader("Date", "Mon, 01 Jun 2026 12:34:50 GMT")
            .build());

    assertThat(((ResponseException) fails(Way.BLOCKING, RetryPolicy.NONE)).rateLimit()).isNull();
    assertThat(((ResponseException) fails(Way.BLOCKING, RetryPolicy.NONE)).rateLimit())
        .isEqualTo(new RateLimit(200, 3, Duration.ofSeconds(10)));
  }

  @Test
  void timeIsThatOfTheSystem() {
    long begin = Clock.SYSTEM.nanos();
    Clock.SYSTEM.after(Duration.ofMillis(2)).join();

    assertThat(Clock.SYSTEM.since(begin)).isBetween(Duration.ofMillis(2), Duration.ofMinutes(1));
    assertThat(Duration.between(Clock.SYSTEM.now(), Instant.now())).isLessThan(Duration.ofMinutes(1));
    assertThat(Stream.generate(Clock.SYSTEM::random).limit(100).distinct().toList()).hasSizeGreaterThan(90);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void takesForeverForAYear(Way way) {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    answer(1, TokenServer.error(503, "later"));

    list(way, RetryPolicy.DEFAULT.deadline(forever).waits(forever, forever));

    assertThat(clock.waits).containsExactly(Duration.ofDays(365).dividedBy(2));
  }

  @Test
  void rejectsWhatIsNoPolicy() {
    assertThat(RetryPolicy.DEFAULT.attempts(1)).isNotNull();
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.attempts(0)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.deadline(Duration.ZERO)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.deadline(Duration.ofSeconds(-1))).isInstanceOf(
        ParameterException.class);
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.waits(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.waits(Duration.ofSeconds(1), Duration.ZERO))
        .isInstanceOf(ParameterException.class);
  }
}
