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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All the items that a request is about, from its page on. Pages are fetched when they are needed, and the next one
 * while the current one is used.
 *
 * <pre>{@code
 * List<ApiToken> withoutAnEnd =
 *     katapult.apiTokens().all().stream().filter(token -> token.expiresAt() == null).toList();
 * }</pre>
 *
 * <p>The list may change while it is read. Pages come in their order, each as it was when the server answered. No item
 * with an id is given twice within 10,000. An item that is there from the first request to the last answer is given,
 * unless it slides onto a page that has been answered already. With {@link #ahead} of 0 or 1, it takes the removal of an
 * item before it to do that. With more, an addition will do, too, since pages fetched at once are answered in any order.
 *
 * <p>It ends with an empty page, and with the last one that the server tells of. In a set too large to be counted, that
 * is one that is not full, or one that goes round: all its items have come again already since the last new one. So a
 * server that repeats itself is not listed for ever. In return, the listing may end early where two pages of items are
 * added before a new one comes.
 *
 * <p>Pages wait for the limit of requests, as far as responses have told of it, and then go in their order. After a 429
 * all of them wait.
 *
 * <p>Immutable, and safe for use by many threads; each method returns a changed copy, and each iterator and stream
 * starts anew. An iterator or a stream is for one thread.
 *
 * @param <P> a page of the spec
 * @param <I> an item on it
 */
public final class Listing<P, I> implements Iterable<I> {
  /** How a page is read; an item without an id may come twice. */
  record Paging<P, I>(
      Function<P, Pagination> pagination, Function<P, List<I>> items, @Nullable Function<I, String> id) {}

  /** Fetches one page. */
  interface Source<P> {
    CompletableFuture<ApiResponse<P>> fetch(int page);
  }

  final KatapultClient katapult;
  final Source<P> source;
  final Paging<P, I> paging;
  final int firstPage;
  final int ahead;
  final Consumer<Progress> listener;
  private final String request;

  <R extends PagedRequest<R>> Listing(
      KatapultClient katapult,
      ApiOperation<P> operation,
      R request,
      Function<P, List<I>> items,
      @Nullable Function<I, String> id) {
    this(
        katapult,
        page -> katapult.sendWithinLimit(operation, request.page(page)),
        new Paging<>(Objects.requireNonNull(operation.pagination()), items, id),
        Objects.requireNonNull(request, "request").firstPage(),
        1,
        progress -> {},
        request.toString());
  }

  private Listing(
      KatapultClient katapult,
      Source<P> source,
      Paging<P, I> paging,
      int firstPage,
      int ahead,
      Consumer<Progress> listener,
      String request) {
    this.katapult = katapult;
    this.source = source;
    this.paging = paging;
    this.firstPage = firstPage;
    this.ahead = ahead;
    this.listener = listener;
    this.request = request;
  }

  /**
   * How far a listing has come.
   *
   * @param page the page just fetched, counted from 1
   * @param totalPages the number of pages; null if the set is too large to be counted
   * @param items the items on the pages fetched so far, this one included
   */
  public record Progress(int page, @Nullable Integer totalPages, long items) {}

  /**
   * Fetches pages ahead of the one that is used. More than one are fetched at once if the number of pages is known, and
   * as many pages are held in memory: that many, or one, are under way at most. With an {@code OkHttpClient} of yours,
   * its {@code Dispatcher} also limits them.
   *
   * @param pages 0 or more; the default is 1
   * @return a changed copy
   * @throws ParameterException if it is less than 0
   */
  public Listing<P, I> ahead(int pages) {
    Arguments.requireAtLeast(0, "ahead", pages);
    return new Listing<>(katapult, source, paging, firstPage, pages, listener, request);
  }

  /**
   * Tells how far the listing has come, whenever a page is there, on the thread that reads it.
   *
   * @param listener what it throws, the reader gets
   * @return a changed copy
   */
  public Listing<P, I> onPage(Consumer<Progress> listener) {
    Objects.requireNonNull(listener, "listener");
    return new Listing<>(katapult, source, paging, firstPage, ahead, listener, request);
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
   * Starts to read item by item. What is under way when you stop early is cancelled once the iterator is garbage;
   * {@link #stream()} can be closed.
   *
   * @return the items; its methods throw what {@link Pages#next()} throws
   */
  @Override
  public Iterator<I> iterator() {
    return stream().iterator();
  }

  /**
   * Starts to read item by item.
   *
   * @return the items, in order; close it if you don't read to the end
   */
  public Stream<I> stream() {
    Pages<P, I> pages = pages();
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED), false)
        .flatMap(page -> pages.newItems().stream())
        .onClose(pages::close);
  }

  /**
   * Reads item by item to the end, and blocks no thread that waits for a page.
   *
   * @param action is given each item, in order, by one thread at a time: one of the client's executor or, if it has
   *     none, one that receives responses, which it must not block, or the calling one. What it throws, ends the
   *     listing
   * @return is completed once the last item has been given, or with what {@link #iterator()} would throw; cancelling
   *     it ends the listing, and cancels what is under way
   */
  public CompletableFuture<Void> forEachAsync(Consumer<? super I> action) {
    Objects.requireNonNull(action, "action");
    Pages<P, I> pages = pages();
    CompletableFuture<Void> end = new CompletableFuture<>();
    end.whenComplete((nothing, failure) -> pages.close());
    pages.readOnceDone(CompletableFuture.completedFuture(null), action, end);
    return end;
  }

  /** {@return what is listed, and how many pages ahead} */
  @Override
  public String toString() {
    return "Listing{" + request + ", ahead=" + ahead + '}';
  }
}
