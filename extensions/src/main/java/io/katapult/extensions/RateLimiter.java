package io.katapult.extensions;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests back until the limit lets them through, first come, first served. Safe for use by many threads.
 *
 * <p>One thread at a time lets requests through, so that they also go out in that order.
 */
final class RateLimiter {
  private final Clock clock;
  private final Waits waits;
  private final Budget budget;
  private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private boolean draining;
  private boolean timed;

  RateLimiter(Clock clock, Waits waits) {
    this.clock = clock;
    this.waits = waits;
    budget = new Budget(clock);
  }

  void learn(RateLimit limit) {
    budget.learn(limit);
  }

  /** Returns a future that is completed when a request may be sent. Cancel it if none is to be sent any more. */
  CompletableFuture<Void> acquire() {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(turn);
      if (draining) {
        return turn;
      }
      draining = true;
    }
    drain();
    return turn;
  }

  private void onTimer() {
    synchronized (this) {
      timed = false;
      if (draining) {
        return;
      }
      draining = true;
    }
    drain();
  }

  private void drain() {
    for (CompletableFuture<Void> turn = next(); turn != null; turn = next()) {
      turn.complete(null);
    }
  }

  /** Returns the next turn; null, and no longer draining, if there is none yet. */
  private @Nullable CompletableFuture<Void> next() {
    Duration wait;
    synchronized (this) {
      while (!waiting.isEmpty() && waiting.peek().isDone()) {
        waiting.remove(); // Cancelled.
      }
      wait = waiting.isEmpty() || waits.isClosed() ? Duration.ZERO : budget.take();
      if (wait.isZero() && !waiting.isEmpty()) {
        return waiting.remove();
      }
      draining = false;
      if (waiting.isEmpty() || timed) {
        return null;
      }
      timed = true;
    }
    waits.begin(wait).thenRunAsync(this::onTimer, clock::execute);
    return null;
  }
}
