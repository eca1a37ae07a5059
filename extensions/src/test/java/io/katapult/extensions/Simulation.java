package io.katapult.extensions;

import io.katapult.extensions.internal.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Time, chance and threads that a seed decides. What is to happen are events in a queue, and one thread handles them
 * one after the other. Events of the same instant come in any order, as the work of several threads would.
 */
final class Simulation implements Clock {
  private static final int LAST = Integer.MAX_VALUE;

  private final List<String> trace = new ArrayList<>();
  private final boolean isTraced;
  private final SplittableRandom chance;
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final List<CompletableFuture<Void>> timers = new ArrayList<>();
  private final Instant begin;
  private final long beginNanos;
  private long time;
  private int numbers;
  private int handled;

  /** What is to happen after this many nanoseconds. Of two at the same time, the one of the lower order comes first. */
  private record Event(long time, int order, int number, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      int byOrder = byTime == 0 ? Integer.compare(order, other.order) : byTime;
      return byOrder == 0 ? Integer.compare(number, other.number) : byOrder;
    }
  }

  /** A set of these has the same order in each run: by default the hash is another one each time. */
  private static final class Timer extends CompletableFuture<Void> {
    private final int number;

    Timer(int number) {
      this.number = number;
    }

    @Override
    public int hashCode() {
      return number;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  Simulation(long seed, boolean isTraced) {
    this.isTraced = isTraced;
    chance = new SplittableRandom(seed);
    begin = Instant.parse("2026-06-01T12:00:00Z").plusNanos(percent(30) ? nanos(57_000, 60_000) : nanos(0, 60_000));
    // The clock of a JVM may go over from the greatest number to the least.
    beginNanos = percent(20) ? Long.MAX_VALUE - nanos(0, 300_000) : nanos(0, 1_000_000);
  }

  @Override
  public synchronized long nanos() {
    return beginNanos + time;
  }

  @Override
  public synchronized Instant now() {
    return begin.plusNanos(time);
  }

  @Override
  public synchronized double random() {
    return chance.nextDouble();
  }

  @Override
  public synchronized CompletableFuture<Void> after(Duration delay) {
    Timer timer = new Timer(numbers);
    timers.add(timer);
    later(delay.toNanos(), () -> timer.complete(null));
    return timer;
  }

  @Override
  public void execute(Runnable task) {
    later(0, task);
  }

  synchronized void later(long nanos, Runnable task) {
    add(nanos, chance.nextInt(LAST), task);
  }

  /** After all that happens at this instant, and all that follows from it at once. */
  synchronized void atTheEndOfThisInstant(Runnable task) {
    add(0, LAST, task);
  }

  private void add(long nanos, int order, Runnable task) {
    queue.add(new Event(time + nanos, order, numbers++, task));
  }

  /** Handles the next event, while another thread waits that would draw. Returns whether there was one. */
  synchronized boolean step() {
    Event event = queue.poll();
    if (event == null) {
      return false;
    }
    time = event.time();
    handled++;
    event.task().run();
    return true;
  }

  /** {@return nanoseconds since the begin} */
  synchronized long time() {
    return time;
  }

  int handled() {
    return handled;
  }

  boolean hasTimers() {
    return timers.stream().anyMatch(timer -> !timer.isDone());
  }

  boolean percent(int percent) {
    return upTo(99) < percent;
  }

  /** {@return a number from 0 to this one} */
  synchronized int upTo(int most) {
    return chance.nextInt(most + 1);
  }

  int between(int least, int most) {
    return least + upTo(most - least);
  }

  /** {@return nanoseconds from so many milliseconds to so many} */
  synchronized long nanos(int least, int most) {
    return chance.nextLong(least * 1_000_000L, most * 1_000_000L + 1);
  }

  @SafeVarargs
  final <T> T oneOf(T... values) {
    return values[upTo(values.length - 1)];
  }

  synchronized void trace(Supplier<String> what) {
    if (isTraced) {
      trace.add("%s  %8.3f s  %s".formatted(now().toString().substring(11, 19), time / 1e9, what.get()));
    }
  }

  List<String> trace() {
    return trace;
  }
}
