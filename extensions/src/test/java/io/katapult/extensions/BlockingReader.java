package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.internal.Clock;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a listing on a thread of its own, which blocks. All else waits until that thread is blocked or at its end, so
 * that nothing ever happens at once.
 */
final class BlockingReader {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Thread thread;
  private final Pages<ApiTokenPage, ApiToken> pages;
  private final Queue<Future<?>> fetching;
  private volatile boolean isInterrupted;

  /** {@code onEnd} gets what is thrown, or null. */
  @SuppressWarnings("unchecked")
  BlockingReader(Listing<ApiTokenPage, ApiToken> listing, Consumer<ApiToken> action, Consumer<@Nullable Throwable> onEnd) {
    pages = listing.pages();
    fetching = (Queue<Future<?>>) field(field(pages, "queue"), "fetching");
    thread =
        Clock.newDaemonThread(
            () -> {
              Throwable failure = null;
              try {
                pages.newItems().forEachRemaining(items -> items.forEach(action));
              } catch (Throwable e) {
                failure = e;
              }
              onEnd.accept(failure);
            });
  }

  private static Object field(Object owner, String name) {
    try {
      Field field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(owner);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The field has another name", e);
    }
  }

  void start() {
    thread.start();
  }

  void interrupt() {
    isInterrupted = thread.isAlive();
    thread.interrupt();
  }

  void close() {
    pages.close();
  }

  void awaitStandstill() {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!standsStill()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("The reader goes on and on: " + thread.getState());
      }
      Thread.onSpinWait();
    }
  }

  /** A thread that has been woken may look blocked until it runs. So the page is asked first. */
  private boolean standsStill() {
    Future<?> awaited = fetching.peek();
    boolean isWoken = isInterrupted || awaited == null || awaited.isDone();
    return switch (thread.getState()) {
      case NEW, TERMINATED -> true;
      case WAITING -> !isWoken;
      default -> false;
    };
  }
}
