package io.katapult.extensions.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The waits of one client. Closing it ends all of them at once. */
public final class Waits {
  private final Clock clock;
  private final Set<CompletableFuture<Void>> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public Waits(Clock clock) {
    this.clock = clock;
  }

  /** Returns a future that is completed after the delay, or when this is closed. */
  @SuppressWarnings("CollectionUndefinedEquality") // A CompletableFuture equals only itself.
  public CompletableFuture<Void> begin(Duration delay) {
    CompletableFuture<Void> wait = clock.after(delay);
    pending.add(wait);
    wait.whenComplete((nothing, failure) -> pending.remove(wait));
    // After it was added: close() sees it, or this sees the flag.
    if (closed) {
      wait.complete(null);
    }
    return wait;
  }

  /** Runs the task after a wait on the executor, or where the wait ends if that rejects it; never if it is cancelled. */
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
