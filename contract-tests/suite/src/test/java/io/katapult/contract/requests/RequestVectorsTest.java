package io.katapult.contract.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.katapult.contract.calls.GeneratedCalls;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;

/** Sends each case of {@code spec/vectors/requests.json}. The mock receives the query, or nothing is sent. */
@ExtendWith(PrismExtension.class)
class RequestVectorsTest {
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<String> target = new AtomicReference<>();
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .addNetworkInterceptor(
              chain -> {
                sent.incrementAndGet();
                okhttp3.Response response = chain.proceed(chain.request());
                target.set(response.header(PrismMock.REQUEST_TARGET));
                return response;
              })
          .build();
  private KatapultClient katapult;

  @BeforeEach
  void connect(PrismMock mock) {
    katapult = KatapultClient.builder().apiKey("vector").baseUrl(mock.baseUrl()).callFactory(http).build();
  }

  @AfterEach
  void disconnect() {
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  static Stream<Vectors.Case> accepted() throws IOException {
    return Vectors.requests().filter(vector -> vector.get("query") != null);
  }

  /** The growth proof tests the client methods of other operations. */
  static Stream<Vectors.Case> acceptedByTheClient() throws IOException {
    return accepted().filter(vector -> vector.operation().id().equals("listOrganizationApiTokens"));
  }

  static Stream<Vectors.Case> rejected() throws IOException {
    return Vectors.requests().filter(vector -> vector.get("query") == null && !isOfTheClient(vector));
  }

  static Stream<Vectors.Case> rejectedByTheClient() throws IOException {
    return Vectors.requests().filter(RequestVectorsTest::isOfTheClient);
  }

  /** The raw interface knows no parameters that are set once for all requests. */
  private static boolean isOfTheClient(Vectors.Case vector) {
    return vector.get("rejected") != null && "x-client-parameters".equals(vector.object("rejected").get("rule"));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void rawCallSendsTheQuery(Vectors.Case vector) throws IOException {
    Response<?> response = call(vector).execute();

    assertThat(target.get()).isEqualTo(expectedTarget(vector));
    assertThat(response.isSuccessful()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("acceptedByTheClient")
  void clientSendsTheQuery(Vectors.Case vector) {
    Map<String, Object> parameters = vector.object("parameters");
    String id = (String) parameters.get("organization[id]");
    ListApiTokensRequest request =
        new ListApiTokensRequest()
            .organization(
                id != null
                    ? Organization.id(id)
                    : Organization.subDomain((String) parameters.get("organization[sub_domain]")));
    List<String> keys = Vectors.texts(parameters.getOrDefault("annotations[][key]", List.of()));
    for (int i = 0; i < keys.size(); i++) {
      request = request.annotation(keys.get(i), Vectors.texts(parameters.get("annotations[][value]")).get(i));
    }
    if (parameters.containsKey("page")) {
      request = request.page(number(parameters, "page"));
    }
    if (parameters.containsKey("per_page")) {
      request = request.perPage(number(parameters, "per_page"));
    }

    katapult.apiTokens().list(request);

    assertThat(target.get()).isEqualTo(expectedTarget(vector));
  }

  @ParameterizedTest
  @MethodSource("rejectedByTheClient")
  void clientRejectsWhatTheRawCallSends(Vectors.Case vector) throws IOException {
    assertRejected(vector, catchThrowableOfType(ParameterException.class, () -> katapult.apiTokens().list()));

    assertThat(call(vector).execute().isSuccessful()).isTrue();
    assertThat(target.get()).doesNotContain("?");
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void rawCallIsRejected(Vectors.Case vector) {
    assertRejected(vector, catchThrowableOfType(ParameterException.class, () -> call(vector).execute()));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void asynchronousRawCallIsRejected(Vectors.Case vector) throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    enqueue(call(vector), failure);
    assertRejected(vector, (ParameterException) failure.get(10, TimeUnit.SECONDS));
  }

  private static <T> void enqueue(Call<T> sent, CompletableFuture<Throwable> failure) {
    sent.enqueue(
        new Callback<>() {
          @Override
          public void onResponse(Call<T> call, Response<T> response) {
            failure.completeExceptionally(new AssertionError("answered with " + response.code()));
          }

          @Override
          public void onFailure(Call<T> call, Throwable t) {
            failure.complete(t);
          }
        });
  }

  private void assertRejected(Vectors.Case vector, ParameterException exception) {
    assertThat(exception.rule()).isEqualTo(vector.object("rejected").get("rule"));
    assertThat(exception.parameters()).isEqualTo(vector.object("rejected").get("parameters"));
    assertThat(exception).hasMessageContainingAll(exception.parameters().toArray(String[]::new));
    assertThat(sent).hasValue(0);
  }

  private String expectedTarget(Vectors.Case vector) {
    String query = (String) vector.get("query");
    String path = Spec.basePath() + vector.operation().path();
    return query.isEmpty() ? path : path + "?" + query;
  }

  private Call<?> call(Vectors.Case vector) {
    return GeneratedCalls.raw(katapult, vector.operation(), vector.object("parameters"));
  }

  private static Integer number(Map<String, Object> parameters, String name) {
    return (Integer) parameters.get(name);
  }
}
