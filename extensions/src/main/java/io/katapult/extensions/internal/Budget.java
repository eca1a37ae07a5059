package io.katapult.extensions.internal;

import java.time.Duration;

/** Counts the requests left in this minute, from what responses tell. Safe for use by many threads. */
public final class Budget {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final Duration MARGIN = Duration.ofMillis(100);

  private final Clock clock;
  private int permitted = Integer.MAX_VALUE;
  private int remaining = Integer.MAX_VALUE;
  private int underWay;
  private long resetsAt;
  private long pausedUntil;

  public Budget(Clock clock) {
    this.clock = clock;
    resetsAt = clock.nanos();
    pausedUntil = resetsAt;
  }

  /** Takes one request and returns zero, or returns how long to wait if none is left. */
  public synchronized Duration take() {
    long now = clock.nanos();
    if (pausedUntil - now > 0) {
      return Duration.ofNanos(pausedUntil - now);
    }
    if (permitted == Integer.MAX_VALUE) {
      underWay++;
      return Duration.ZERO;
    }
    if (resetsAt - now <= 0) {
      // Running requests may count for the new minute. One more is always allowed, since they may hang.
      remaining = Math.max(1, permitted - underWay);
      resetsAt += ((now - resetsAt) / MINUTE + 1) * MINUTE;
    }
    if (remaining > 0) {
      remaining--;
      underWay++;
      return Duration.ZERO;
    }
    return Duration.ofNanos(resetsAt - now);
  }

  /** Gives back a request that was taken but not sent. */
  public synchronized void giveBack() {
    end();
    remaining = remaining == Integer.MAX_VALUE ? remaining : remaining + 1;
  }

  /** Allows no request for this long. An earlier pause that ends later stays. */
  public synchronized void pause(Duration duration) {
    long end = clock.nanos() + duration.toNanos();
    if (end - pausedUntil > 0) {
      pausedUntil = end;
    }
  }

  /** Ends a request that was taken, after its response or failure. */
  public synchronized void end() {
    underWay--;
  }

  /**
   * Learns the limit from a response, which does not count the requests still running. Within the known minute they are
   * already taken, so the lower number is right. For another minute they are not, and are subtracted.
   */
  public synchronized void learn(int permittedNow, int remainingNow, Duration resetsIn) {
    long end = clock.nanos() + resetsIn.plus(MARGIN).toNanos();
    long later = end - resetsAt;
    if (later < -MINUTE / 2) {
      return; // From a minute that is over.
    }
    boolean isNew = later > MINUTE / 2 || permitted == Integer.MAX_VALUE;
    permitted = permittedNow;
    remaining = isNew ? remainingNow - underWay : Math.min(remaining, remainingNow);
    resetsAt = end;
  }
}
