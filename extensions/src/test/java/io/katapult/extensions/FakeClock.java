package io.katapult.extensions;

import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.internal.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Waits take no time, and are written down. Of two at the same time, the shorter is over when the longer is. */
final class FakeClock implements Clock {
  final List<Duration> waits = new CopyOnWriteArrayList<>();
  volatile double random;
  volatile Runnable onWait = () -> {};
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final Instant begin = Instant.parse("2026-06-01T12:00:20Z");
  private final long beginNanos = nanos.get();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public Instant now() {
    return begin.plusNanos(nanos.get() - beginNanos);
  }

  @Override
  public double random() {
    return random;
  }

  void sleep(Duration duration) {
    waits.add(duration);
    onWait.run();
    long end = nanos.get() + duration.toNanos();
    nanos.updateAndGet(now -> now - end < 0 ? end : now);
  }

  @Override
  public CompletableFuture<Void> after(Duration delay) {
    sleep(delay);
    return CompletableFuture.completedFuture(null);
  }
}
