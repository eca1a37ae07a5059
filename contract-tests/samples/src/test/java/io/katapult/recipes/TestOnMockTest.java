package io.katapult.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Listing;
import io.katapult.extensions.RetryPolicy;
import io.katapult.mock.Answers;
import io.katapult.mock.Exchange;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows how to test your own code on the mock, both success and failures. */
@ExtendWith(PrismExtension.class)
class TestOnMockTest {
  /** The code under test: a status line for a dashboard. */
  private static String status(KatapultClient katapult) {
    try {
      return katapult.apiTokens().all().stream().count() + " API tokens";
    } catch (ApiErrorException.Forbidden e) {
      return "no access: " + e.detail().details();
    } catch (KatapultException e) {
      return "not known";
    }
  }

  @Test
  void countsTheTokens(KatapultClient katapult) {
    assertThat(status(katapult)).isEqualTo("5 API tokens");
  }

  @Test
  void countsNone(@Answers("empty list") KatapultClient katapult) {
    assertThat(status(katapult)).isEqualTo("0 API tokens");
  }

  @Test
  void saysWhyThereIsNoAccess(@Answers("permission denied") KatapultClient katapult) {
    assertThat(status(katapult)).isEqualTo("no access: Listing API tokens needs an administrator");
  }

  /** Not "service unavailable", which would wait 30 seconds for {@code Retry-After}. */
  @Test
  void survivesAFailure(@Answers("unhandled exception") MockApi api) {
    RetryPolicy atOnce = RetryPolicy.DEFAULT.waits(Duration.ofMillis(1), Duration.ofMillis(1));
    try (KatapultClient katapult = api.client().retryPolicy(atOnce).build()) {
      assertThat(status(katapult)).isEqualTo("5 API tokens");
    }
    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(500, 200, 200, 200);
  }

  @Test
  void doesNotCountHalfAList(@Answers({"first page", "unhandled exception"}) MockApi api) {
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      assertThat(status(katapult)).isEqualTo("not known");
    }
  }
}
