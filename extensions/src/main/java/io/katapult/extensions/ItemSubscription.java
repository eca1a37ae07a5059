package io.katapult.extensions;

import io.katapult.extensions.internal.Arguments;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Passes the items of a listing to a subscriber, as many as it requests. */
final class ItemSubscription<P, I> implements Flow.Subscription {
  private final Pages<P, I> pages;
  private final Executor executor;
  private final Flow.Subscriber<? super I> subscriber;

  /** The requested items that have not been passed yet; negative after an invalid request. */
  private final AtomicLong demand = new AtomicLong();

  /** The reasons to look again. Whoever adds the first one looks, so one thread at a time does. */
  private final AtomicInteger signals = new AtomicInteger(1);

  private final Iterator<List<I>> newItems;
  private Iterator<I> items = Collections.emptyIterator();
  private volatile boolean isOver;

  ItemSubscription(Pages<P, I> pages, Executor executor, Flow.Subscriber<? super I> subscriber) {
    this.pages = pages;
    newItems = pages.newItems();
    this.executor = executor;
    this.subscriber = subscriber;
  }

  /** Passes no item before onSubscribe has returned. */
  void start() {
    subscriber.onSubscribe(this);
    execute();
  }

  @Override
  public void request(long n) {
    demand.accumulateAndGet(n, (had, more) -> had < 0 || more < 1 ? -1 : Math.min(had, Long.MAX_VALUE - more) + more);
    signal();
  }

  @Override
  public void cancel() {
    isOver = true;
    pages.close();
  }

  private void signal() {
    if (signals.getAndIncrement() == 0) {
      execute();
    }
  }

  private void execute() {
    try {
      executor.execute(this::passAll);
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void passAll() {
    int seen;
    do {
      seen = signals.get();
      try {
        while (!isOver && pass()) {}
      } catch (Throwable e) {
        fail(e);
      }
    } while (!signals.compareAndSet(seen, 0));
  }

  /** Goes on by one item or page. Returns false if there is none yet. */
  private boolean pass() {
    long requested = demand.get();
    if (requested < 0) {
      throw Arguments.invalid("n", "is not positive: request at least one item (rule 3.9)");
    }
    if (items.hasNext()) {
      if (requested > 0) {
        demand.decrementAndGet();
        subscriber.onNext(items.next());
      }
      return requested > 0;
    }
    if (!pages.hasNext()) {
      if (!isOver) { // Otherwise, another thread has just cancelled.
        isOver = true;
        subscriber.onComplete();
      }
      return false;
    }
    if (requested == 0 || !pages.isNextHere(this::signal)) {
      return false;
    }
    items = newItems.next().iterator();
    return true;
  }

  private void fail(Throwable failure) {
    if (!isOver) {
      cancel();
      subscriber.onError(failure);
    }
  }
}
