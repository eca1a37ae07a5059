package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are tried again, how often and when. Statuses 429, 500, 502, 503 and 504 and connections that fail
 * are; 400, 403 and 404, certificates that are not trusted, and calls that take longer than the {@code callTimeout} of
 * the HTTP client never are. OkHttp does a little of its own below: it tries again over a new connection or another
 * address of a host, and sends a request once more after a 408, or a 503 with {@code Retry-After: 0}.
 *
 * <p>The wait grows exponentially, with jitter. {@code Retry-After} wins over it. A 429 without one waits until just
 * after the next minute of the server's clock, when the limit starts anew.
 *
 * <pre>{@code
 * builder.retryPolicy(RetryPolicy.DEFAULT.attempts(10).deadline(Duration.ofMinutes(30)));
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads: each method returns a changed copy.
 */
public final class RetryPolicy {
  /** At most 4 attempts within 2 minutes, and waits from 0.25 to 8 seconds: the policy unless another is set. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(4, Duration.ofMinutes(2), Duration.ofMillis(250), Duration.ofSeconds(8));

  /** One attempt, within 2 minutes and the time-outs of the HTTP client. */
  public static final RetryPolicy NONE = DEFAULT.attempts(1);

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Set<Integer> STATUSES = Set.of(429, 500, 502, 503, 504);

  private final int attempts;
  private final Duration deadline;
  private final Duration firstWait;
  private final Duration longestWait;

  private RetryPolicy(int attempts, Duration deadline, Duration firstWait, Duration longestWait) {
    this.attempts = attempts;
    this.deadline = deadline;
    this.firstWait = firstWait;
    this.longestWait = longestWait;
  }

  /**
   * Limits the attempts.
   *
   * @param attempts the first one included, at least 1
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public RetryPolicy attempts(int attempts) {
    ParameterException.requireAtLeast(1, "attempts", attempts);
    return new RetryPolicy(attempts, deadline, firstWait, longestWait);
  }

  /**
   * Limits the time of all attempts and waits together. An attempt under way when it is over is broken off, and a wait
   * that would go beyond it is not begun. It counts from the first attempt: neither the time that a listing waits for
   * the limit of requests nor that in the queue of OkHttp's {@code Dispatcher} is part of it.
   *
   * @param deadline more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if it is not more than 0
   */
  public RetryPolicy deadline(Duration deadline) {
    return new RetryPolicy(attempts, positive("deadline", deadline), firstWait, longestWait);
  }

  /**
   * Sets the waits between attempts where the server does not ask for one. Each is twice as long as the one before, and
   * then between half and all of that, by chance.
   *
   * @param first the wait after the first attempt, more than 0; a year stands for more
   * @param longest the longest wait, more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if one is not more than 0
   */
  public RetryPolicy waits(Duration first, Duration longest) {
    return new RetryPolicy(attempts, deadline, positive("first", first), positive("longest", longest));
  }

  /** {@return its attempts, deadline and waits} */
  @Override
  public String toString() {
    return "RetryPolicy{attempts=" + attempts + ", deadline=" + deadline + ", waits=" + firstWait + " to " + longestWait
        + '}';
  }

  Duration deadline() {
    return deadline;
  }

  /** How long to wait before the next attempt; null if there is to be none. */
  @Nullable Duration waitAfter(KatapultException failure, int attempt, Duration elapsed, Time time) {
    if (attempt >= attempts || !mayPass(failure)) {
      return null;
    }
    Duration wait = failure instanceof ResponseException response ? asked(response, time) : null;
    if (wait == null) {
      wait = backOff(attempt, time);
    }
    return elapsed.plus(wait).compareTo(deadline) < 0 ? wait : null;
  }

  private static boolean mayPass(KatapultException failure) {
    if (failure instanceof ResponseException response) {
      return STATUSES.contains(response.status());
    }
    IOException cause = ((ConnectionException) failure).getCause();
    boolean brokenOff = cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException);
    boolean refused = cause instanceof SSLPeerUnverifiedException || cause instanceof UnknownServiceException;
    return !brokenOff && !refused && !(cause.getCause() instanceof CertificateException);
  }

  private Duration backOff(int attempt, Time time) {
    double grown = firstWait.toNanos() * Math.pow(2, attempt - 1.0);
    double wait = Math.min(grown, (double) longestWait.toNanos());
    return Duration.ofNanos((long) (wait * (0.5 + time.random() / 2)));
  }

  /** What the server asks for; null if it does not. */
  private static @Nullable Duration asked(ResponseException response, Time time) {
    Headers headers = response.headers();
    String retryAfter = headers.get("Retry-After");
    if (retryAfter != null && retryAfter.matches("[0-9]{1,18}")) {
      return Duration.ofSeconds(Long.parseLong(retryAfter));
    }
    Instant until = RateLimit.date(retryAfter);
    if (until != null) {
      Instant date = RateLimit.date(headers.get("Date"));
      Duration left = Duration.between(date == null ? time.now() : date, until);
      return left.isNegative() ? Duration.ZERO : left;
    }
    if (response.status() != 429) {
      return null;
    }
    // Just after the minute, but not all clients at once.
    return RateLimit.untilNextMinute(headers, time.now()).plusMillis(100 + (long) (900 * time.random()));
  }

  private static Duration positive(String parameter, Duration duration) {
    Objects.requireNonNull(duration, parameter);
    if (duration.isNegative() || duration.isZero()) {
      throw new ParameterException(null, List.of(parameter), parameter + " is " + duration + ": give more than 0");
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
