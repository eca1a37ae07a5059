package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.internal.RateLimiter;
import io.katapult.extensions.internal.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private final List<CompletableFuture<Void>> timers = new ArrayList<>();
  private long nanos;

  /** Time that stands still until it is told. */
  private final Clock clock =
      new Clock() {
        @Override
        public long nanos() {
          return nanos;
        }

        @Override
        public CompletableFuture<Void> after(Duration delay) {
          CompletableFuture<Void> timer = new CompletableFuture<>();
          timers.add(timer);
          return timer;
        }

        @Override
        public void execute(Runnable task) {
          task.run();
        }
      };

  private final Waits waits = new Waits(clock);
  private final RateLimiter limiter = new RateLimiter(clock, waits);
  private final List<Integer> started = new ArrayList<>();

  /** A request that is answered at once. */
  private CompletableFuture<Void> acquire(int number) {
    return limiter.acquire(
        limiter.newPlace(),
        () -> {
          started.add(number);
          limiter.budget.end();
        });
  }

  private void learn(int permitted, int remaining) {
    limiter.budget.learn(permitted, remaining, Duration.ofSeconds(10));
  }

  private void nextMinute() {
    nanos += Duration.ofMinutes(1).toNanos();
    timers.remove(0).complete(null);
  }

  @Test
  void letsAllThroughWhileNoLimitIsKnown() {
    acquire(1);
    acquire(2);

    assertThat(started).containsExactly(1, 2);
    assertThat(timers).isEmpty();
  }

  @Test
  void letsAnotherThroughForOneThatIsGivenBack() {
    learn(5, 1);
    limiter.acquire(limiter.newPlace(), () -> started.add(1));
    acquire(2);
    assertThat(started).containsExactly(1);

    limiter.budget.giveBack();
    acquire(3);

    assertThat(started).containsExactly(1, 2);
  }

  @Test
  void letsThroughInTheOrderOfTheQuestions() {
    learn(3, 1);
    for (int i = 1; i <= 8; i++) {
      acquire(i);
    }
    assertThat(started).containsExactly(1);
    assertThat(timers).hasSize(1);

    nextMinute();
    assertThat(started).containsExactly(1, 2, 3, 4);
    nextMinute();
    assertThat(started).containsExactly(1, 2, 3, 4, 5, 6, 7);
    nextMinute();
    assertThat(started).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(timers).isEmpty();
  }

  @Test
  void aRequestThatIsCancelledTakesNothingFromTheLimit() {
    learn(2, 0);
    List<CompletableFuture<Void>> turns = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      turns.add(acquire(i));
    }
    turns.get(0).cancel(false);
    turns.get(2).cancel(false);

    nextMinute();

    assertThat(started).containsExactly(2, 4);
  }

  @Test
  void whoComesWhileOthersAreLetThroughComesAfterThem() {
    learn(5, 0);
    acquire(1).thenRun(() -> acquire(3));
    acquire(2);

    nextMinute();

    assertThat(started).containsExactly(1, 2, 3);
  }

  @Test
  void whoComesAgainKeepsItsPlace() {
    long place = limiter.newPlace();
    learn(5, 0);
    acquire(1);
    limiter.acquire(place, () -> started.add(0));

    nextMinute();

    assertThat(started).containsExactly(0, 1);
  }

  @Test
  void letsNothingThroughInAPause() {
    limiter.budget.pause(Duration.ofSeconds(70));
    acquire(1);
    nextMinute();
    assertThat(started).isEmpty();

    nextMinute();
    assertThat(started).containsExactly(1);
  }

  @Test
  void closingLetsAllThrough() {
    learn(1, 0);
    acquire(1);
    acquire(2);

    waits.close();

    assertThat(started).containsExactly(1, 2);
    acquire(3);
    assertThat(started).containsExactly(1, 2, 3);
  }
}
