package io.katapult.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PrismExtension.class)
class PrismExtensionTest {
  private static final ListApiTokensRequest ALL = new ListApiTokensRequest();

  @Test
  void givesAClientThatListsTheTokensOfTheSpec(KatapultClient katapult) {
    assertThat(katapult.apiTokens().all(ALL.perPage(2)).stream()).hasSize(5);
  }

  @Test
  void answersByNameInOrder(@Answers({"service unavailable", "rate_limit_reached", "all_nulls"}) MockApi api) {
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL)).isInstanceOf(ApiErrorException.ServiceUnavailable.class);
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL)).isInstanceOf(ApiErrorException.TooManyRequests.class);
      assertThat(katapult.apiTokens().list(ALL).body().apiTokens().get(0).expiresAt()).isNull();
      assertThat(katapult.apiTokens().list(ALL).body().apiTokens().get(0).expiresAt()).isNotNull();
    }
  }

  @Test
  void answersAClientByName(@Answers("permission_denied") KatapultClient katapult) {
    assertThatThrownBy(() -> katapult.apiTokens().list(ALL))
        .isInstanceOfSatisfying(
            ApiErrorException.Forbidden.class, e -> assertThat(e.code()).isEqualTo("permission_denied"));
  }

  @Test
  void answersRetries(@Answers({"unhandled_exception", "unhandled_exception"}) MockApi api) {
    Duration milli = Duration.ofMillis(1);
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.DEFAULT.waits(milli, milli)).build()) {
      ApiResponse<?> response = katapult.apiTokens().list(ALL);

      assertThat(response.attempts()).hasSize(2);
    }
    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(500, 500, 200);
  }

  @Test
  void recordsRequestsWithoutTheKey(MockApi api, MockApi another, PrismMock mock) {
    try (KatapultClient katapult = api.client().apiKey("aVerySecretKey").build()) {
      katapult.apiTokens().list(ALL.annotation("a", "1").annotation("b", "2").header("X-Trace", "7"));
    }

    assertThat(api.exchanges()).hasSize(1);
    Exchange exchange = api.exchanges().get(0);
    assertThat(exchange.method()).isEqualTo("GET");
    assertThat(exchange.target())
        .startsWith("/core/v1/organizations/organization/api_tokens?organization%5Bsub_domain%5D=");
    assertThat(exchange.query())
        .endsWith(
            "annotations%5B%5D%5Bkey%5D=a&annotations%5B%5D%5Bvalue%5D=1"
                + "&annotations%5B%5D%5Bkey%5D=b&annotations%5B%5D%5Bvalue%5D=2");
    assertThat(exchange.requestHeaders())
        .containsEntry("x-trace", List.of("7"))
        .containsEntry("authorization", List.of("Bearer ██"));
    assertThat(exchange.body()).contains("\"pagination\":");
    assertThat(another.exchanges()).isEmpty();
    assertThat(mock.exchanges()).contains(exchange);
  }

  @Test
  void refusesAnUnknownName(PrismMock mock) {
    assertThatThrownBy(() -> mock.api("first page", "first_pgae"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The spec has no response example \"first pgae\"; it has \"first page\", \"")
        .hasMessageContaining(", \"permission denied\"");
  }
}
