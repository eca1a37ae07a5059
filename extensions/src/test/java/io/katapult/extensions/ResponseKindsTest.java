package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.extensions.internal.ApiOperation;
import io.katapult.extensions.internal.RequestOptions;
import io.katapult.extensions.internal.RequestWriter;
import java.io.IOException;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads what operations answer with that this spec does not have. */
class ResponseKindsTest {
  private static final ApiOperation<String> TEXT = new ApiOperation<>("GET", "text", String.class, null);
  private static final ApiOperation<Void> NOTHING = new ApiOperation<>("DELETE", "nothing", Void.class, null);

  private final MockWebServer server = new MockWebServer();

  /** A request without parameters. */
  private static final class NoParameters extends ApiRequest<NoParameters> {
    NoParameters(RequestOptions options) {
      super(options);
    }

    @Override
    NoParameters with(RequestOptions changed) {
      return new NoParameters(changed);
    }

    @Override
    void writeTo(RequestWriter request, ClientDefaults defaults) {}
  }

  private static final NoParameters REQUEST = new NoParameters(RequestOptions.NONE);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private KatapultClient client() {
    RetryPolicy quick = RetryPolicy.DEFAULT.waits(Duration.ofMillis(1), Duration.ofMillis(1));
    return KatapultClient.builder().apiKey("key").baseUrl(server.url("/").toString()).retryPolicy(quick).build();
  }

  private static MockResponse response(String contentType, String body) {
    return new MockResponse.Builder().setHeader("Content-Type", contentType).body(body).build();
  }

  @Test
  void readsText() {
    server.enqueue(response("text/plain; charset=utf-8", "Grüße"));
    server.enqueue(new MockResponse.Builder().body("none").build());
    try (KatapultClient katapult = client()) {
      assertThat(katapult.send(TEXT, REQUEST).body()).isEqualTo("Grüße");
      assertThat(katapult.send(TEXT, REQUEST).body()).isEqualTo("none");
    }
  }

  @Test
  void refusesTextUnderAnotherName() {
    server.enqueue(response("application/json", "{}"));
    try (KatapultClient katapult = client()) {
      assertThatThrownBy(() -> katapult.send(TEXT, REQUEST))
          .isInstanceOfSatisfying(
              UnexpectedResponseException.class, failure -> assertThat(failure.excerpt()).isEqualTo("{}"))
          .hasMessageContaining("the body is application/json, not text");
    }
  }

  @Test
  void readsNoBodyWhereTheSpecHasNone() {
    server.enqueue(new MockResponse.Builder().code(204).build());
    try (KatapultClient katapult = client()) {
      ApiResponse<Void> response = katapult.send(NOTHING, REQUEST);

      assertThat(response.status()).isEqualTo(204);
      assertThat(response.body()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"503, POST, 1", "503, PUT, 2", "429, PATCH, 2"})
  void repeatsWhatMayBeRepeated(int status, String method, int requests) throws Exception {
    server.enqueue(new MockResponse.Builder().code(status).setHeader("Retry-After", "0").build());
    server.enqueue(new MockResponse.Builder().code(204).build());
    ApiOperation<Void> operation = new ApiOperation<>(method, "thing", Void.class, null);
    try (KatapultClient katapult = client()) {
      if (requests == 2) {
        assertThat(katapult.send(operation, REQUEST).attempts()).hasSize(1);
      } else {
        assertThatThrownBy(() -> katapult.send(operation, REQUEST))
            .hasMessageEndingWith("not tried again: it may have been carried out, and must not be twice");
      }
      assertThat(server.getRequestCount()).isEqualTo(requests);
    }
  }
}
