package io.katapult.benchmark;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds the CPU time in µs and the allocated bytes of each operation to the results of JMH. */
public final class UsageProfiler implements InternalProfiler {
  private Usage before = Usage.now();

  @Override
  public String getDescription() {
    return "CPU time and allocated bytes";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = Usage.now();
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection<? extends Result> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    Usage after = Usage.now();
    long calls = result.getMetadata().getAllOps();
    return List.of(
        new ScalarResult(Usage.CPU, after.cpuNanosSince(before) / 1000 / calls, "µs/op", AggregationPolicy.AVG),
        new ScalarResult(Usage.BYTES, after.bytesSince(before) / calls, "B/op", AggregationPolicy.AVG));
  }
}
