package io.katapult.contract.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ErrorDetail;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.contract.calls.GeneratedCalls;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RetryPolicy;
import io.katapult.extensions.UnexpectedResponseException;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Serves each case of {@code spec/vectors/responses.json}, and checks what the client reads or throws. */
class ResponseVectorsTest {
  private static final Moshi MOSHI = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();
  private static final MockWebServer SERVER = new MockWebServer();
  private static KatapultClient katapult;

  @BeforeAll
  static void start() throws IOException {
    SERVER.start();
    katapult =
        KatapultClient.builder()
            .apiKey("key")
            .baseUrl(SERVER.url("/").toString())
            .organization(Organization.subDomain("acme"))
            .retryPolicy(RetryPolicy.NONE)
            .build();
  }

  @AfterAll
  static void stop() {
    katapult.close();
    SERVER.close();
  }

  static Stream<Vectors.Case> pages() throws IOException {
    return Vectors.responses().filter(vector -> vector.get("page") != null);
  }

  static Stream<Vectors.Case> apiErrors() throws IOException {
    return Vectors.responses().filter(vector -> vector.get("apiError") != null);
  }

  static Stream<Vectors.Case> unexpected() throws IOException {
    return Vectors.responses().filter(vector -> vector.get("unexpected") != null);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void isRead(Vectors.Case vector) throws IOException {
    answer(vector);

    Object page = GeneratedCalls.friendly(katapult, vector.operation(), null).body();

    assertThat(Vectors.json(MOSHI.adapter(Object.class).toJson(page))).isEqualTo(vector.get("page"));
  }

  @ParameterizedTest
  @MethodSource("apiErrors")
  void isAnApiError(Vectors.Case vector) throws IOException {
    answer(vector);

    ApiErrorException exception =
        catchThrowableOfType(
            ApiErrorException.class, () -> GeneratedCalls.friendly(katapult, vector.operation(), null));

    Map<String, Object> expected = vector.object("apiError");
    assertThat(exception.status()).isEqualTo(expected.get("status"));
    assertThat(exception.code()).isEqualTo(expected.get("code"));
    assertThat(exception.description()).isEqualTo(expected.get("description"));
    assertThat(exception.requestId()).isEqualTo("vector-request");
    Map<String, Object> detail = Vectors.map(expected.get("detail"));
    detail.values().removeIf(value -> value == null);
    if (detail.get("argument") != null) {
      assertThat(exception.detail().argument()).isNotNull();
    }
    assertThat(Vectors.json(MOSHI.adapter(ErrorDetail.class).toJson(exception.detail()))).isEqualTo(detail);
  }

  @ParameterizedTest
  @MethodSource("unexpected")
  void isUnexpected(Vectors.Case vector) {
    answer(vector);

    UnexpectedResponseException exception =
        catchThrowableOfType(
            UnexpectedResponseException.class, () -> GeneratedCalls.friendly(katapult, vector.operation(), null));

    Map<String, Object> expected = vector.object("unexpected");
    assertThat(exception.status()).isEqualTo(expected.get("status"));
    assertThat(exception.requestId()).isEqualTo("vector-request");
    assertThat(exception).hasMessageContaining("vector-request");
    if (expected.containsKey("path")) {
      assertThat(exception.getMessage())
          .matches("(?s).* path " + java.util.regex.Pattern.quote((String) expected.get("path")) + "( .*)?");
    }
  }

  private static void answer(Vectors.Case vector) {
    SERVER.enqueue(vector.response());
  }
}
