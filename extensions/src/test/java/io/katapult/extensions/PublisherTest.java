package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.client.model.ApiToken;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings as publishers: when a page is fetched, and what a subscriber gets. */
@Timeout(10)
class PublisherTest {
  private final PagesInMemory server = new PagesInMemory();

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
    boolean requestsNext;
    String failsAt = "";

    @SuppressWarnings("NullAway.Init") // Set by subscribe().
    Flow.Subscription subscription;

    @SuppressWarnings("NullAway") // The same.
    Reader(int ahead) {
      Dispatcher direct = new Dispatcher(new Direct());
      OkHttpClient onThisThread = server.http.newBuilder().dispatcher(direct).build();
      server.client()
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
      if (token.id().equals(failsAt)) {
        throw new IllegalStateException(failsAt);
      }
      got.add(token.id());
      if (requestsNext) {
        subscription.request(1);
      }
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
    assertThat(server.requestedPages).isEmpty();

    for (int requested = 1; requested <= 7; requested++) {
      reader.subscription.request(1);

      int read = (requested + 1) / PagesInMemory.PER_PAGE;
      assertThat(reader.got).hasSize(requested + (requested == 7 ? 1 : 0));
      assertThat(server.requestedPages).hasSize(Math.min(4, read + ahead)).isSorted().doesNotHaveDuplicates();
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
    server.failingPage = 2;
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
    assertThat(server.requestedPages).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void failsByARequestForNoItem(long n) {
    Reader reader = new Reader(0);
    reader.subscription.request(1);
    reader.subscription.request(n);
    reader.subscription.request(9);

    assertThat(reader.got).hasSize(2).first().isEqualTo("token1");
    assertThat(reader.got.get(1)).startsWith("ParameterException: n is not positive");
  }

  @Test
  void addsUpRequestsWithoutOverflow() {
    Reader reader = new Reader(0);
    reader.subscription.request(Long.MAX_VALUE - 1);
    reader.subscription.request(Long.MAX_VALUE);

    assertThat(reader.got).hasSize(8).endsWith("token7", "end");
  }

  @Test
  void passesManyItemsThatAreRequestedOneByOne() {
    server.tokens = 4_000;
    Reader reader = new Reader(0);
    reader.requestsNext = true;
    reader.subscription.request(1);

    assertThat(reader.got).hasSize(4_001).endsWith("token4000", "end");
  }

  @Test
  void failsByAnExceptionOfTheSubscriber() {
    Reader reader = new Reader(0);
    reader.failsAt = "token3";
    reader.subscription.request(9);

    assertThat(reader.got).containsExactly("token1", "token2", "IllegalStateException: token3");
  }
}
