package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveServerTest {
  private static final String QUERY = "organization[sub_domain]=acme";

  private final List<Duration> waits = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "'', acme, Set KATAPULT_API_KEY.",
    "key, ' ', Set KATAPULT_ORGANIZATION.",
    "'', '', Set KATAPULT_API_KEY and KATAPULT_ORGANIZATION.",
  })
  void saysWhichVariableToSet(String key, String organization, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> server(key, organization))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://api.katapult.io/core/v1", "http://192.0.2.1", "ftp://localhost", "localhost:8080"})
  void rejectsServersThatWouldExposeTheKey(String baseUrl) {
    assertThatIllegalStateException()
        .isThrownBy(() -> server("secret-key", "acme", baseUrl))
        .withMessageContaining("baseUrl")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("secret-key").hasNoCause());
  }

  @Test
  void hidesAKeyThatCannotBeSent() {
    assertThatIllegalStateException()
        .isThrownBy(() -> server("secret-key\nX-Other: 1", "acme"))
        .satisfies(e -> assertThat(e).hasMessageNotContaining("secret-key").hasNoCause());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b\\c/d", "a\\\"b\\\\c/d", "a%22b%5Cc%2Fd"})
  void redactsTheKeyAlsoInJsonAndUrls(String written) throws IOException {
    try (LiveServer live = server("a\"b\\c/d", "acme")) {
      assertThat(live.report().redacted("key=" + written + ";")).isEqualTo("key=██;");
    }
  }

  @Test
  void usesTheServerOfTheSpecByDefault() throws IOException {
    try (LiveServer live = server("key", "acme")) {
      assertThat(live.katapult().toString()).contains("https://api.katapult.io/core/v1/");
    }
  }

  @Test
  void waitsBeforeTheRateLimitIsReached() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (RackServer rack = RackServer.builder().permitted(10).clock(now::get).start();
        LiveServer live =
            new LiveServer(
                environment("rack", "acme", rack.baseUrl()),
                wait -> {
                  waits.add(wait);
                  now.updateAndGet(before -> before.plus(wait));
                })) {
      live.report().begin("check");
      for (int i = 0; i < 12; i++) {
        live.list(QUERY).isPage();
      }

      assertThat(live.report().differences()).isEmpty();
      assertThat(rack.targets()).hasSize(12);
      assertThat(waits)
          .hasSize(1)
          .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(61)));
    }
  }

  @Test
  void retriesTwiceIfTheRateLimitIsReachedAnyway() throws IOException {
    try (RackServer rack = RackServer.builder().permitted(0).start();
        LiveServer live = new LiveServer(environment("rack", "acme", rack.baseUrl()), waits::add)) {
      live.report().begin("check");
      live.get("organizations/organization/api_tokens", QUERY, live.madeUpToken()).isPage();

      assertThat(rack.targets()).hasSize(3);
      assertThat(waits).hasSize(2);
      assertThat(live.report().differences())
          .singleElement()
          .satisfies(difference -> assertThat(difference.actual()).isEqualTo("status 429 and code rate_limit_reached"));
    }
  }

  @Test
  void sendsFewerThan60Requests() throws IOException {
    try (RackServer rack = RackServer.builder().start();
        LiveServer live = server("rack", "acme", rack.baseUrl())) {
      live.report().begin("check");
      for (int i = 0; i < LiveServer.MAX_REQUESTS; i++) {
        live.list(QUERY);
      }

      assertThatIOException().isThrownBy(() -> live.list(QUERY)).withMessageContaining("59 requests");
      assertThat(rack.targets()).hasSize(59);
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (MockWebServer other = new MockWebServer();
        MockWebServer server = new MockWebServer()) {
      other.start();
      server.enqueue(new MockResponse.Builder().code(302).setHeader("Location", other.url("/").toString()).build());
      server.start();
      try (LiveServer live = server("key", "acme", server.url("/").toString())) {
        live.report().begin("check");
        live.list(QUERY);

        assertThat(live.report().differences())
            .extracting(LiveReport.Difference::actual)
            .anySatisfy(actual -> assertThat(actual).startsWith("response status: Response status 302 not defined"));
        assertThat(other.getRequestCount()).isZero();
      }
    }
  }

  /** One request breaks the spec by accident, the other one conforms by accident. */
  @Test
  void validatesItsOwnRequests() throws IOException {
    try (RackServer rack = RackServer.builder().start();
        LiveServer live = server("rack", "acme", rack.baseUrl())) {
      live.report().begin("check");
      live.list(QUERY + "&page=0");
      live.list(QUERY + "&page=1", "page");

      assertThat(live.report().differences())
          .extracting(LiveReport.Difference::actual)
          .satisfiesExactly(
              actual -> assertThat(actual).startsWith("request page: "),
              actual -> assertThat(actual).isEqualTo("the validator accepted the request"));
    }
  }

  private LiveServer server(String key, String organization) {
    return new LiveServer(Map.of("KATAPULT_API_KEY", key, "KATAPULT_ORGANIZATION", organization), waits::add);
  }

  private LiveServer server(String key, String organization, String baseUrl) {
    return new LiveServer(environment(key, organization, baseUrl), waits::add);
  }

  private static Map<String, String> environment(String key, String organization, String baseUrl) {
    return Map.of("KATAPULT_API_KEY", key, "KATAPULT_ORGANIZATION", organization, "KATAPULT_BASE_URL", baseUrl);
  }
}
