package io.katapult.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.ErrorDetail;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RetryPolicy;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prism serves every example of the spec, having validated it, and the client reads what it says. */
@ExtendWith(PrismExtension.class)
class ExamplesTest {
  private static final Moshi MOSHI = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();
  private static final Map<Integer, Class<? extends ApiErrorException>> EXCEPTIONS =
      Map.of(
          400, ApiErrorException.BadRequest.class,
          403, ApiErrorException.Forbidden.class,
          404, ApiErrorException.NotFound.class,
          429, ApiErrorException.TooManyRequests.class,
          500, ApiErrorException.InternalServerError.class,
          503, ApiErrorException.ServiceUnavailable.class);

  static Stream<Spec.Example> pages() {
    return Spec.examples().filter(example -> example.status() == 200);
  }

  static Stream<Spec.Example> errors() {
    return Spec.examples().filter(example -> example.status() != 200);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pageIsRead(Spec.Example example, PrismMock mock) throws IOException {
    try (Preferring prefer = new Preferring(mock, example)) {
      ApiTokenPage page = prefer.katapult.listApiTokens(ListApiTokensRequest.all()).body();

      assertThat(plain(MOSHI.adapter(ApiTokenPage.class), page)).isEqualTo(Vectors.plain(example.value()));
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorIsThrown(Spec.Example example, PrismMock mock) throws IOException {
    try (Preferring prefer = new Preferring(mock, example)) {
      ApiErrorException exception =
          catchThrowableOfType(ApiErrorException.class, () -> prefer.katapult.listApiTokens(ListApiTokensRequest.all()));

      Map<String, Object> error = Vectors.map(Vectors.map(example.value()).get("error"));
      assertThat(exception).isExactlyInstanceOf(EXCEPTIONS.get(example.status()));
      assertThat(exception.status()).isEqualTo(example.status());
      assertThat(exception.code()).isEqualTo(error.get("code"));
      assertThat(exception.description()).isEqualTo(error.get("description"));
      assertThat(exception.requestId()).isEqualTo(Spec.at("components", "headers", "X-Request-Id").get("example"));
      assertThat(withoutNulls(plain(MOSHI.adapter(ErrorDetail.class), exception.detail())))
          .isEqualTo(withoutNulls(Vectors.plain(error.get("detail"))));
    }
  }

  /** A client that asks the mock for one example. */
  private static final class Preferring implements AutoCloseable {
    final OkHttpClient http;
    final KatapultClient katapult;

    Preferring(PrismMock mock, Spec.Example example) {
      String prefer = "code=" + example.status() + ", example=" + example.name();
      http =
          new OkHttpClient.Builder()
              .addInterceptor(
                  chain -> chain.proceed(chain.request().newBuilder().header("Prefer", prefer).build()))
              .build();
      katapult =
          KatapultClient.builder()
              .apiKey("example")
              .baseUrl(mock.baseUrl())
              .organization(Organization.subDomain("acme"))
              .retryPolicy(RetryPolicy.NONE)
              .callFactory(http)
              .build();
    }

    @Override
    public void close() {
      http.connectionPool().evictAll();
    }
  }

  private static <T> Object plain(JsonAdapter<T> adapter, T value) throws IOException {
    return Vectors.plain(Vectors.json(adapter.toJson(value)));
  }

  /** An optional property that is null is read as one that is absent. */
  private static Object withoutNulls(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.values().removeIf(element -> element == null);
    }
    return value;
  }
}
