package io.katapult.contract.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RateLimit;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client accepts rate limit headers within the bounds of the spec, and ignores others. */
class RateLimitBoundsTest {
  private static final List<String> HEADERS = List.of("X-RateLimit-Permitted", "X-RateLimit-Remaining");
  private static final String EMPTY_PAGE =
      """
      {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
       "api_tokens": []}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"X-RateLimit-Permitted", "X-RateLimit-Remaining"})
  void areThoseOfTheSpec(String header) throws Exception {
    Map<String, Integer> least = new TreeMap<>();
    for (String name : HEADERS) {
      Map<String, Object> schema = Vectors.map(Spec.at("components", "headers", name).get("schema"));
      least.put(name, ((Number) schema.get("minimum")).intValue());
    }

    assertThat(rateLimit(least)).isNotNull();
    least.merge(header, -1, Integer::sum);
    assertThat(rateLimit(least)).isNull();
  }

  private static RateLimit rateLimit(Map<String, Integer> headers) throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      MockResponse.Builder response =
          new MockResponse.Builder().setHeader("Content-Type", "application/json").body(EMPTY_PAGE);
      headers.forEach((name, value) -> response.setHeader(name, value));
      server.enqueue(response.build());
      try (KatapultClient katapult =
          KatapultClient.builder()
              .apiKey("key")
              .organization(Organization.subDomain("acme"))
              .baseUrl(server.url("/").toString())
              .build()) {
        return katapult.apiTokens().list().rateLimit();
      }
    }
  }
}
