package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Runs one fault after the other, with a server and an HTTP client of its own, and judges how each ends. */
final class FaultRunner implements AutoCloseable {
  static final String KEY = "kT7-pQ9x_Vw3Zr8-Lm2Yb6Hd4Ns5Ja";

  private static final Duration READ_TIMEOUT = Duration.ofMillis(150);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** Where nothing else ends a call, so that it takes as long. */
  private static final Duration SHORT_DEADLINE = Duration.ofMillis(300);

  /** For what a busy machine does between a deadline and us. */
  private static final Duration MARGIN = Duration.ofSeconds(3);

  /** A page altered so that it tells of more pages is followed by empty ones, and ends a listing at the first. */
  private static final int MOST_PAGES = 40;

  /** How a fault is met. */
  enum Way {
    BLOCKING,
    ASYNCHRONOUS,
    LISTING,
    LISTING_AHEAD;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The documented ends of a call, and one that is not. */
  enum Outcome {
    PAGE,
    /** A page as well made as the true one, but the altered bytes said so. */
    ALTERED_PAGE,
    API_ERROR,
    UNEXPECTED,
    CONNECTION,
    UNDOCUMENTED
  }

  /** How a fault ended; of several calls, the first outcome that is not the page. */
  record Result(FaultRuns.Run run, boolean played, Outcome outcome, List<String> problems) {
    String ending() {
      return problems.isEmpty() ? outcome.name() : "FAILED";
    }
  }

  private final KeyWatch watch;
  private final long seed;
  private final FaultServer server = new FaultServer();
  private final OkHttpClient http;

  FaultRunner(KeyWatch watch, long seed) throws IOException {
    this.watch = watch;
    this.seed = seed;
    LoopbackOnly only = new LoopbackOnly(server.ports());
    http =
        new OkHttpClient.Builder()
            .dns(only)
            .socketFactory(only)
            .sslSocketFactory(FaultServer.TRUSTED.sslSocketFactory(), FaultServer.TRUSTED.trustManager())
            .readTimeout(READ_TIMEOUT)
            .build();
  }

  /** The TLS records that a server sends where nothing goes wrong. */
  List<ByteString> records(Exchange exchange) throws IOException, InterruptedException {
    Play play = Play.good(exchange);
    server.play(play);
    OkHttpClient patient = http.newBuilder().readTimeout(Duration.ofSeconds(30)).build();
    String url = server.baseUrl("localhost", exchange) + "/organizations/organization/api_tokens";
    Request request = new Request.Builder().url(url).build();
    try (Response response = patient.newCall(request).execute()) {
      response.body().bytes();
    }
    List<String> problems = new ArrayList<>();
    nothingIsLeft(problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(problems.toString());
    }
    return play.records();
  }

  Result run(FaultRuns.Run run) throws InterruptedException {
    DerivedFault fault = run.fault();
    Way way = run.way();
    // Of the name: a fault run alone is the same one.
    Random random = new Random(seed * 31 + run.toString().hashCode());
    boolean isListing = way == Way.LISTING || way == Way.LISTING_AHEAD;
    int page = fault.exchange() == Exchange.PAIR ? fault.unit() : isListing ? 1 + random.nextInt(Exchange.PAGES) : 1;
    int attempts = random.nextInt(3) == 0 ? 3 : 1;
    Play play = Play.of(fault, page, random.nextBoolean(), random.nextLong());
    // It knows neither the certificate nor where not to connect to.
    boolean hasOwnHttp = random.nextInt(32) == 0 && !fault.exchange().isTls() && fault.exchange() != Exchange.REDIRECT;
    boolean onlyDeadlineEnds = hasOwnHttp || fault.operation() == Operation.DRIP;
    Duration deadline = onlyDeadlineEnds ? SHORT_DEADLINE : DEADLINE;
    SkippingClock clock = new SkippingClock();
    KatapultClient.Builder builder =
        KatapultClient.builder()
            .apiKey(KEY)
            .organization(Organization.subDomain("acme"))
            .baseUrl(server.baseUrl(hasOwnHttp ? "127.0.0.1" : "localhost", fault.exchange()))
            .clock(clock)
            .maxBodyBytes(1_000_000)
            .retryPolicy(
                RetryPolicy.NONE
                    .attempts(attempts)
                    .waits(Duration.ofMillis(1), Duration.ofMillis(4))
                    .deadline(deadline));
    if (!hasOwnHttp) {
      builder.callFactory(http);
    }

    server.play(play);
    Judge judge = new Judge(fault, play, page, attempts);
    long begin = System.nanoTime();
    try (KatapultClient katapult = builder.build()) {
      if (isListing) {
        list(katapult, way == Way.LISTING ? 0 : 4, judge);
      } else {
        int last = fault.exchange() == Exchange.PAIR ? 2 : 1;
        for (int i = 1; i <= last; i++) {
          call(katapult, way, i, judge);
        }
      }
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    Duration limit = deadline.multipliedBy(judge.calls).plus(MARGIN);
    if (taken.compareTo(limit) > 0) {
      judge.problems.add("took " + taken + ", longer than " + limit);
    }
    nothingIsLeft(judge.problems);
    if (!clock.isIdle()) {
      judge.problems.add("a wait is left");
    }
    return new Result(run, play.wasPlayed(), judge.outcome, List.copyOf(judge.problems));
  }

  private static void call(KatapultClient katapult, Way way, int page, Judge judge) throws InterruptedException {
    ListApiTokensRequest request = new ListApiTokensRequest().page(page);
    judge.calls++;
    try {
      judge.page(
          page,
          way == Way.BLOCKING
              ? katapult.apiTokens().list(request)
              : katapult.apiTokens().listAsync(request).get(DEADLINE.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      judge.failure(page, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      judge.problems.add("the future is not done");
    } catch (RuntimeException | Error e) {
      judge.failure(page, e);
    }
  }

  private static void list(KatapultClient katapult, int ahead, Judge judge) {
    int page = 0;
    // It may ask for as many pages as it likes before it fails, but not one after the other.
    judge.calls = 1;
    try (Pages<ApiTokenPage, ApiToken> pages = katapult.apiTokens().all().ahead(ahead).pages()) {
      while (pages.hasNext() && page < MOST_PAGES) {
        judge.calls++;
        ApiResponse<ApiTokenPage> response = pages.next();
        judge.page(++page, response);
      }
      if (judge.outcome == Outcome.PAGE && page != Exchange.PAGES) {
        judge.problems.add("listed " + page + " pages");
      }
    } catch (RuntimeException | Error e) {
      judge.failure(page + 1, e);
    }
  }

  /** A connection is in use as long as a response body is not closed. The server sees when all are closed. */
  private void nothingIsLeft(List<String> problems) throws InterruptedException {
    Dispatcher dispatcher = http.dispatcher();
    ConnectionPool pool = http.connectionPool();
    if (!Leaks.eventually(() -> dispatcher.runningCallsCount() + dispatcher.queuedCallsCount() == 0)) {
      problems.add("calls left: " + dispatcher.runningCalls() + dispatcher.queuedCalls());
    }
    if (!Leaks.eventually(() -> pool.connectionCount() == pool.idleConnectionCount())) {
      problems.add("connections in use: " + (pool.connectionCount() - pool.idleConnectionCount()));
    }
    pool.evictAll();
    if (!Leaks.eventually(() -> server.connections() == 0)) {
      problems.add("connections open: " + server.connections());
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    server.close();
  }

  /** Knows what may come of a fault. */
  private final class Judge {
    private final DerivedFault fault;
    private final Play play;
    private final int faultyPage;
    private final int attempts;
    private final List<String> problems = new ArrayList<>();
    private Outcome outcome = Outcome.PAGE;
    private int calls;

    Judge(DerivedFault fault, Play play, int faultyPage, int attempts) {
      this.fault = fault;
      this.play = play;
      this.faultyPage = faultyPage;
      this.attempts = attempts;
    }

    void page(int page, ApiResponse<ApiTokenPage> response) {
      if (!response.body().equals(Exchange.page(page))) {
        end(otherPage(page, response.body()));
        if (outcome == Outcome.UNDOCUMENTED) {
          problems.add("page " + page + " is not what was sent: " + response.body());
        }
      }
      ByteString altered = play.altered();
      if (page == faultyPage && altered != null && fault.isInBody() && response.attempts().isEmpty()
          && !response.body().equals(Anatomy.page(altered, KEY))) {
        problems.add("page " + page + " is not what the altered bytes say: " + response.body());
      }
      if (response.attempts().size() >= attempts) {
        problems.add(response.attempts().size() + " attempts failed, of " + attempts);
      }
      show("response", response.toString());
      show("headers", response.headers().toString());
      show("body", TokenServer.toJson(response.body()));
      show("page", response.body().toString());
      response.attempts().forEach(this::show);
    }

    private Outcome otherPage(int page, ApiTokenPage body) {
      ByteString altered = play.altered();
      if (page == faultyPage && altered != null && body.equals(Anatomy.page(altered, KEY))) {
        return Outcome.ALTERED_PAGE;
      }
      return Outcome.UNDOCUMENTED;
    }

    void failure(int page, Throwable failure) {
      if (failure instanceof ApiErrorException error) {
        end(Outcome.API_ERROR);
        if (!error.code().equals(fault.exchange().error()) && !fault.isInBody()) {
          problems.add("no such error was sent: " + KeyWatch.stackTrace(failure));
        }
      } else if (failure instanceof UnexpectedResponseException) {
        end(Outcome.UNEXPECTED);
        if (fault.operation() == Operation.PAUSE) {
          problems.add("nothing was altered: " + KeyWatch.stackTrace(failure));
        }
      } else if (failure instanceof ConnectionException connection) {
        end(Outcome.CONNECTION);
        // OkHttp calls it a connection that failed, too, if there is an error in an interceptor.
        if (hasError(connection.getCause(), new HashSet<>())) {
          problems.add("an error below: " + KeyWatch.stackTrace(failure));
        }
      } else {
        end(Outcome.UNDOCUMENTED);
        problems.add("undocumented: " + KeyWatch.stackTrace(failure));
      }
      if (failure instanceof KatapultException known && (known.page() != page || known.attempts().size() > attempts)) {
        problems.add(
            "page " + known.page() + " of " + page + ", " + known.attempts().size() + " attempts of " + attempts);
      }
      show(failure);
    }

    /** Of TLS, the JDK itself reports some as what an error has caused. */
    private static boolean hasError(@Nullable Throwable failure, Set<Throwable> seen) {
      return failure != null
          && !(failure instanceof SSLException)
          && seen.add(failure)
          && (failure instanceof RuntimeException
              || failure instanceof Error
              || hasError(failure.getCause(), seen)
              || Arrays.stream(failure.getSuppressed()).anyMatch(suppressed -> hasError(suppressed, seen)));
    }

    /** The first outcome that is not the page, or one that must not be. */
    private void end(Outcome next) {
      if (outcome == Outcome.PAGE || next == Outcome.UNDOCUMENTED) {
        outcome = next;
      }
    }

    private void show(Attempt attempt) {
      show("reason", attempt.reason());
      show(attempt.failure());
    }

    private void show(Throwable failure) {
      show("exception", KeyWatch.stackTrace(failure));
      show("message", failure.getLocalizedMessage());
      if (failure instanceof KatapultException known) {
        for (Attempt attempt : known.attempts()) {
          show("reason", attempt.reason());
          if (attempt.failure() != failure) {
            show(attempt.failure());
          }
        }
      }
      if (failure instanceof ResponseException known) {
        show("headers", known.headers().toString());
        show("request id", known.requestId());
      }
      if (failure instanceof UnexpectedResponseException known) {
        show("excerpt", known.excerpt());
      }
      if (failure instanceof ApiErrorException known) {
        show("error", known.code() + known.description() + known.detail());
      }
    }

    private void show(String what, @Nullable String text) {
      if (text != null && watch.shows(text)) {
        problems.add("the key is in: " + what + ": " + text);
      }
    }
  }
}
