package io.katapult.extensions;

import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.ApiOperation;
import io.katapult.extensions.internal.Arguments;
import io.katapult.extensions.rules.ParameterException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All items of a list. Fetches pages when they are needed, and the next page while the current one is used.
 *
 * <pre>{@code
 * List<ApiToken> withoutAnEnd =
 *     katapult.apiTokens().all().stream().filter(token -> token.expiresAt() == null).toList();
 * }</pre>
 *
 * <p>The list may change while it is read. Pages come in order, each as it was when the server responded. An item with
 * an id does not come twice within 10,000 items. An item that exists all the time comes, unless it moves to a page that
 * was already fetched. With {@link #ahead} of 0 or 1, only the removal of an earlier item moves it there. With more, an
 * addition can do it, too, since the server may respond to pages requested at once in any order.
 *
 * <p>The listing ends with an empty page, and with the last page by {@code total_pages}. In a set too large to be
 * counted it ends with a page that is not full, and with a page whose items have all come twice since the last new
 * item. So it ends even if the server repeats itself. In return, it may end early when two pages of items are added
 * before a new one comes.
 *
 * <p>Pages wait for the rate limit that responses have told of, and keep their order. After a 429 all of them wait.
 *
 * <p>Immutable, and safe for use by many threads. Each method returns a changed copy. Each iterator and each stream
 * starts anew, and is for one thread.
 *
 * @param <P> a page of the spec
 * @param <I> an item on it
 */
public final class Listing<P, I> implements Iterable<I> {
  /** How to fetch and read a page. Without ids, items may come twice. */
  record Paging<P, I>(
      String request,
      IntFunction<CompletableFuture<ApiResponse<P>>> source,
      Function<P, Pagination> pagination,
      Function<P, List<I>> items,
      @Nullable Function<I, String> id,
      Executor executor) {}

  final Paging<P, I> paging;
  final int firstPage;
  final int expectedPages;
  final int ahead;
  final Consumer<Progress> listener;

  <R extends PagedRequest<R>> Listing(
      KatapultClient katapult,
      ApiOperation<P> operation,
      R request,
      Function<P, List<I>> items,
      @Nullable Function<I, String> id) {
    this(
        new Paging<>(
            Objects.requireNonNull(request, "request").toString(),
            page -> katapult.sendWithinLimit(operation, request.page(page)),
            Objects.requireNonNull(operation.pagination()),
            items,
            id,
            katapult.executor),
        1,
        0,
        1,
        progress -> {});
    if (request.page() != null) {
      throw Arguments.invalid(
          "page", "is for a single page: leave it out here, and call fromPage(" + request.page() + ") on the listing");
    }
  }

  private Listing(
      Paging<P, I> paging, int firstPage, int expectedPages, int ahead, Consumer<Progress> listener) {
    this.paging = paging;
    this.firstPage = firstPage;
    this.expectedPages = expectedPages;
    this.ahead = ahead;
    this.listener = listener;
  }

  /**
   * The progress of a listing.
   *
   * @param page the page just read, counted from 1
   * @param totalPages the number of pages; null if the set is too large to be counted
   * @param items the number of items on all pages so far, this one included
   */
  public record Progress(int page, @Nullable Integer totalPages, long items) {}

  /**
   * Sets the page to begin with, for example {@link KatapultException#page()} of a listing of the same request that
   * failed.
   *
   * @param page counted from 1; the default is 1
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public Listing<P, I> fromPage(int page) {
    Arguments.requireAtLeast(1, "fromPage", page);
    return new Listing<>(paging, page, expectedPages, ahead, listener);
  }

  /**
   * Sets how many pages to fetch ahead of the current one. If the number of pages is known, they are fetched at once,
   * and as many are held in memory. The {@code Dispatcher} of your own {@code OkHttpClient} also limits the requests at
   * once.
   *
   * @param pages 0 or more; the default is 1
   * @return a changed copy
   * @throws ParameterException if it is less than 0
   */
  public Listing<P, I> ahead(int pages) {
    Arguments.requireAtLeast(0, "ahead", pages);
    return new Listing<>(paging, firstPage, expectedPages, pages, listener);
  }

  /**
   * Tells about how many pages there are, for a list that was read before. The first ones are then requested at once,
   * as many as {@link #ahead} allows, and not only after the first response; with the default of {@code ahead}, this
   * changes nothing. If the first page tells that there are fewer, the other requests are cancelled, but may count for
   * the rate limit. A new client does not know what is left of it before its first response.
   *
   * @param pages from the first page on, 0 or more; the default is 0
   * @return a changed copy
   * @throws ParameterException if it is less than 0
   */
  public Listing<P, I> expectedPages(int pages) {
    Arguments.requireAtLeast(0, "expectedPages", pages);
    return new Listing<>(paging, firstPage, pages, ahead, listener);
  }

  /**
   * Sets a listener that is called for each page, on the thread that reads the listing.
   *
   * @param listener its exceptions end the listing, and go to the reader
   * @return a changed copy
   */
  public Listing<P, I> onPage(Consumer<Progress> listener) {
    Objects.requireNonNull(listener, "listener");
    return new Listing<>(paging, firstPage, expectedPages, ahead, listener);
  }

  /**
   * Starts to read page by page.
   *
   * @return the pages, at least one, which may be empty; close it if you don't read to the end
   */
  public Pages<P, I> pages() {
    return new Pages<>(this);
  }

  /**
   * Starts to read item by item. If you stop early, pending requests are cancelled once the iterator is garbage
   * collected; a {@link #stream()} can be closed.
   *
   * @return the items; its methods throw what {@link Pages#next()} throws
   */
  @Override
  public Iterator<I> iterator() {
    return stream().iterator();
  }

  /**
   * Starts to read item by item. A parallel stream reads many pages before it passes an item.
   *
   * @return the items, in order; close it if you don't read to the end
   */
  public Stream<I> stream() {
    Pages<P, I> pages = pages();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages.newItems(), Spliterator.ORDERED), false)
        .flatMap(List::stream)
        .onClose(pages::close);
  }

  /**
   * Reads item by item to the end, without blocking a thread.
   *
   * @param action gets each item, in order, on one thread at a time: on the client's executor or, without one, on a
   *     thread that receives responses, which it must not block, or on the calling thread. Its exceptions end the
   *     listing
   * @return completes after the last item, or fails with what {@link #iterator()} would throw; cancelling it ends the
   *     listing, and cancels pending requests
   */
  public CompletableFuture<Void> forEachAsync(Consumer<? super I> action) {
    Objects.requireNonNull(action, "action");
    CompletableFuture<Void> end = new CompletableFuture<>();
    publisher()
        .subscribe(
            new Flow.Subscriber<I>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                end.whenComplete((nothing, failure) -> subscription.cancel());
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(I item) {
                action.accept(item);
              }

              @Override
              public void onError(Throwable failure) {
                end.completeExceptionally(failure);
              }

              @Override
              public void onComplete() {
                end.complete(null);
              }
            });
    return end;
  }

  /**
   * Returns a publisher of the items, for any library of reactive streams. Each subscriber reads the list anew, and
   * gets the items in order: on the client's executor or, without one, on a thread that receives responses, or on the
   * thread that requests items. The first request for items fetches a page. From then on, {@link #ahead} pages are
   * fetched ahead; with 0, a page is fetched only when more items are requested than have come. {@code onError} gets
   * what {@link #iterator()} would throw, or what the subscriber throws. Cancelling ends the listing, and cancels
   * pending requests.
   *
   * @return a publisher; it may have many subscribers
   */
  public Flow.Publisher<I> publisher() {
    return subscriber ->
        new ItemSubscription<>(pages(), paging.executor(), Objects.requireNonNull(subscriber, "subscriber")).start();
  }

  /** {@return the request and the options} */
  @Override
  public String toString() {
    return "Listing{"
        + paging.request() + ", fromPage=" + firstPage + ", expectedPages=" + expectedPages + ", ahead=" + ahead + '}';
  }
}
