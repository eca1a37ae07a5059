package io.katapult.extensions;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time and chance, so that a test need neither wait nor hope. */
interface Time {
  Time SYSTEM = new Time() {};

  /** Only differences mean something. */
  default long nanos() {
    return System.nanoTime();
  }

  default Instant now() {
    return Instant.now();
  }

  /** At least 0, and less than 1. */
  default double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  default void sleep(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }

  /** Runs what it is given on a new thread, since those of the common pool may all be busy, once the delay is over. */
  default Executor after(Duration delay) {
    return CompletableFuture.delayedExecutor(
        delay.toNanos(), TimeUnit.NANOSECONDS, task -> Transport.daemon(task).start());
  }

  default Duration since(long nanos) {
    return Duration.ofNanos(nanos() - nanos);
  }
}
