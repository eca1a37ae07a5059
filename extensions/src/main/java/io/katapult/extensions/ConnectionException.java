package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;

/**
 * The request could not be sent, or the response did not arrive: no connection, a connection that broke, or
 * a time-out. Whether the server has seen the request is not known.
 */
public final class ConnectionException extends KatapultException {
  private static final long serialVersionUID = 1L;

  ConnectionException(String host, String what, IOException cause) {
    super("No complete response from " + host + ": " + what, cause);
  }

  /** The thread stays interrupted. */
  static ConnectionException interrupted(int page, List<Attempt> attempts) {
    Thread.currentThread().interrupt();
    IOException cause = new InterruptedIOException("interrupted while waiting");
    ConnectionException failure = new ConnectionException("the API", cause.toString(), cause);
    failure.happened(page, attempts);
    return failure;
  }

  /** {@return what OkHttp reported, never null} */
  @Override
  public synchronized IOException getCause() {
    return (IOException) Objects.requireNonNull(super.getCause());
  }
}
