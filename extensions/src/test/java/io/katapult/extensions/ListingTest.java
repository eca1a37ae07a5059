package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.rules.ParameterException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import okhttp3.Cache;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ListingTest {
  private final FakeClock clock = new FakeClock();
  private TokenServer server;
  private KatapultClient katapult;

  @BeforeEach
  void start() throws IOException {
    server = new TokenServer(5);
    katapult = server.client().clock(clock).build();
  }

  @AfterEach
  void stop() {
    katapult.close();
    server.close();
  }

  private Listing<ApiTokenPage, ApiToken> all() {
    return katapult.apiTokens().all();
  }

  private static List<String> ids(Iterable<ApiToken> tokens) {
    List<String> ids = new ArrayList<>();
    tokens.forEach(token -> ids.add(token.id()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, 0", "1, false, 0", "2, false, 0", "4, false, 1", "5, false, 1", "5, false, 8", "41, false, 3",
    "0, true, 1", "1, true, 0", "2, true, 1", "4, true, 1", "5, true, 0", "5, true, 8", "41, true, 2"
  })
  void listsEveryTokenOnceAndInOrder(int tokens, boolean largeSet, int ahead) {
    server.ids = TokenServer.ids(tokens);
    server.largeSet = largeSet;

    assertThat(ids(all().ahead(ahead))).isEqualTo(TokenServer.ids(tokens));
    assertThat(server.requestedPages).doesNotHaveDuplicates();
    assertThat(all().ahead(ahead).stream().parallel().map(ApiToken::id)).isEqualTo(TokenServer.ids(tokens));
  }

  @Test
  void asksForNoPageMoreThanThereAre() {
    ids(all().ahead(8));

    assertThat(server.requestedPages).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void givesThePagesThatAreUnderWayWhenTheClientIsClosed() {
    Pages<ApiTokenPage, ApiToken> pages = all().pages();
    assertThat(pages.next().body().apiTokens()).hasSize(2);

    katapult.close();

    assertThat(pages.next().body().apiTokens()).extracting(ApiToken::id).containsExactly("token3", "token4");
    assertThatThrownBy(pages::next).isInstanceOf(IllegalStateException.class);
    assertThat(server.requestedPages).containsExactly(1, 2);
  }

  @Test
  void sendsNothingBeforeItIsRead() {
    Iterator<ApiToken> iterator = all().iterator();

    assertThat(server.http.getRequestCount()).isZero();
    assertThat(iterator.next().id()).isEqualTo("token1");
  }

  @Test
  void streamsAndStartsAnewEachTime() {
    Listing<ApiTokenPage, ApiToken> listing = all();

    assertThat(listing.stream().map(ApiToken::id)).containsExactlyElementsOf(server.ids);
    assertThat(listing.stream().map(ApiToken::id)).containsExactlyElementsOf(server.ids);
  }

  @Test
  void startsAtThePageOfTheRequest() {
    assertThat(ids(katapult.apiTokens().all().fromPage(2)))
        .containsExactly("token3", "token4", "token5");
  }

  @Test
  void goesOnWhereItFailed() {
    server.instead = page -> page == 2 ? TokenServer.error(403, "permission_denied") : null;
    List<String> read = new ArrayList<>();

    ApiErrorException failure =
        catchThrowableOfType(ApiErrorException.class, () -> all().forEach(token -> read.add(token.id())));
    server.instead = page -> null;
    read.addAll(ids(katapult.apiTokens().all().fromPage(failure.page())));

    assertThat(failure.page()).isEqualTo(2);
    assertThat(failure).hasMessage("HTTP 403: permission_denied, page 2");
    assertThat(read).isEqualTo(server.ids);
  }

  @Test
  void isOverAfterAFailure() {
    server.instead = page -> TokenServer.error(403, "permission_denied");
    Pages<ApiTokenPage, ApiToken> pages = all().pages();

    assertThatThrownBy(pages::next).isInstanceOf(ApiErrorException.Forbidden.class);
    assertThat(pages.hasNext()).isFalse();
    assertThatThrownBy(pages::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void endsWhenTheListShrinks() {
    Iterator<ApiToken> iterator = all().ahead(0).iterator();
    iterator.next();
    server.ids = TokenServer.ids(2);

    iterator.next();
    assertThat(iterator.hasNext()).isFalse();
  }

  @Test
  void followsAListThatGrowsAndGivesATokenThatSlidesOnOnce() {
    List<String> read = new ArrayList<>();
    for (ApiToken token : all().ahead(0)) {
      read.add(token.id());
      if (token.id().equals("token2")) {
        List<String> longer = new ArrayList<>(List.of("new"));
        longer.addAll(server.ids);
        server.ids = longer;
      }
    }

    assertThat(read).containsExactly("token1", "token2", "token3", "token4", "token5");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnBehindAPageThatSlidOnAsAWhole(boolean largeSet) {
    server.largeSet = largeSet;
    List<String> read = new ArrayList<>();
    for (ApiToken token : all().ahead(0)) {
      read.add(token.id());
      if (token.id().equals("token2")) {
        List<String> longer = new ArrayList<>(List.of("new1", "new2"));
        longer.addAll(server.ids);
        server.ids = longer;
      }
    }

    assertThat(read).containsExactly("token1", "token2", "token3", "token4", "token5");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void losesNothingOnSmallPagesThoughSeveralSlideOn(boolean largeSet) {
    server.largeSet = largeSet;
    server.perPage = 1;
    server.ids = TokenServer.ids(10);
    List<String> read = new ArrayList<>();
    for (ApiToken token : all().ahead(0)) {
      read.add(token.id());
      if (token.id().equals("token3")) {
        List<String> longer = new ArrayList<>(List.of("new1", "new2", "new3"));
        longer.addAll(server.ids);
        server.ids = longer;
      }
    }

    assertThat(read).isEqualTo(TokenServer.ids(10));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void endsThoughTheServerRepeatsOnePageForEver(int ahead) {
    server.largeSet = true;
    server.instead = page -> server.page(1, page);

    assertThat(ids(all().ahead(ahead))).containsExactly("token1", "token2");
    assertThat(server.http.getRequestCount()).isLessThan(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void refusesAServerThatDoesNotTurnThePage(int ahead) {
    server.largeSet = true;
    server.instead = page -> server.page(1);

    assertThatThrownBy(() -> ids(all().ahead(ahead))).isInstanceOf(UnexpectedResponseException.class);
    assertThat(server.requestedPages).isSubsetOf(1, 2, 3);
  }

  @Test
  void endsThoughTheServerGoesRoundForEver() {
    server.largeSet = true;
    server.ids = TokenServer.ids(6);
    server.instead = page -> server.page((page - 1) % 3 + 1, page);

    assertThat(ids(all().ahead(0))).isEqualTo(server.ids);
    assertThat(server.requestedPages).hasSize(3 + 3 + 1);
  }

  @Test
  void endsThoughTheNumberOfPagesGrowsForEver() {
    AtomicInteger pages = new AtomicInteger();
    server.instead =
        page ->
            TokenServer.json(
                200,
                "{\"pagination\":{\"current_page\":%d,\"total_pages\":%d,\"total\":1,\"per_page\":2,\"large_set\":false},\"api_tokens\":[]}"
                    .formatted(page, pages.addAndGet(100)));

    assertThat(ids(all())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, false", "5, true"})
  void fetchesTheNextPageWhileTheCurrentOneIsUsed(int tokens, boolean largeSet) {
    server.ids = TokenServer.ids(tokens);
    server.largeSet = largeSet;
    Iterator<ApiToken> iterator = all().iterator();

    iterator.next();

    eventually(() -> server.requestedPages.contains(2));
    assertThat(server.requestedPages).doesNotContain(3);
  }

  @Test
  void fetchesAsManyPagesAtOnceAsAskedForAndNoMore() throws Exception {
    server.ids = TokenServer.ids(40);
    CountDownLatch atOnce = new CountDownLatch(8);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    server.instead =
        page -> {
          if (page > 1) {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            atOnce.countDown();
            try {
              atOnce.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            underWay.decrementAndGet();
          }
          return null;
        };

    assertThat(ids(all().ahead(8))).isEqualTo(server.ids);
    assertThat(most).hasValue(8);
  }

  @Test
  void cancelsWhatIsUnderWayWhenItIsClosed() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      Pages<ApiTokenPage, ApiToken> pages = slow.apiTokens().all().pages();
      pages.next();
      eventually(() -> http.dispatcher().runningCallsCount() == 1);

      pages.close();

      eventually(() -> http.dispatcher().runningCallsCount() == 0);
      assertThat(pages.hasNext()).isFalse();
    }
  }

  @Test
  void cancelsWhatIsUnderWayWhenAStreamIsClosed() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      try (Stream<ApiToken> tokens = slow.apiTokens().all().stream()) {
        assertThat(tokens.findFirst().orElseThrow().id()).isEqualTo("token1");
      }

      eventually(() -> http.dispatcher().runningCallsCount() == 0);
    }
  }

  @Test
  void cancelsWhatIsUnderWayWhenItIsAbandoned() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      slow.apiTokens().all().iterator().next();
      eventually(() -> server.requestedPages.contains(2));

      eventually(
          () -> {
            System.gc();
            return http.dispatcher().runningCallsCount() == 0;
          });
    }
  }

  private OkHttpClient slowFromPageTwoOn() {
    server.instead =
        page -> page == 1 ? null : server.page(page).newBuilder().headersDelay(60, TimeUnit.SECONDS).build();
    return new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(60)).build();
  }

  @Test
  void stopsWaitingWhenItsThreadIsInterrupted() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      Pages<ApiTokenPage, ApiToken> pages = slow.apiTokens().all().pages();
      pages.next();
      Thread.currentThread().interrupt();

      assertThatThrownBy(pages::next)
          .isInstanceOf(ConnectionException.class)
          .hasMessage(
              "No complete response from the API: java.io.InterruptedIOException: interrupted while waiting, page 2");
      assertThat(Thread.interrupted()).isTrue();
      eventually(() -> http.dispatcher().runningCallsCount() == 0);
    }
  }

  @Test
  void throwsTheErrorThatOnePageWouldThrow() {
    AssertionError broken = new AssertionError("the store of keys is broken");
    KatapultClient keyless =
        server
            .client()
            .apiKey(
                () -> {
                  throw broken;
                })
            .build();

    assertThatThrownBy(() -> ids(keyless.apiTokens().all())).isSameAs(broken);
  }

  /** The limit that a cached response tells is of the minute when it was stored. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotWaitForALimitThatACacheHasKept(boolean isFresh, @TempDir Path folder) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    MockResponse stored =
        server
            .page(1)
            .newBuilder()
            .setHeader("X-RateLimit-Permitted", "100")
            .setHeader("X-RateLimit-Remaining", "0")
            .setHeader("ETag", "\"1\"")
            .setHeader("Cache-Control", isFresh ? "max-age=86400" : "max-age=0, private, must-revalidate")
            .build();
    MockResponse unchanged = new MockResponse.Builder().code(304).setHeader("ETag", "\"1\"").build();
    server.instead = page -> page > 1 ? null : asked.getAndIncrement() == 0 ? stored : unchanged;
    try (Cache cache = new Cache(folder.toFile(), 1 << 20)) {
      OkHttpClient http = new OkHttpClient.Builder().cache(cache).build();
      KatapultClient first = server.client().callFactory(http).clock(clock).build();
      KatapultClient second = server.client().callFactory(http).clock(clock).build();
      first.apiTokens().list(new ListApiTokensRequest().page(1));

      assertThat(ids(second.apiTokens().all())).hasSize(5);
      assertThat(clock.waits).isEmpty();
      assertThat(second.apiTokens().list(new ListApiTokensRequest().page(1)).rateLimit()).isNull();
    }
  }

  /** A wait of up to a minute, unless closing ends it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void closingTheClientEndsAWaitForTheLimit(int ahead) throws Exception {
    server.instead =
        page ->
            server.page(page).newBuilder()
                .setHeader("X-RateLimit-Permitted", 1)
                .setHeader("X-RateLimit-Remaining", 0)
                .setHeader("Date", "Mon, 01 Jun 2026 12:00:00 GMT")
                .build();
    KatapultClient waiting = server.client().build();
    Listing<ApiTokenPage, ApiToken> listing = waiting.apiTokens().all().ahead(ahead);
    CompletableFuture<?> blocked = CompletableFuture.supplyAsync(() -> ids(listing), task -> new Thread(task).start());
    CompletableFuture<?> asynchronous = listing.forEachAsync(token -> {});
    eventually(() -> server.requestedPages.size() >= 1);
    Thread.sleep(200);
    int requested = server.requestedPages.size();

    waiting.close();

    for (CompletableFuture<?> end : List.of(blocked, asynchronous)) {
      assertThat(end)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(IllegalStateException.class)
          .withMessageContaining("has been closed");
    }
    assertThat(server.requestedPages).hasSize(requested);
  }

  @ParameterizedTest
  @CsvSource({"1000, -1", "-1, -1", "0, 0", "10, 99999"})
  void doesNotWaitForALimitThatMakesNoSense(int permitted, int remaining) {
    server.instead =
        page ->
            server.page(page).newBuilder()
                .setHeader("X-RateLimit-Permitted", permitted)
                .setHeader("X-RateLimit-Remaining", remaining)
                .build();

    assertThat(ids(all())).isEqualTo(server.ids);
    assertThat(clock.waits).isEmpty();
  }

  @Test
  void tellsHowFarItHasCome() {
    List<Listing.Progress> progress = new ArrayList<>();

    ids(all().onPage(progress::add));

    assertThat(progress)
        .containsExactly(
            new Listing.Progress(1, 3, 2),
            new Listing.Progress(2, 3, 4),
            new Listing.Progress(3, 3, 5));
  }

  @Test
  void pagesComeWithTheirPaginationAndHeaders() {
    try (Pages<ApiTokenPage, ApiToken> pages = all().pages()) {
      ApiResponse<?> first = pages.next();

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.headers().get("Content-Type")).isEqualTo("application/json");
    }
  }

  @Test
  void anEmptyListHasOnePage() {
    server.ids = List.of();
    Pages<ApiTokenPage, ApiToken> pages = all().pages();

    assertThat(pages.hasNext()).isTrue();
    assertThat(pages.next().body().apiTokens()).isEmpty();
    assertThat(pages.hasNext()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void causesNo429UnderALimit(int ahead) {
    server.ids = TokenServer.ids(60);
    int permitted = 7;
    List<Long> minutes = new ArrayList<>();
    AtomicInteger refused = new AtomicInteger();
    server.instead =
        page -> {
          synchronized (minutes) {
            long minute = clock.now().getEpochSecond() / 60;
            int used = (int) minutes.stream().filter(other -> other == minute).count();
            minutes.add(minute);
            if (used >= permitted) {
              refused.incrementAndGet();
            }
            MockResponse response =
                used >= permitted ? TokenServer.error(429, "rate_limit_reached") : server.page(page);
            return response
                .newBuilder()
                .setHeader("X-RateLimit-Permitted", permitted)
                .setHeader("X-RateLimit-Remaining", Math.max(0, permitted - used - 1))
                .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.now().atZone(ZoneOffset.UTC)))
                .build();
          }
        };

    assertThat(ids(all().ahead(ahead))).isEqualTo(server.ids);
    assertThat(refused).hasValue(0);
    // At least what 30 pages need; several waits at once make the fake clock run ahead.
    assertThat(new HashSet<>(minutes)).hasSizeBetween(5, 10);
  }

  /** A response at the turn of the minute speaks of one minute or of the other, and may be late. */
  @Test
  void doesNotTakeTheFigureOfOneMinuteForThatOfAnother() {
    server.ids = TokenServer.ids(10);
    server.instead =
        page ->
            server.page(page).newBuilder()
                .setHeader("X-RateLimit-Permitted", 1000)
                .setHeader("X-RateLimit-Remaining", page == 1 ? 3 : page == 4 ? 0 : 999)
                .setHeader("Date", "Mon, 01 Jun 2026 12:" + (page == 1 || page == 4 ? "00:59" : "01:00") + " GMT")
                .build();

    assertThat(ids(all().ahead(0))).isEqualTo(server.ids);
    assertThat(clock.waits).isEmpty();
  }

  @Test
  void waitsForTheLimitThoughTheDeadlineIsShorter() {
    server.instead =
        page ->
            server.page(page).newBuilder()
                .setHeader("X-RateLimit-Permitted", 1)
                .setHeader("X-RateLimit-Remaining", 0)
                .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.now().atZone(ZoneOffset.UTC)))
                .build();
    ListApiTokensRequest hurried = new ListApiTokensRequest().deadline(Duration.ofSeconds(30));

    assertThat(ids(katapult.apiTokens().all(hurried).ahead(0))).isEqualTo(server.ids);
    assertThat(clock.waits).allSatisfy(wait -> assertThat(wait).isGreaterThan(Duration.ofSeconds(30)));
  }

  @Test
  void livesThroughAStormOf429() {
    server.ids = TokenServer.ids(20);
    AtomicInteger requests = new AtomicInteger();
    server.instead =
        page -> requests.incrementAndGet() % 3 == 0 ? null : TokenServer.error(429, "rate_limit_reached");

    try (KatapultClient patient =
        server.client().clock(clock).retryPolicy(RetryPolicy.DEFAULT.deadline(Duration.ofHours(1))).build()) {
      assertThat(ids(patient.apiTokens().all().ahead(0))).isEqualTo(server.ids);
    }
    assertThat(requests).hasValue(30);
  }

  @ParameterizedTest
  @CsvSource({"0, false, 0", "5, false, 0", "5, false, 1", "41, false, 8", "5, true, 0", "41, true, 2"})
  void givesEveryTokenWithoutBlockingTheCaller(int tokens, boolean largeSet, int ahead) {
    server.ids = TokenServer.ids(tokens);
    server.largeSet = largeSet;
    List<String> read = new ArrayList<>();

    assertThat(all().ahead(ahead).forEachAsync(token -> read.add(token.id()))).succeedsWithin(Duration.ofSeconds(15));
    assertThat(read).isEqualTo(server.ids);
  }

  @Test
  void givesTokensWhileNoThreadWaits() {
    server.instead = page -> server.page(page).newBuilder().headersDelay(100, TimeUnit.MILLISECONDS).build();
    List<String> threads = new CopyOnWriteArrayList<>();
    ExecutorService one = Executors.newSingleThreadExecutor(task -> new Thread(task, "the only one"));
    try (KatapultClient onOneThread = server.client().executor(one).build()) {
      List<CompletableFuture<Void>> listings =
          Stream.generate(() -> onOneThread.apiTokens().all())
              .limit(8)
              .map(listing -> listing.forEachAsync(token -> threads.add(Thread.currentThread().getName())))
              .toList();

      assertThat(CompletableFuture.allOf(listings.toArray(CompletableFuture[]::new)))
          .succeedsWithin(Duration.ofSeconds(15));
      assertThat(threads).hasSize(8 * 5).containsOnly("the only one");
    } finally {
      one.shutdown();
    }
  }

  @Test
  void anAsynchronousListingFailsLikeAnyOther() {
    server.instead = page -> page == 2 ? TokenServer.error(403, "permission_denied") : null;
    List<String> read = new ArrayList<>();

    assertThat(all().forEachAsync(token -> read.add(token.id())))
        .failsWithin(Duration.ofSeconds(15))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ApiErrorException.Forbidden.class)
        .withMessageContaining("page 2");
    assertThat(read).containsExactly("token1", "token2");
  }

  @Test
  void whatTheActionThrowsEndsAnAsynchronousListing() {
    assertThat(
            all()
                .forEachAsync(
                    token -> {
                      throw new IllegalStateException(token.id());
                    }))
        .failsWithin(Duration.ofSeconds(15))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("token1");
  }

  @Test
  void cancellingAnAsynchronousListingCancelsItsCalls() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      var end = slow.apiTokens().all().forEachAsync(token -> {});
      eventually(() -> server.requestedPages.contains(2));

      end.cancel(true);

      eventually(() -> http.dispatcher().runningCallsCount() == 0);
    }
  }

  @Test
  void cancellingAnAsynchronousListingStopsItInThePage() throws Exception {
    server.perPage = 5;
    CompletableFuture<CompletableFuture<Void>> listing = new CompletableFuture<>();
    List<String> read = new CopyOnWriteArrayList<>();
    ExecutorService one = Executors.newSingleThreadExecutor();
    try (KatapultClient onOneThread = server.client().executor(one).build()) {
      listing.complete(
          onOneThread
              .apiTokens().all()
              .forEachAsync(
                  token -> {
                    read.add(token.id());
                    if (read.size() == 3) {
                      listing.join().cancel(true);
                    }
                  }));

      eventually(() -> listing.join().isDone());
      one.submit(() -> {}).get(15, TimeUnit.SECONDS);
      assertThat(read).containsExactly("token1", "token2", "token3");
    } finally {
      one.shutdown();
    }
  }

  @Test
  void anExecutorThatRefusesEndsAnAsynchronousListing() {
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("full");
        };
    try (KatapultClient refused = server.client().executor(refusing).build()) {
      assertThat(refused.apiTokens().all().forEachAsync(token -> {}))
          .failsWithin(Duration.ofSeconds(15))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void canBeReadOnTheOnlyThreadOfTheExecutorOfTheUser() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    server.instead = page -> server.requestedPages.size() == 2 ? TokenServer.error(503, "service_unavailable") : null;
    try (KatapultClient onOneThread = server.client().clock(clock).executor(one).build()) {
      Future<List<String>> read = one.submit(() -> ids(onOneThread.apiTokens().all().ahead(2)));

      assertThat(read.get(15, TimeUnit.SECONDS)).isEqualTo(server.ids);
    } finally {
      one.shutdownNow();
    }
  }

  @Test
  void closingItEndsTheWaitOfAnotherThread() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      Pages<ApiTokenPage, ApiToken> pages = slow.apiTokens().all().ahead(0).pages();
      pages.next();
      CompletableFuture<?> waiting = CompletableFuture.runAsync(pages::next);
      eventually(() -> server.requestedPages.contains(2));

      pages.close();

      assertThat(waiting)
          .failsWithin(Duration.ofSeconds(15))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(CancellationException.class);
      eventually(() -> http.dispatcher().runningCallsCount() == 0);
    }
  }

  @Test
  void aFailureShowsThePlaceOfTheReader() {
    server.instead = page -> TokenServer.error(403, "permission_denied");

    assertThat(catchThrowable(() -> ids(all())).getStackTrace())
        .anySatisfy(frame -> assertThat(frame.getMethodName()).contains("aFailureShowsThePlaceOfTheReader"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheKeySupplierThrowsComesThroughAsItIs(boolean unchecked) {
    Exception mine = unchecked ? new IllegalStateException("no key") : new IOException("no key");
    try (KatapultClient keyless = server.client().apiKey(() -> sneakyThrow(mine)).build()) {
      Throwable thrown = catchThrowable(() -> ids(keyless.apiTokens().all()));

      assertThat(unchecked ? thrown : thrown.getCause()).isSameAs(mine);
    }
  }

  /** As Kotlin and Groovy may. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> String sneakyThrow(Exception e) throws E {
    throw (E) e;
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void worksOnVirtualThreads() throws Exception {
    server.ids = TokenServer.ids(11);
    var newExecutor = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
    ExecutorService virtual = (ExecutorService) newExecutor.invoke(null);
    Dispatcher dispatcher = new Dispatcher((ExecutorService) newExecutor.invoke(null));
    dispatcher.setMaxRequestsPerHost(64);
    try (KatapultClient onVirtualThreads =
        server.client().callFactory(new OkHttpClient.Builder().dispatcher(dispatcher).build()).build()) {
      List<Future<List<String>>> listings = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        listings.add(virtual.submit(() -> ids(onVirtualThreads.apiTokens().all().ahead(2))));
      }
      for (Future<List<String>> listing : listings) {
        assertThat(listing.get(60, TimeUnit.SECONDS)).isEqualTo(server.ids);
      }
    } finally {
      virtual.shutdown();
      dispatcher.executorService().shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, Integer.MAX_VALUE})
  void requestsExpectedPagesAtOnceAsFarAsAheadAllows(int expectedPages) {
    server.ids = TokenServer.ids(30);
    server.instead = page -> server.page(page).newBuilder().headersDelay(150, TimeUnit.MILLISECONDS).build();
    List<Integer> atFirst = new ArrayList<>();

    assertThat(
            all().fromPage(2).expectedPages(expectedPages).ahead(4).onPage(
                progress -> {
                  if (progress.page() == 2) {
                    atFirst.addAll(server.requestedPages);
                  }
                }))
        .extracting(ApiToken::id)
        .isEqualTo(server.ids.subList(2, 30));
    assertThat(atFirst).contains(2, 3, 4, 5).isSubsetOf(2, 3, 4, 5, 6);
    assertThat(server.requestedPages).hasSize(14).doesNotHaveDuplicates();
  }

  @Test
  void aFailureIsPassedOnAlsoIfNoThreadCanBeStarted() {
    IllegalStateException mine = new IllegalStateException("no key");
    Clock threadless =
        new Clock() {
          @Override
          public void execute(Runnable task) {
            throw new RejectedExecutionException("no thread");
          }
        };
    Supplier<String> fails =
        () -> {
          throw mine;
        };
    try (KatapultClient keyless = server.client().clock(threadless).apiKey(fails).build()) {
      assertThatThrownBy(() -> ids(keyless.apiTokens().all())).isSameAs(mine);
      assertThat(mine.getSuppressed()).hasSize(1);
    }
  }

  /** The handler of the failure waits for another listing, which the rate limit must let through. */
  @Test
  void aFailureThatIsHandledByAListingHoldsUpNobody() {
    AtomicInteger keys = new AtomicInteger();
    server.instead =
        page ->
            keys.get() == 1
                ? server.page(page).newBuilder()
                    .setHeader("X-RateLimit-Permitted", 9)
                    .setHeader("X-RateLimit-Remaining", 0)
                    .build()
                : null;
    Supplier<String> secondFails =
        () -> {
          if (keys.incrementAndGet() == 2) {
            LockSupport.parkNanos(300_000_000); // Until the listing waits for this page.
            throw new IllegalStateException("no key");
          }
          return "key";
        };
    try (KatapultClient sometimesKeyless = server.client().clock(clock).apiKey(secondFails).build()) {
      CompletableFuture<List<String>> handled =
          sometimesKeyless
              .apiTokens()
              .all()
              .forEachAsync(token -> {})
              .handle((nothing, failure) -> ids(sometimesKeyless.apiTokens().all()));

      assertThat(handled).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(server.ids);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, false", "5, true", "0, false"})
  void expectsTooManyPagesInVain(int tokens, boolean largeSet) {
    server.ids = TokenServer.ids(tokens);
    server.largeSet = largeSet;
    server.instead = page -> page > 3 ? TokenServer.error(403, "permission_denied") : null;

    assertThat(ids(all().expectedPages(9).ahead(9))).isEqualTo(server.ids);
    assertThat(ids(all().expectedPages(9).ahead(0))).isEqualTo(server.ids);
  }

  @Test
  void rejectsWhatMakesNoSense() {
    ListApiTokensRequest request = new ListApiTokensRequest().page(2);

    assertThatThrownBy(() -> all().ahead(-1)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> all().expectedPages(-1)).hasMessage("expectedPages is -1: give at least 0");
    assertThatThrownBy(() -> all().fromPage(0)).hasMessage("fromPage is 0: give at least 1");
    assertThatThrownBy(() -> katapult.apiTokens().all(request))
        .isInstanceOf(ParameterException.class)
        .hasMessage("page is for a single page: leave it out here, and call fromPage(2) on the listing");
  }

  @Test
  void cancellingAFutureCancelsItsCall() {
    OkHttpClient http = slowFromPageTwoOn();
    try (KatapultClient slow = server.client().callFactory(http).build()) {
      var future = slow.apiTokens().listAsync(new ListApiTokensRequest().page(2));
      eventually(() -> http.dispatcher().runningCallsCount() == 1);

      future.cancel(true);

      eventually(() -> http.dispatcher().runningCallsCount() == 0);
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it did not happen in 15 seconds").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
