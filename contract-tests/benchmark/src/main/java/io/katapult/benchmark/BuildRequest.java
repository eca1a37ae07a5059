package io.katapult.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Builds a request from arguments, up to the call of the HTTP client. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BuildRequest {
  /** The client. */
  @Param("katapult")
  public String client;

  /** The number of annotations. */
  @Param({"0", "2", "20"})
  public int size;

  private Subject subject;
  private List<String> keys;
  private List<String> values;

  /** Builds one request and checks its URL. */
  @Setup
  public void prepare() throws Exception {
    subject = Subject.named(client);
    subject.connect("http://127.0.0.1:1");
    keys = Subject.annotationKeys(size);
    values = Subject.annotationValues(size);
    subject.checkUrl(subject.request(keys, values), size);
  }

  /** Builds one request. */
  @Benchmark
  public Object build() throws Exception {
    return subject.request(keys, values);
  }
}
