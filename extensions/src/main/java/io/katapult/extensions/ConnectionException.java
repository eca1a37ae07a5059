package io.katapult.extensions;

import java.io.IOException;

/**
 * The request could not be sent, or the response did not arrive: no connection, a connection that broke, or
 * a time-out. Whether the server has seen the request is not known.
 */
public final class ConnectionException extends KatapultException {
  private static final long serialVersionUID = 1L;

  ConnectionException(String host, IOException cause) {
    super("No complete response from " + host + ": " + cause, cause);
  }

  /** {@return what OkHttp reported, never null} */
  @Override
  public synchronized IOException getCause() {
    return (IOException) super.getCause();
  }
}
