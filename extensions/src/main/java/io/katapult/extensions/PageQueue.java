package io.katapult.extensions;

import java.lang.ref.Cleaner;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntFunction;

/** The pages that are being fetched, in order. One thread reads it; any thread may close it. */
final class PageQueue<P> implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final IntFunction<CompletableFuture<ApiResponse<P>>> source;
  private final Deque<CompletableFuture<ApiResponse<P>>> fetching = new ConcurrentLinkedDeque<>();
  private final Cleaner.Cleanable cancelling = cancelWhenGarbage(this, fetching);
  private long next;
  private volatile boolean closed;

  PageQueue(IntFunction<CompletableFuture<ApiResponse<P>>> source, int firstPage) {
    this.source = source;
    next = firstPage;
  }

  /** Static: a lambda that holds {@code this} would keep it from ever being garbage. */
  private static Cleaner.Cleanable cancelWhenGarbage(
      PageQueue<?> queue, Deque<? extends CompletableFuture<?>> fetching) {
    return CLEANER.register(queue, () -> fetching.forEach(page -> page.cancel(true)));
  }

  /** Returns the page to read next. */
  CompletableFuture<ApiResponse<P>> first() {
    CompletableFuture<ApiResponse<P>> page = fetching.peek();
    return page == null ? fetch() : page;
  }

  /** Removes the first page. */
  void remove() {
    fetching.poll();
  }

  /** Cancels the pages that were expected in vain. */
  void cancelAfter(int lastPage) {
    for (; next > lastPage + 1L && !fetching.isEmpty(); next--) {
      fetching.removeLast().cancel(true);
    }
  }

  /** Fetches the next pages up to the last one, with a limit of pages at once. */
  void fetchAhead(long lastPage, int atOnce) {
    while (!closed && fetching.size() < atOnce && next <= lastPage) {
      fetch();
    }
  }

  private CompletableFuture<ApiResponse<P>> fetch() {
    CompletableFuture<ApiResponse<P>> page = source.apply((int) next++);
    fetching.add(page);
    if (closed) {
      page.cancel(true);
    }
    return page;
  }

  boolean isClosed() {
    return closed;
  }

  /** Cancels pending requests. */
  @Override
  public void close() {
    closed = true;
    cancelling.clean();
  }
}
