package io.katapult.benchmark;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Gets one page over loopback from a server in another process, on a reused connection. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OneCall {
  /** The client. */
  @Param("katapult")
  public String client;

  /** The number of tokens on the page. */
  @Param("30")
  public int size;

  private Subject subject;

  /** Makes one call and checks the response. */
  @Setup
  public void prepare() throws Exception {
    subject = Subject.named(client);
    subject.connect(System.getProperty("benchmark.server"));
    subject.check(subject.call(1, size), size);
  }

  /** Gets one page. */
  @Benchmark
  public Object call() throws Exception {
    return subject.call(1, size);
  }
}
