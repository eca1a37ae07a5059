package io.katapult.extensions.internal;

import java.time.Duration;
import java.util.function.Supplier;

/** Logs waits. A class of its own, so that its logger is loaded only when there is something to log. */
public final class WaitLog {
  private static final System.Logger LOGGER = System.getLogger("io.katapult.extensions");
  private static final Duration LONG = Duration.ofSeconds(5);

  private WaitLog() {}

  /** Only a long wait is worth a message unless somebody looks for it. */
  public static void log(Duration wait, Supplier<String> message) {
    LOGGER.log(wait.compareTo(LONG) < 0 ? System.Logger.Level.DEBUG : System.Logger.Level.INFO, message);
  }
}
