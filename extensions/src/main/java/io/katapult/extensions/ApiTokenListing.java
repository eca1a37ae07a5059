package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.Pagination;
import java.lang.ref.Cleaner;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All the API tokens that a request is about, from its page on. Pages are fetched when they are needed, and the next
 * one while the current one is used.
 *
 * <pre>{@code
 * ApiTokenListing listing = katapult.allApiTokens(ListApiTokensRequest.all());
 * List<ApiToken> withoutAnEnd = listing.stream().filter(token -> token.expiresAt() == null).toList();
 * }</pre>
 *
 * <p>The list may change while it is read. Pages come in their order, each as it was when the server answered. No token
 * is given twice within 10,000. A token that is there from the first request to the last answer is given, unless it
 * slides onto a page that has been answered already. With {@link #ahead} of 0 or 1, it takes the removal of a token
 * before it to do that. With more, an addition will do, too, since pages fetched at once are answered in any order.
 *
 * <p>It ends with an empty page, and with the last one that the server tells of. In a set too large to be counted, that
 * is one that is not full, or one that goes round: all its tokens have come again already since the last new one. So a
 * server that repeats itself is not listed for ever. In return, the listing may end early where two pages of tokens are
 * added before a new one comes.
 *
 * <p>Pages wait for the limit of requests, as far as responses have told of it, and then go in their order. After a 429
 * all of them wait.
 *
 * <p>Immutable, and safe for use by many threads; each method returns a changed copy, and each iterator and stream
 * starts anew. An iterator or a stream is for one thread.
 */
public final class ApiTokenListing implements Iterable<ApiToken> {
  private final KatapultClient katapult;
  private final ListApiTokensRequest request;
  private final int ahead;
  private final Consumer<Progress> listener;

  ApiTokenListing(KatapultClient katapult, ListApiTokensRequest request) {
    this(katapult, request, 1, progress -> {});
  }

  private ApiTokenListing(
      KatapultClient katapult, ListApiTokensRequest request, int ahead, Consumer<Progress> listener) {
    this.katapult = katapult;
    this.request = request;
    this.ahead = ahead;
    this.listener = listener;
  }

  /**
   * How far a listing has come.
   *
   * @param page the page just fetched, counted from 1
   * @param totalPages the number of pages; null if the set is too large to be counted
   * @param tokens the tokens on the pages fetched so far, this one included
   */
  public record Progress(int page, @Nullable Integer totalPages, long tokens) {}

  /**
   * Fetches pages ahead of the one that is used. More than one are fetched at once if the number of pages is known, and
   * as many pages are held in memory: that many, or one, are under way at most. With an {@code OkHttpClient} of yours,
   * its {@code Dispatcher} also limits them.
   *
   * @param pages 0 or more; the default is 1
   * @return a changed copy
   * @throws ParameterException if it is less than 0
   */
  public ApiTokenListing ahead(int pages) {
    ParameterException.requireAtLeast(0, "ahead", pages);
    return new ApiTokenListing(katapult, request, pages, listener);
  }

  /**
   * Tells how far the listing has come, whenever a page is there, on the thread that reads it.
   *
   * @param listener what it throws, the reader gets
   * @return a changed copy
   */
  public ApiTokenListing onPage(Consumer<Progress> listener) {
    return new ApiTokenListing(katapult, request, ahead, Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Starts to read page by page.
   *
   * @return the pages, at least one, which may be empty; close it if you don't read to the end
   */
  public Pages pages() {
    return new Pages(this);
  }

  /**
   * Starts to read token by token. What is under way when you stop early is cancelled once the iterator is garbage;
   * {@link #stream()} can be closed.
   *
   * @return the tokens; its methods throw what {@link KatapultClient#listApiTokens(ListApiTokensRequest)} throws
   */
  @Override
  public Iterator<ApiToken> iterator() {
    return new Tokens(pages());
  }

  /**
   * Starts to read token by token.
   *
   * @return the tokens, in order; close it if you don't read to the end
   */
  public Stream<ApiToken> stream() {
    Pages pages = pages();
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Tokens(pages), characteristics), false)
        .onClose(pages::close);
  }

  /**
   * Reads token by token to the end, and blocks no thread that waits for a page.
   *
   * @param action is given each token, in order, by one thread at a time: one of the client's executor or, if it has
   *     none, one that receives responses, which it must not block, or the calling one. What it throws, ends the
   *     listing
   * @return is completed once the last token has been given, or with what {@link #iterator()} would throw; cancelling
   *     it ends the listing, and cancels what is under way
   */
  public CompletableFuture<Void> forEachAsync(Consumer<? super ApiToken> action) {
    Objects.requireNonNull(action, "action");
    Pages pages = pages();
    CompletableFuture<Void> end = new CompletableFuture<>();
    end.whenComplete((nothing, failure) -> pages.close());
    pages.readOnceDone(CompletableFuture.completedFuture(null), action, end);
    return end;
  }

  /** {@return what is listed, and how many pages ahead} */
  @Override
  public String toString() {
    return "ApiTokenListing{" + request + ", ahead=" + ahead + '}';
  }

  /** The pages of a listing, one after the other. For one thread, but any may close it. */
  public static final class Pages implements Iterator<ApiResponse<ApiTokenPage>>, AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int REMEMBERED_IDS = 10_000;

    private final ApiTokenListing listing;
    private final Queue<CompletableFuture<ApiResponse<ApiTokenPage>>> fetching = new ConcurrentLinkedQueue<>();
    private final Cleaner.Cleanable cancelling = cancelWhenGarbage(this, fetching);
    private final Set<String> ids = Collections.newSetFromMap(new Remembered());

    /** Since the last id that was new. */
    private final Set<String> repeated = new HashSet<>();

    private int nextToFetch;
    private int nextToRead;
    private long tokens;
    private List<ApiToken> newTokens = List.of();
    private volatile boolean more = true;

    private Pages(ApiTokenListing listing) {
      this.listing = listing;
      nextToFetch = listing.request.page == null ? 1 : listing.request.page;
      nextToRead = nextToFetch;
    }

    /** In a method without {@code this}, which would then never become garbage. */
    private static Cleaner.Cleanable cancelWhenGarbage(Pages pages, Queue<? extends CompletableFuture<?>> fetching) {
      return CLEANER.register(pages, () -> fetching.forEach(page -> page.cancel(true)));
    }

    @Override
    public boolean hasNext() {
      return more;
    }

    /**
     * Waits for the next page.
     *
     * @return the page
     * @throws KatapultException as {@link KatapultClient#listApiTokens(ListApiTokensRequest)} does; its {@link
     *     KatapultException#page()} is where another listing can go on. This one is closed. Also if the thread is
     *     interrupted, which it then stays
     * @throws CancellationException if it is closed while this waits
     * @throws NoSuchElementException if there is none
     * @throws IllegalStateException if the client has been closed
     */
    @Override
    public ApiResponse<ApiTokenPage> next() {
      if (!more) {
        throw new NoSuchElementException();
      }
      try {
        ApiResponse<ApiTokenPage> response = await(following());
        fetching.poll();
        read(response);
        return response;
      } catch (Throwable e) {
        close();
        throw e;
      }
    }

    private void readOnceDone(
        CompletableFuture<?> page, Consumer<? super ApiToken> action, CompletableFuture<Void> end) {
      KatapultClient.completedOn(listing.katapult.executor, page)
          .whenComplete(
              (response, failure) -> {
                if (failure == null) {
                  readAsync(action, end);
                } else {
                  end.completeExceptionally(failure);
                }
              });
    }

    /** Reads the pages that are there, and comes back for the next one when it is. */
    private void readAsync(Consumer<? super ApiToken> action, CompletableFuture<Void> end) {
      try {
        while (more) {
          CompletableFuture<?> following = following();
          if (!following.isDone()) {
            readOnceDone(following, action, end);
            return;
          }
          next();
          for (Iterator<ApiToken> tokens = newTokens.iterator(); tokens.hasNext() && !end.isDone(); ) {
            action.accept(tokens.next());
          }
        }
        end.complete(null);
      } catch (Throwable e) {
        end.completeExceptionally(e);
      }
    }

    private CompletableFuture<ApiResponse<ApiTokenPage>> following() {
      CompletableFuture<ApiResponse<ApiTokenPage>> page = fetching.peek();
      return page == null ? fetch() : page;
    }

    private CompletableFuture<ApiResponse<ApiTokenPage>> fetch() {
      CompletableFuture<ApiResponse<ApiTokenPage>> page =
          listing.katapult.fetchAsync(listing.request.page(nextToFetch++));
      fetching.add(page);
      if (!more) {
        page.cancel(true);
      }
      return page;
    }

    private void read(ApiResponse<ApiTokenPage> response) {
      ApiTokenPage page = response.body();
      Pagination pagination = page.pagination();
      newTokens = page.apiTokens().stream().filter(token -> ids.add(token.id())).toList();
      boolean goesRound = goesRound(page.apiTokens());
      tokens += page.apiTokens().size();
      int read = nextToRead++;

      boolean isLast =
          page.apiTokens().isEmpty()
              || (pagination.totalPages() == null
                  ? page.apiTokens().size() < pagination.perPage() || goesRound
                  : read >= pagination.totalPages());
      if (isLast) {
        close();
      } else {
        int known = pagination.totalPages() == null ? read + 1 : pagination.totalPages();
        while (more && fetching.size() < listing.ahead && nextToFetch <= known) {
          fetch();
        }
      }
      listing.listener.accept(new Progress(read, pagination.totalPages(), tokens));
    }

    /** Pages that have slid on as a whole come again once, those of a server that repeats itself again and again. */
    private boolean goesRound(List<ApiToken> page) {
      if (!newTokens.isEmpty()) {
        repeated.clear();
        return false;
      }
      return !repeated.addAll(page.stream().map(ApiToken::id).toList());
    }

    /** Ends the listing, and cancels what is under way. */
    @Override
    public void close() {
      more = false;
      cancelling.clean();
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

    /** Forgets the oldest, so that a long listing needs no more memory than a short one. */
    private static final class Remembered extends LinkedHashMap<String, Boolean> {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
        return size() > REMEMBERED_IDS;
      }
    }
  }

  private static final class Tokens implements Iterator<ApiToken> {
    private final Pages pages;
    private Iterator<ApiToken> ofPage = Collections.emptyIterator();

    Tokens(Pages pages) {
      this.pages = pages;
    }

    @Override
    public boolean hasNext() {
      while (!ofPage.hasNext() && pages.hasNext()) {
        pages.next();
        ofPage = pages.newTokens.iterator();
      }
      return ofPage.hasNext();
    }

    @Override
    public ApiToken next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ofPage.next();
    }
  }
}
