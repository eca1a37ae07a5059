package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:50Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sat, 28 Nov 2026 10:00:00 GMT | 60",
        "Sat, 28 Nov 2026 10:00:09 GMT | 51",
        "Sat, 28 Nov 2026 10:00:59 GMT | 1",
        "Sat, 7 Nov 2026 10:00:30 GMT  | 30",
      })
  void waitsForTheNextMinuteOfTheServer(String date, int seconds) {
    assertThat(RateLimit.untilNextMinute(Headers.of("Date", date), NOW)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sat, 28 Nov 2026 10:00:60 GMT",
        "Sat, 28 Nov 2026 10:00:5x GMT",
        "Sat, 28 Nov 2026 10:00:-5 GMT",
        "Sat, 28 Nov 2026 10:00-59 GMT",
        "Sat, 28 Nov 2026 10:00:59 UTC",
        "2026-11-28T10:00:59Z",
        "59 GMT",
        "GMT",
        ":",
      })
  void usesItsOwnClockIfTheServerSendsNoDate(String date) {
    assertThat(RateLimit.untilNextMinute(Headers.of("Date", date), NOW)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void usesItsOwnClockWithoutADate() {
    assertThat(RateLimit.untilNextMinute(Headers.of(), NOW)).isEqualTo(Duration.ofSeconds(10));
  }
}
