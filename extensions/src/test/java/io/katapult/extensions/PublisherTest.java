package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.Pagination;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** Listings as publishers of reactive streams: the rules of those, and when a page is fetched. */
@Timeout(60)
class PublisherTest {
  private static final int PER_PAGE = 2;

  private final List<Integer> requestedPages = new CopyOnWriteArrayList<>();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final OkHttpClient http = new OkHttpClient.Builder().addInterceptor(this::respond).build();
  private long tokens = 7;
  private int failingPage;

  @AfterEach
  void stop() {
    executor.shutdown();
    http.dispatcher().executorService().shutdown();
  }

  private Response respond(Interceptor.Chain chain) {
    int page = Integer.parseInt(String.valueOf(chain.request().url().queryParameter("page")));
    requestedPages.add(page);
    List<ApiToken> onPage =
        LongStream.rangeClosed((page - 1L) * PER_PAGE + 1, Math.min((long) page * PER_PAGE, tokens))
            .mapToObj(number -> TokenServer.token("token" + number))
            .toList();
    Pagination pagination =
        Pagination.builder()
            .currentPage(page)
            .perPage(PER_PAGE)
            .largeSet(false)
            .total(tokens)
            .totalPages((int) ((tokens + PER_PAGE - 1) / PER_PAGE))
            .build();
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(page == failingPage ? 403 : 200)
        .message("")
        .body(ResponseBody.create(TokenServer.toJson(TokenServer.page(pagination, onPage)), MediaType.get("a/json")))
        .build();
  }

  private Listing<?, ApiToken> all(boolean isOnExecutor) {
    KatapultClient.Builder client =
        KatapultClient.builder().apiKey("key").organization(Organization.id("o")).callFactory(http);
    return (isOnExecutor ? client.executor(executor) : client).build().apiTokens().all();
  }

  /** The rules of reactive streams: those that can be tested, on a publisher that fails only once it is asked. */
  @TestFactory
  Stream<DynamicTest> keepsTheRulesOfReactiveStreams() {
    return Stream.of(Rules.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
        .filter(method -> !method.getName().matches("untested_.*|.*(mustSignalOnErrorWhenFails|mayRejectCalls.*)"))
        .flatMap(
            rule ->
                Stream.of(true, false)
                    .map(isOnExecutor -> DynamicTest.dynamicTest(
                        rule.getName() + (isOnExecutor ? " on an executor" : ""), () -> check(rule, isOnExecutor))));
  }

  private void check(Method rule, boolean isOnExecutor) throws Throwable {
    Rules rules = new Rules(isOnExecutor);
    rules.setUp();
    try {
      rule.invoke(rules);
    } catch (InvocationTargetException e) {
      // Also if the rule is optional, and the TCK would skip it.
      throw e.getCause();
    }
  }

  /** Its rules are inherited. */
  final class Rules extends FlowPublisherVerification<ApiToken> {
    private final boolean isOnExecutor;

    Rules(boolean isOnExecutor) {
      super(new TestEnvironment(2_000, 50), 1_000);
      this.isOnExecutor = isOnExecutor;
    }

    @Override
    public Flow.Publisher<ApiToken> createFlowPublisher(long elements) {
      tokens = elements;
      return all(isOnExecutor).publisher();
    }

    @Override
    public Flow.@Nullable Publisher<ApiToken> createFailedFlowPublisher() {
      return null;
    }
  }

  /** Runs everything on the thread of the test, which then needs to wait for nothing. */
  private static final class Direct extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  /** Notes what it gets, and requests nothing by itself. */
  private final class Reader implements Flow.Subscriber<ApiToken> {
    final List<String> got = new ArrayList<>();
    @SuppressWarnings("NullAway.Init") // Set by subscribe().
    Flow.Subscription subscription;

    @SuppressWarnings("NullAway") // The same.
    Reader(int ahead) {
      Dispatcher direct = new Dispatcher(new Direct());
      OkHttpClient onThisThread = http.newBuilder().dispatcher(direct).build();
      KatapultClient.builder()
          .apiKey("key")
          .organization(Organization.id("o"))
          .callFactory(onThisThread)
          .build()
          .apiTokens().all()
          .ahead(ahead)
          .publisher()
          .subscribe(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ApiToken token) {
      got.add(token.id());
    }

    @Override
    public void onError(Throwable failure) {
      got.add(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    }

    @Override
    public void onComplete() {
      got.add("end");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 9})
  void fetchesAPageOnlyWhenItemsAreRequestedThatHaveNotCome(int ahead) {
    Reader reader = new Reader(ahead);
    assertThat(requestedPages).isEmpty();

    for (int requested = 1; requested <= 7; requested++) {
      reader.subscription.request(1);

      int read = (requested + 1) / PER_PAGE;
      assertThat(reader.got).hasSize(requested + (requested == 7 ? 1 : 0));
      assertThat(requestedPages).hasSize(Math.min(4, read + ahead)).isSorted().doesNotHaveDuplicates();
    }
    assertThat(reader.got)
        .containsExactly("token1", "token2", "token3", "token4", "token5", "token6", "token7", "end");
  }

  @Test
  void readsAnewForEachSubscriber() {
    Reader first = new Reader(1);
    Reader second = new Reader(1);
    first.subscription.request(2);
    second.subscription.request(Long.MAX_VALUE);

    assertThat(first.got).containsExactly("token1", "token2");
    assertThat(second.got).hasSize(8).endsWith("token7", "end");
  }

  @Test
  void passesTheExceptionOfAFailedPage() {
    failingPage = 2;
    Reader reader = new Reader(0);
    reader.subscription.request(9);
    reader.subscription.request(9);

    assertThat(reader.got).hasSize(3).startsWith("token1", "token2");
    assertThat(reader.got.get(2)).startsWith("UnexpectedResponseException: HTTP 403").contains("page 2");
  }

  @Test
  void fetchesAndPassesNothingOnceItIsCancelled() {
    Reader reader = new Reader(0);
    reader.subscription.request(1);
    reader.subscription.cancel();
    reader.subscription.request(9);
    reader.subscription.request(-1);

    assertThat(reader.got).containsExactly("token1");
    assertThat(requestedPages).containsExactly(1);
  }
}
