package com.example;

import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Tells whether the API accepts the key. Asks it once a minute at most, however often the health is read, so that it
 * takes one request of the rate limit. An exceeded rate limit is not a failure, since the API responds.
 */
final class KatapultHealthIndicator implements HealthIndicator {
  private static final Duration VALID = Duration.ofMinutes(1);

  /** One attempt in most cases: the deadline is too short for the wait after a 429. */
  private static final ListApiTokensRequest ONE_TOKEN =
      new ListApiTokensRequest().perPage(1).deadline(Duration.ofSeconds(5));

  private final KatapultClient katapult;
  private final InstantSource clock;
  private Health health = Health.unknown().build();
  private Instant validUntil = Instant.MIN;

  KatapultHealthIndicator(KatapultClient katapult, InstantSource clock) {
    this.katapult = katapult;
    this.clock = clock;
  }

  @Override
  public synchronized Health health() {
    if (!clock.instant().isBefore(validUntil)) {
      health = ask();
      validUntil = clock.instant().plus(VALID);
    }
    return health;
  }

  private Health ask() {
    try {
      katapult.apiTokens().list(ONE_TOKEN);
      return Health.up().build();
    } catch (ApiErrorException.TooManyRequests e) {
      return Health.up().withDetail("rateLimit", "exceeded").build();
    } catch (KatapultException e) {
      return Health.down(e).build();
    }
  }
}
