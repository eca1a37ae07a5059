package io.katapult.contract.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.contract.calls.GeneratedCalls;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.RetryPolicy;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client reads every example of the spec, which Prism validates and serves. */
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

  static Stream<Spec.Example> successes() {
    return Spec.examples().filter(Spec.Example::isSuccess);
  }

  static Stream<Spec.Example> errors() {
    return Spec.examples().filter(example -> !example.isSuccess());
  }

  @ParameterizedTest
  @MethodSource("successes")
  void bodyIsRead(Spec.Example example, PrismMock mock) throws IOException {
    MockApi api = mock.api(example.name());
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      ApiResponse<?> response = GeneratedCalls.friendly(katapult, example.operation(), page(example));

      assertThat(plain(response.body())).isEqualTo(Vectors.plain(example.value()));
      assertRequiredHeaders(example, response.headers());
      assertHolds(Vectors.json(api.exchanges().get(0).body()), example.value());
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorIsThrown(Spec.Example example, PrismMock mock) throws IOException {
    MockApi api = mock.api(example.name());
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      ApiErrorException exception =
          catchThrowableOfType(
              ApiErrorException.class, () -> GeneratedCalls.friendly(katapult, example.operation(), null));

      Map<String, Object> error = Vectors.map(Vectors.map(example.value()).get("error"));
      assertThat(EXCEPTIONS).as("give the new status of the spec its exception here").containsKey(example.status());
      assertThat(exception).isExactlyInstanceOf(EXCEPTIONS.get(example.status()));
      assertThat(exception.status()).isEqualTo(example.status());
      assertThat(exception.code()).isEqualTo(error.get("code"));
      assertThat(exception.description()).isEqualTo(error.get("description"));
      assertThat(exception.requestId()).isEqualTo(Spec.at("components", "headers", "X-Request-Id").get("example"));
      assertRequiredHeaders(example, exception.headers());
      assertThat(withoutNulls(plain(exception.detail())))
          .isEqualTo(withoutNulls(Vectors.plain(error.get("detail"))));
      assertHolds(Vectors.json(api.exchanges().get(0).body()), example.value());
    }
  }

  /** A newer server has codes and scopes that the spec does not know: {@code SpecDrift} serves some. */
  @Test
  void whatIsNewInAnOpenSetIsRead(PrismMock mock) {
    List<String> known = Spec.examples().map(Spec.Example::name).toList();
    for (String name : mock.examples()) {
      if (!known.contains(name)) {
        try (KatapultClient katapult = mock.api(name).client().retryPolicy(RetryPolicy.NONE).build()) {
          Spec.operations()
              .forEach(operation -> assertThat(GeneratedCalls.friendly(katapult, operation, null).body()).isNotNull());
        } catch (ApiErrorException e) {
          assertThat(e.code()).isNotEmpty();
        }
      }
    }
    assertThat(mock.examples()).containsAll(known);
  }

  /** Checks that the body has all that is expected, nulls included. It may have more. */
  private static void assertHolds(Object body, Object expected) {
    if (expected instanceof Map<?, ?> map) {
      assertThat(Vectors.map(body).keySet()).containsAll(Vectors.map(map).keySet());
      map.forEach((name, value) -> assertHolds(Vectors.map(body).get(name), value));
    } else if (expected instanceof List<?> list) {
      assertThat((List<?>) body).hasSameSizeAs(list);
      for (int i = 0; i < list.size(); i++) {
        assertHolds(((List<?>) body).get(i), list.get(i));
      }
    } else {
      assertThat(Vectors.plain(body)).isEqualTo(Vectors.plain(expected));
    }
  }

  private static void assertRequiredHeaders(Spec.Example example, Headers headers) {
    example
        .operation()
        .headers(example.status())
        .forEach(
            (name, header) -> {
              if (Boolean.TRUE.equals(Spec.resolved(header).get("required"))) {
                assertThat(headers.get(name)).as(name).isEqualTo(String.valueOf(Spec.resolved(header).get("example")));
              }
            });
  }

  /** The number of the page in the example; null if it is no page. */
  private static @Nullable Integer page(Spec.Example example) {
    Map<String, Object> pagination =
        example.value() instanceof Map<?, ?> body ? Vectors.map(Vectors.map(body).get("pagination")) : null;
    return pagination == null ? null : ((Number) pagination.get("current_page")).intValue();
  }

  @SuppressWarnings("unchecked") // The adapter is that of the value's own class.
  private static <T> Object plain(T value) throws IOException {
    JsonAdapter<T> adapter = (JsonAdapter<T>) MOSHI.adapter(value.getClass());
    return Vectors.plain(Vectors.json(adapter.toJson(value)));
  }

  /** The client reads an optional property that is null like one that is absent. */
  private static Object withoutNulls(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.values().removeIf(element -> element == null);
    }
    return value;
  }
}
