package io.katapult.extensions;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The rest of the rate limit, as a response tells it. The server counts requests per minute of its own clock.
 *
 * @param permitted requests per minute, at least 1; {@code X-RateLimit-Permitted} of the spec
 * @param remaining requests that are left in this minute, from 0 to {@code permitted}; {@code X-RateLimit-Remaining} of
 *     the spec
 * @param resetsIn from the response to the next minute of the server's own clock, more than 0 and at most 60 seconds
 */
public record RateLimit(int permitted, int remaining, Duration resetsIn) {
  /** Returns null if the response tells no valid limit, or came from a cache, which knows nothing of this minute. */
  static @Nullable RateLimit of(Response response, Instant now) {
    Response network = response.cacheResponse() == null ? response : response.networkResponse();
    if (network == null) {
      return null;
    }
    Headers headers = network.headers();
    int permitted = number(headers.get("X-RateLimit-Permitted"));
    int remaining = number(headers.get("X-RateLimit-Remaining"));
    return permitted < 1 || remaining < 0 || remaining > permitted
        ? null
        : new RateLimit(permitted, remaining, untilNextMinute(headers, now));
  }

  /** Returns -1 if it is no number. */
  private static int number(@Nullable String value) {
    try {
      return value == null ? -1 : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The limit starts anew with the minute of the server's clock. Uses our own clock if the server sends no date. */
  static Duration untilNextMinute(Headers headers, Instant now) {
    String date = headers.get("Date");
    int second = date == null ? -1 : second(date);
    return Duration.ofSeconds(60 - (second < 0 ? Math.floorMod(now.getEpochSecond(), 60) : second));
  }

  /** Returns the second of the minute, or -1 if the text does not end as an HTTP date does. */
  private static int second(String date) {
    // Not with the formatter of the JDK: every response has a date, and the formatter takes long to load.
    int at = date.length() - 6;
    if (!date.startsWith(":", at - 1) || !date.endsWith(" GMT")) {
      return -1;
    }
    int tens = Character.digit(date.charAt(at), 6);
    int ones = Character.digit(date.charAt(at + 1), 10);
    return Math.min(tens, ones) == -1 ? -1 : 10 * tens + ones;
  }

  /** Returns null if it is no HTTP date. */
  static @Nullable Instant date(@Nullable String value) {
    try {
      return value == null ? null : ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
