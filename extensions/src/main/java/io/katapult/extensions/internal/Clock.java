package io.katapult.extensions.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time, chance and threads of the client's own, so that a test need neither wait nor hope. */
public interface Clock {
  Clock SYSTEM = new Clock() {};

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

  /** Returns a future that is completed after the delay. Completing it earlier frees the timer. */
  default CompletableFuture<Void> after(Duration delay) {
    return new CompletableFuture<Void>().completeOnTimeout(null, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs the task on a new daemon thread: the threads of the common pool may all be busy. */
  default void execute(Runnable task) {
    newDaemonThread(task).start();
  }

  default Duration since(long nanos) {
    return Duration.ofNanos(nanos() - nanos);
  }

  /** It keeps no JVM alive. */
  static Thread newDaemonThread(Runnable task) {
    Thread thread = new Thread(task, "katapult");
    thread.setDaemon(true);
    return thread;
  }
}
