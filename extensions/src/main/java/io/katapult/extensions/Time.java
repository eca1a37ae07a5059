package io.katapult.extensions;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time and chance, so that a test need neither wait nor hope. */
interface Time {
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public double random() {
          return ThreadLocalRandom.current().nextDouble();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }

        @Override
        public Executor after(Duration delay) {
          return CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
        }
      };

  /** Only differences mean something. */
  long nanos();

  Instant now();

  /** At least 0, and less than 1. */
  double random();

  void sleep(Duration duration) throws InterruptedException;

  /** Runs what it is given on a thread of the JDK's, but not before the delay is over. */
  Executor after(Duration delay);

  default Duration since(long nanos) {
    return Duration.ofNanos(nanos() - nanos);
  }
}
