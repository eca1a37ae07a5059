package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.ListingRun.Situation;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Many runs, and how many of them met which situation. */
final class ListingRuns {
  private final Map<Situation, Long> met = new ConcurrentHashMap<>();
  private final LongAdder runs = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final long begin = System.nanoTime();

  /** Runs them on all processors. After the first one that breaks a rule, no more are begun. */
  void run(LongStream seeds) {
    Queue<AssertionError> broken = new ConcurrentLinkedQueue<>();
    seeds
        .parallel()
        .filter(seed -> broken.isEmpty())
        .forEach(
            seed -> {
              try {
                add(ListingRun.of(seed));
              } catch (AssertionError e) {
                broken.add(e);
              }
            });
    if (!broken.isEmpty()) {
      throw broken.element();
    }
  }

  private void add(ListingRun run) {
    run.met.forEach(situation -> met.merge(situation, 1L, Long::sum));
    requests.add(run.requests);
    runs.increment();
  }

  void assertThatEachSituationWasMet() {
    assertThat(met).containsOnlyKeys(Situation.values());
  }

  @Override
  public String toString() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    StringBuilder text =
        new StringBuilder(
            "%,d runs in %.1f s, %.2f ms each, %,d requests%n"
                .formatted(runs.sum(), seconds, seconds * 1e3 / runs.sum(), requests.sum()));
    for (Situation situation : Situation.values()) {
      text.append("%,9d  %s%n".formatted(met.getOrDefault(situation, 0L), situation.description));
    }
    return text.toString();
  }
}
