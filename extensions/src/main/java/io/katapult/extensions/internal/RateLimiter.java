package io.katapult.extensions.internal;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests back until the rate limit lets them through, in the order of their places. A retried request keeps its
 * place. Safe for use by many threads.
 *
 * <p>Only one thread at a time lets requests through, so they are also sent in that order.
 */
public final class RateLimiter {
  /** The lowest place comes first. */
  private record Waiting(long place, CompletableFuture<Void> turn) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      return Long.compare(place, other.place);
    }
  }

  private final Clock clock;
  private final Waits waits;
  public final Budget budget;
  private final AtomicLong nextPlace = new AtomicLong();
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
  private boolean draining;
  private boolean timed;

  public RateLimiter(Clock clock, Waits waits) {
    this.clock = clock;
    this.waits = waits;
    budget = new Budget(clock);
  }

  /** Returns a place after all others. A request keeps it for all its attempts. */
  public long newPlace() {
    return nextPlace.getAndIncrement();
  }

  /**
   * Runs the task when a request may be sent.
   *
   * @return cancel it if the request is no longer to be sent
   */
  public CompletableFuture<Void> acquire(long place, Runnable task) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    turn.thenRun(task);
    synchronized (this) {
      waiting.add(new Waiting(place, turn));
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
      if (!turn.complete(null)) {
        budget.giveBack(); // Just cancelled.
      }
    }
  }

  /** Returns the next turn. If there is none yet, stops draining and returns null. */
  private @Nullable CompletableFuture<Void> next() {
    Duration wait;
    synchronized (this) {
      while (!waiting.isEmpty() && waiting.peek().turn().isDone()) {
        waiting.remove(); // Cancelled.
      }
      wait = waiting.isEmpty() || waits.isClosed() ? Duration.ZERO : budget.take();
      if (wait.isZero() && !waiting.isEmpty()) {
        return waiting.remove().turn();
      }
      draining = false;
      if (waiting.isEmpty() || timed) {
        return null;
      }
      timed = true;
    }
    Waits.runAfter(waits.begin(wait), clock::execute, this::onTimer);
    WaitLog.log(wait, () -> "Listings wait " + wait.toMillis() + " ms for the rate limit");
    return null;
  }
}
