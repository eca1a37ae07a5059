package io.katapult.benchmark;

import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The floor of {@link CheckAndOrder}: OkHttp reads a URL that is in order. Nobody can change one without it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReadUrl {
  /** OkHttp is that of this SDK. */
  @Param("katapult")
  public String client;

  /** Annotations. */
  @Param({"0", "2", "20"})
  public int size;

  private String url;

  /** Has this SDK make a URL. */
  @Setup
  public void prepare() throws Exception {
    Subject subject = Subject.named(client);
    subject.connect("http://127.0.0.1:1");
    Object request = subject.request(Subject.annotationKeys(size), Subject.annotationValues(size));
    subject.checkUrl(request, size);
    url = subject.url(request);
  }

  /** Reads it. */
  @Benchmark
  public Object read() {
    return HttpUrl.get(url);
  }
}
