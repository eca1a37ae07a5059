package io.katapult.extensions;

import io.katapult.extensions.internal.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The real time, but for long waits: they are over at once, and the clock goes on by them. */
final class SkippingClock implements Clock {
  private static final Duration LONG = Duration.ofMillis(50);

  private final AtomicLong skipped = new AtomicLong();
  private final Queue<CompletableFuture<Void>> waits = new ConcurrentLinkedQueue<>();

  @Override
  public long nanos() {
    return System.nanoTime() + skipped.get();
  }

  @Override
  public Instant now() {
    return Instant.now().plusNanos(skipped.get());
  }

  @Override
  public CompletableFuture<Void> after(Duration delay) {
    CompletableFuture<Void> wait;
    if (delay.compareTo(LONG) > 0) {
      skipped.addAndGet(delay.toNanos());
      wait = CompletableFuture.completedFuture(null);
    } else {
      wait = Clock.super.after(delay);
    }
    waits.add(wait);
    return wait;
  }

  /** Whether no wait is left. */
  boolean isIdle() {
    return waits.stream().allMatch(CompletableFuture::isDone);
  }
}
