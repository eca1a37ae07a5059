package io.katapult.extensions.internal;

import java.time.Duration;

/** How many requests are left in this minute, as far as responses have told. Safe for use by many threads. */
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

  /** Takes one request from what is left, and returns zero; or returns how long to wait before asking again. */
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
      // Those under way may count in the new minute. One goes in any case, for they may hang.
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

  /** Gives back a request that was taken, and is not sent. */
  public synchronized void giveBack() {
    end();
    remaining = remaining == Integer.MAX_VALUE ? remaining : remaining + 1;
  }

  /** Leaves nothing for so long, or for longer if it was told so before. */
  public synchronized void pause(Duration duration) {
    long end = clock.nanos() + duration.toNanos();
    if (end - pausedUntil > 0) {
      pausedUntil = end;
    }
  }

  /** A request that was taken has been answered, or has failed. */
  public synchronized void end() {
    underWay--;
  }

  /**
   * Requests under way are not in what the server says. From what is known of this minute they have been taken already:
   * the lower figure is right. From that of another minute they have not.
   */
  public synchronized void learn(int permittedNow, int remainingNow, Duration resetsIn) {
    long end = clock.nanos() + resetsIn.plus(MARGIN).toNanos();
    long later = end - resetsAt;
    if (later < -MINUTE / 2) {
      return; // It is of a minute that is over.
    }
    boolean isNew = later > MINUTE / 2 || permitted == Integer.MAX_VALUE;
    permitted = permittedNow;
    remaining = isNew ? remainingNow - underWay : Math.min(remaining, remainingNow);
    resetsAt = end;
  }
}
