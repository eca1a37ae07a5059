package io.katapult.extensions;

import org.jspecify.annotations.Nullable;

/**
 * A request that failed. Unchecked, since most code can't do better than let it pass.
 *
 * <p>Neither its message nor that of a cause holds the API key.
 */
public abstract sealed class KatapultException extends RuntimeException permits ConnectionException, ResponseException {
  private static final long serialVersionUID = 1L;

  KatapultException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
