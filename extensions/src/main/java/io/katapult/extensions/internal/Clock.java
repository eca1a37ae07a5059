package io.katapult.extensions.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time, random numbers and threads. Tests replace it. */
public interface Clock {
  Clock SYSTEM = new Clock() {};

  /** Returns nanoseconds from an arbitrary origin. */
  default long nanos() {
    return System.nanoTime();
  }

  default Instant now() {
    return Instant.now();
  }

  /** Returns a random number, at least 0 and less than 1. */
  default double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** Returns a future that completes after the delay. Completing it earlier frees the timer. */
  default CompletableFuture<Void> after(Duration delay) {
    return new CompletableFuture<Void>().completeOnTimeout(null, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs the task on a new daemon thread, since all threads of the common pool may be busy. */
  default void execute(Runnable task) {
    newDaemonThread(task).start();
  }

  default Duration since(long nanos) {
    return Duration.ofNanos(nanos() - nanos);
  }

  /** A daemon thread does not keep the JVM alive. */
  static Thread newDaemonThread(Runnable task) {
    Thread thread = new Thread(task, "katapult");
    thread.setDaemon(true);
    return thread;
  }
}
