package io.katapult.extensions;

import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.SeenItems;
import io.katapult.extensions.rules.ParameterException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a listing, in order. For one thread, but any thread may close it.
 *
 * @param <P> a page of the spec
 * @param <I> an item on it
 */
public final class Pages<P, I> implements Iterator<ApiResponse<P>>, AutoCloseable {
  private final Listing<P, I> listing;
  private final PageQueue<P> queue;
  private final SeenItems<I> seen;
  private int nextToRead;
  private long items;
  private List<I> newItems = List.of();
  private @Nullable CompletableFuture<?> awaited;

  Pages(Listing<P, I> listing) {
    this.listing = listing;
    queue = new PageQueue<>(listing.paging.source(), listing.firstPage);
    seen = new SeenItems<>(listing.paging.id());
    nextToRead = listing.firstPage;
  }

  @Override
  public boolean hasNext() {
    return !queue.isClosed();
  }

  /**
   * Waits for the next page.
   *
   * @return the page
   * @throws KatapultException if the request for the page fails, which closes this; {@link Listing#fromPage} with
   *     {@link KatapultException#page()} continues there. Also if the thread is interrupted, which keeps its interrupt
   *     flag
   * @throws ParameterException if a supplier returns a key that can't be used
   * @throws CancellationException if this is closed while it waits
   * @throws NoSuchElementException if there is no next page
   * @throws IllegalStateException if the client has been closed
   */
  @Override
  public ApiResponse<P> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      ApiResponse<P> response = await(first());
      queue.remove();
      read(response.body());
      return response;
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private CompletableFuture<ApiResponse<P>> first() {
    if (nextToRead == listing.firstPage) {
      queue.fetchAhead(Math.min(nextToRead - 1L + listing.expectedPages, Integer.MAX_VALUE), listing.ahead);
    }
    return queue.first();
  }

  private void read(P page) {
    Pagination pagination = listing.paging.pagination().apply(page);
    List<I> all = listing.paging.items().apply(page);
    Integer totalPages = pagination.totalPages();
    newItems = seen.addNew(all);
    items += all.size();
    int read = nextToRead++;
    boolean isLast =
        all.isEmpty()
            || (totalPages == null ? all.size() < pagination.perPage() || seen.goesRound() : read >= totalPages);
    if (isLast) {
      close();
    } else {
      if (totalPages != null && read == listing.firstPage) {
        queue.cancelAfter(totalPages);
      }
      queue.fetchAhead(totalPages == null ? read + 1 : totalPages, listing.ahead);
    }
    listing.listener.accept(new Listing.Progress(read, totalPages, items));
  }

  /** The items of each page that have not come before. */
  Iterator<List<I>> newItems() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return Pages.this.hasNext();
      }

      @Override
      public List<I> next() {
        Pages.this.next();
        return newItems;
      }
    };
  }

  /** Requests the next page unless that is done. If it has not arrived, runs the task once it has. */
  boolean isNextHere(Runnable task) {
    CompletableFuture<?> next = first();
    if (!next.isDone() && next != awaited) {
      awaited = next;
      next.whenComplete((response, failure) -> task.run());
    }
    return next.isDone();
  }

  /** Ends the listing, and cancels pending requests. */
  @Override
  public void close() {
    queue.close();
  }

  private <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KatapultException failure
          ? failure.here()
          : RequestSender.unchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectionException.interrupted("the API", nextToRead, List.of());
    }
  }
}
