package io.katapult.extensions;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs many faults, and looks for what is left of them. */
final class FaultRuns {
  private static final int WORKERS = 16;
  private static final int ENOUGH_FAILURES = 50;
  private static final Duration HANGS = Duration.ofSeconds(30);

  private final long seed;
  private final KeyWatch watch = new KeyWatch(FaultRunner.KEY);
  private final Queue<FaultRunner.Result> results = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final Map<String, Long> underWay = new ConcurrentHashMap<>();

  /** A fault, and how it is met. Its name says all of it. */
  record Run(DerivedFault fault, FaultRunner.Way way) {
    @Override
    public String toString() {
      return fault + "/" + way.label();
    }
  }

  FaultRuns(long seed) {
    this.seed = seed;
  }

  private List<DerivedFault> derive() throws Exception {
    List<DerivedFault> faults = new ArrayList<>();
    try (FaultRunner runner = new FaultRunner(watch, seed)) {
      for (Exchange exchange : Exchange.values()) {
        faults.addAll(DerivedFault.of(exchange, exchange.isTls() ? runner.records(exchange) : exchange.units()));
      }
    }
    return faults;
  }

  /** All faults in every way. */
  List<Run> all() throws Exception {
    List<Run> runs = new ArrayList<>();
    for (DerivedFault fault : derive()) {
      for (FaultRunner.Way way : FaultRunner.Way.values()) {
        runs.add(new Run(fault, way));
      }
    }
    Collections.shuffle(runs, new Random(seed));
    return runs;
  }

  /** So many of them, drawn by the seed: first of each operation in each exchange, and in each kind of part. */
  static List<Run> sample(List<Run> runs, int size) {
    Set<List<Object>> kinds = new HashSet<>();
    Deque<Run> sample = new ArrayDeque<>();
    for (Run run : runs) {
      DerivedFault fault = run.fault;
      boolean isNew = kinds.add(List.of(fault.exchange(), fault.operation()));
      if (kinds.add(List.of(fault.kindOfPart(), fault.operation())) || isNew) {
        sample.addFirst(run);
      } else {
        sample.addLast(run);
      }
    }
    return sample.stream().limit(size).toList();
  }

  /** Runs some at a time, and gives up when many have failed. */
  FaultScore run(List<Run> runs) throws Exception {
    List<String> problems = new ArrayList<>();
    Leaks leaks = new Leaks();
    long begin = System.nanoTime();
    try (watch) {
      watch.begin();
      runAll(new ConcurrentLinkedQueue<>(runs));
      problems.addAll(leaks.found());
      problems.addAll(watch.findings());
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    return new FaultScore(seed, List.copyOf(results), problems, taken, watch.logRecords());
  }

  private void runAll(Queue<Run> runs) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        workers.add(
            pool.submit(
                () -> {
                  work(runs);
                  return null;
                }));
      }
      for (Future<?> worker : workers) {
        await(worker);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private void work(Queue<Run> runs) throws IOException, InterruptedException {
    FaultRunner runner = new FaultRunner(watch, seed);
    try {
      for (Run run = runs.poll(); run != null && failures.get() < ENOUGH_FAILURES; run = runs.poll()) {
        underWay.put(run.toString(), System.nanoTime());
        FaultRunner.Result result = runner.run(run);
        underWay.remove(run.toString());
        results.add(result);
        if (!result.problems().isEmpty()) {
          failures.incrementAndGet();
          // What is left of it must not be taken for what the next one leaves.
          runner.close();
          runner = new FaultRunner(watch, seed);
        }
      }
    } finally {
      runner.close();
    }
  }

  private void await(Future<?> worker) throws Exception {
    while (true) {
      try {
        worker.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        underWay.forEach(
            (name, begin) -> {
              if (System.nanoTime() - begin > HANGS.toNanos()) {
                throw new AssertionError("hangs: " + FaultScore.alone(seed, name));
              }
            });
      }
    }
  }
}
