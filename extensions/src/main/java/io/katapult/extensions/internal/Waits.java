package io.katapult.extensions.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The waits of one client. Closing ends all of them at once. */
public final class Waits {
  private final Clock clock;
  private final Set<CompletableFuture<Void>> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public Waits(Clock clock) {
    this.clock = clock;
  }

  /** Returns a future that completes after the delay, or when this is closed. */
  @SuppressWarnings("CollectionUndefinedEquality") // A CompletableFuture equals only itself.
  public CompletableFuture<Void> begin(Duration delay) {
    CompletableFuture<Void> wait = clock.after(delay);
    pending.add(wait);
    wait.whenComplete((nothing, failure) -> pending.remove(wait));
    // In this order, either close() sees the wait, or this sees the flag.
    if (closed) {
      wait.complete(null);
    }
    return wait;
  }

  /** Runs the task on the executor after the wait, or else on this thread. Not if the wait is cancelled. */
  public static void runAfter(CompletableFuture<Void> wait, Executor executor, Runnable task) {
    wait.thenRunAsync(task, executor)
        .exceptionally(
            rejected -> {
              if (!wait.isCancelled()) {
                task.run();
              }
              return null;
            });
  }

  public boolean isClosed() {
    return closed;
  }

  public void close() {
    closed = true;
    pending.forEach(wait -> wait.complete(null));
  }
}
