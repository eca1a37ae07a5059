package io.katapult.benchmark;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decodes the bytes of a response to the model, with the client's own code. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Decode {
  /** The client. */
  @Param("katapult")
  public String client;

  /** The number of tokens on the page. */
  @Param({"30", "100"})
  public int size;

  private Subject subject;

  /** Reads one page and checks it. */
  @Setup
  public void prepare() throws IOException {
    subject = Subject.named(client);
    subject.prepareDecoding(Tokens.page(1, size, 3000));
    subject.check(subject.decode(), size);
  }

  /** Reads one page. */
  @Benchmark
  public Object decode() throws IOException {
    return subject.decode();
  }
}
