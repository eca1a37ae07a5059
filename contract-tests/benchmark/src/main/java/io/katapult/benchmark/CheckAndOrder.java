package io.katapult.benchmark;

import io.katapult.client.api.ApiTokensApi;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import retrofit2.Retrofit;

/** The cost of parameter rules: checks a request from Retrofit and orders its parameters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CheckAndOrder {
  /** Always this SDK: other clients don't check or order parameters. */
  @Param("katapult")
  public String client;

  /** The number of annotations. */
  @Param({"0", "2", "20"})
  public int size;

  private Request request;
  private Request ordered;
  private ParameterRulesCallFactory factory;

  /** Builds a request with Retrofit and checks the result. */
  @Setup
  public void prepare() {
    OkHttpClient http = new OkHttpClient();
    request =
        new Retrofit.Builder()
            .baseUrl("http://127.0.0.1:1/")
            .client(http)
            .addConverterFactory(retrofit2.converter.moshi.MoshiConverterFactory.create())
            .build()
            .create(ApiTokensApi.class)
            .listOrganizationApiTokens(
                null, Subject.SUB_DOMAIN, Subject.annotationKeys(size), Subject.annotationValues(size), 2, 100)
            .request();
    Call call = http.newCall(request);
    factory =
        new ParameterRulesCallFactory(
            checked -> {
              ordered = checked;
              return call;
            });
    factory.newCall(request);
    String first = "annotations%5B%5D%5Bkey%5D=environment-0&annotations%5B%5D%5Bvalue%5D=production%2F0";
    if (size > 0 && !ordered.url().toString().contains(first)) {
      throw new IllegalStateException("not in order: " + ordered.url());
    }
  }

  /** Checks and orders one request. */
  @Benchmark
  public Object check() {
    factory.newCall(request);
    return ordered;
  }
}
