package io.katapult.extensions;

import io.katapult.extensions.internal.Arguments;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.rules.ParameterException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How often a request is sent again, and when. A request is sent again after a 429, 500, 502, 503 or 504, and after a
 * connection that failed or broke. A POST or a PATCH is sent again after a 429 only: otherwise it may have been carried
 * out. No request is sent again if the next attempt would fail alike: after any other status, a body that arrived and
 * can't be read, TLS that can't be agreed on, such as a certificate that is not trusted, a response that is not HTTP,
 * redirects without end, or a call that takes longer than the {@code callTimeout} of the HTTP client. OkHttp also does
 * a little by itself: it tries another connection or another address of a host, and sends a request once more after a
 * 408, or after a 503 with {@code Retry-After: 0}.
 *
 * <p>The wait grows exponentially, with jitter. {@code Retry-After} wins over it. A 429 without one waits until just
 * after the next minute of the server's clock, when the limit starts anew.
 *
 * <pre>{@code
 * builder.retryPolicy(RetryPolicy.DEFAULT.attempts(10).deadline(Duration.ofMinutes(30)));
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads: each method returns a changed copy.
 *
 * @param attempts the most attempts, the first one included, at least 1
 * @param deadline the most time of all attempts and waits together, more than 0; a year stands for more
 * @param firstWait the wait after the first attempt where the server does not ask for one, more than 0; a year stands
 *     for more
 * @param longestWait the longest such wait, more than 0; a year stands for more
 */
public record RetryPolicy(int attempts, Duration deadline, Duration firstWait, Duration longestWait) {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** At most 4 attempts within 2 minutes, and waits from 0.25 to 8 seconds: the policy unless another is set. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(4, Duration.ofMinutes(2), Duration.ofMillis(250), Duration.ofSeconds(8));

  /** One attempt, within 2 minutes and the time-outs of the HTTP client. */
  public static final RetryPolicy NONE = DEFAULT.attempts(1);

  /**
   * Makes a policy of all its parts.
   *
   * @param attempts the most attempts, the first one included, at least 1
   * @param deadline the most time of all attempts and waits together, more than 0
   * @param firstWait the wait after the first attempt where the server does not ask for one, more than 0
   * @param longestWait the longest such wait, more than 0
   * @throws ParameterException if {@code attempts} is less than 1, or a duration is not more than 0
   */
  public RetryPolicy {
    Arguments.requireAtLeast(1, "attempts", attempts);
    deadline = positive("deadline", deadline);
    firstWait = positive("firstWait", firstWait);
    longestWait = positive("longestWait", longestWait);
  }

  /**
   * Sets the number of attempts.
   *
   * @param attempts the first one included, at least 1
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public RetryPolicy attempts(int attempts) {
    return new RetryPolicy(attempts, deadline, firstWait, longestWait);
  }

  /**
   * Limits the time of all attempts and waits together. When it is over, the running attempt is cancelled. A wait that
   * would exceed it does not start. It counts from the first attempt, without the time that a listing waits for the
   * rate limit, and without the time in the queue of an {@code OkHttpClient}'s {@code Dispatcher}.
   *
   * @param deadline more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if it is not more than 0
   */
  public RetryPolicy deadline(Duration deadline) {
    return new RetryPolicy(attempts, deadline, firstWait, longestWait);
  }

  /**
   * Sets the waits between attempts for when the server does not ask for one. Each is twice as long as the one before,
   * times a random factor between a half and 1.
   *
   * @param first the wait after the first attempt, more than 0; a year stands for more
   * @param longest the longest wait, more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if one is not more than 0
   */
  public RetryPolicy waits(Duration first, Duration longest) {
    return new RetryPolicy(attempts, deadline, first, longest);
  }

  /**
   * What to do after a failure.
   *
   * @param delay how long to wait before the next attempt; null if there is none
   * @param reason why
   * @param isRefusal whether another attempt might have helped, and this policy does not allow one
   */
  record Decision(@Nullable Duration delay, String reason, boolean isRefusal) {
    static Decision noMore(String reason) {
      return new Decision(null, reason, false);
    }
  }

  /**
   * Decides what to do after a failed attempt.
   *
   * @param attempt its number, counted from 1
   * @param spent the part of the deadline that is over
   */
  Decision decide(
      KatapultException failure, int attempt, Duration spent, Clock clock, boolean isRepeatable) {
    FailureKind kind = FailureKind.of(failure);
    if (!kind.mayPass) {
      return Decision.noMore(kind.description);
    }
    if (!isRepeatable && kind != FailureKind.TOO_MANY_REQUESTS) {
      return new Decision(null, "it may have been carried out, and must not be twice", true);
    }
    if (attempt >= attempts) {
      // Not worth a mention if only one was asked for.
      return new Decision(null, "attempts are limited to " + attempts, attempts > 1);
    }
    Decision next = failure instanceof ResponseException response ? asked(response, clock) : null;
    if (next == null) {
      Duration wait = backOff(attempt, clock);
      next = new Decision(wait, kind.description + ", and the next attempt is due in " + seconds(wait), false);
    }
    Duration left = deadline.minus(spent);
    if (Objects.requireNonNull(next.delay).compareTo(left) < 0) {
      return next;
    }
    String leftover = seconds(left.isNegative() ? Duration.ZERO : left);
    return new Decision(null, next.reason + ", and " + leftover + " are left until the deadline", true);
  }

  private Duration backOff(int attempt, Clock clock) {
    double grown = firstWait.toNanos() * Math.pow(2, attempt - 1.0);
    double wait = Math.min(grown, (double) longestWait.toNanos());
    return Duration.ofNanos((long) (wait * (0.5 + clock.random() / 2)));
  }

  /** Returns what the server asks for; null if it asks for nothing. */
  private static @Nullable Decision asked(ResponseException response, Clock clock) {
    Headers headers = response.headers();
    String retryAfter = headers.get("Retry-After");
    if (retryAfter != null && retryAfter.matches("[0-9]{1,18}")) {
      return asked("Retry-After asks for ", Duration.ofSeconds(Long.parseLong(retryAfter)));
    }
    Instant until = RateLimit.date(retryAfter);
    if (until != null) {
      Instant date = RateLimit.date(headers.get("Date"));
      Duration left = Duration.between(date == null ? clock.now() : date, until);
      return asked("Retry-After asks for ", left.isNegative() ? Duration.ZERO : left);
    }
    if (response.status() != 429) {
      return null;
    }
    // Just after the minute, at a random time, so that clients don't come all at once.
    return asked(
        "the limit starts anew in ",
        RateLimit.untilNextMinute(headers, clock.now()).plusMillis(100 + (long) (900 * clock.random())));
  }

  private static Decision asked(String how, Duration wait) {
    return new Decision(wait, how + seconds(wait), false);
  }

  /** Rounds up to tenths: a rest of time never shows as 0. */
  private static String seconds(Duration duration) {
    BigDecimal seconds =
        BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
    return seconds.setScale(1, RoundingMode.CEILING).stripTrailingZeros().toPlainString() + " s";
  }

  static Duration positive(String parameter, Duration duration) {
    Objects.requireNonNull(duration, parameter);
    if (duration.isNegative() || duration.isZero()) {
      throw Arguments.invalid(parameter, "is " + duration + ": give more than 0");
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
