package io.katapult.extensions;

import io.katapult.extensions.internal.ApiKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that failed. Unchecked, since most callers can't handle it.
 *
 * <p>Immutable. Neither its message nor that of a cause or of a suppressed exception contains the API key.
 *
 * @serial exclude
 */
@SuppressWarnings("serial") // Attempts are not serializable, and exceptions are not sent anywhere.
public abstract sealed class KatapultException extends RuntimeException permits ConnectionException, ResponseException {
  private final String what;
  private final History history;

  KatapultException(String what, @Nullable Throwable cause, History history) {
    super(history.describe(what), cause);
    this.what = what;
    this.history = history;
  }

  /**
   * The requested page. Another listing of the same request can continue there: {@link Listing#fromPage(int)}.
   *
   * @return its number, counted from 1
   */
  public int page() {
    return history.page();
  }

  /**
   * The failed attempts, and why there was another or none.
   *
   * @return at least one, oldest first, unmodifiable; the last one is this exception
   */
  public List<Attempt> attempts() {
    List<Attempt> attempts = new ArrayList<>(history.attempts());
    attempts.add(new Attempt(this, null, history.reason()));
    return Collections.unmodifiableList(attempts);
  }

  /** Returns the same failure with this history, and without the key. */
  final KatapultException with(History newHistory, ApiKey key) {
    Throwable cause = getCause();
    return copy(key.redact(what), cause == null ? null : key.redact(cause), newHistory);
  }

  /** Returns the same failure with the stack trace of this thread, which shows the caller. */
  final KatapultException here() {
    return copy(what, getCause(), history);
  }

  abstract KatapultException copy(String newWhat, @Nullable Throwable newCause, History newHistory);
}
