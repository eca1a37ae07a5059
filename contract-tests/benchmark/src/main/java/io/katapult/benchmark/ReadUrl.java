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

/** The lower bound of {@link CheckAndOrder}: OkHttp parses an ordered URL, which any change of a URL requires. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReadUrl {
  /** Always this SDK, for its version of OkHttp. */
  @Param("katapult")
  public String client;

  /** The number of annotations. */
  @Param({"0", "2", "20"})
  public int size;

  private String url;

  /** Creates a URL with this SDK. */
  @Setup
  public void prepare() throws Exception {
    Subject subject = Subject.named(client);
    subject.connect("http://127.0.0.1:1");
    Object request = subject.request(Subject.annotationKeys(size), Subject.annotationValues(size));
    subject.checkUrl(request, size);
    url = subject.url(request);
  }

  /** Parses the URL. */
  @Benchmark
  public Object read() {
    return HttpUrl.get(url);
  }
}
