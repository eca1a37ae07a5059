package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request could not be sent, or the response did not arrive: no connection, a broken connection, a response that is
 * not HTTP, or a timeout. It is not known whether the server got the request.
 */
public final class ConnectionException extends KatapultException {
  private static final long serialVersionUID = 1L;

  ConnectionException(String what, IOException cause, History history) {
    super(what, cause, history);
  }

  static ConnectionException of(String host, String what, IOException cause) {
    return new ConnectionException("No complete response from " + host + ": " + what, cause, History.NONE);
  }

  static ConnectionException interrupted(String host, int page, List<Attempt> failed) {
    IOException cause = new InterruptedIOException("interrupted while waiting");
    History history = new History(page, failed, "the thread is interrupted", false);
    return new ConnectionException("No complete response from " + host + ": " + cause, cause, history);
  }

  @Override
  ConnectionException copy(String newWhat, @Nullable Throwable newCause, History newHistory) {
    return new ConnectionException(newWhat, (IOException) Objects.requireNonNull(newCause), newHistory);
  }

  /** {@return what OkHttp reported, never null} */
  @Override
  public synchronized IOException getCause() {
    return (IOException) Objects.requireNonNull(super.getCause());
  }
}
