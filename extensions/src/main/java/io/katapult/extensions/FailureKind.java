package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import javax.net.ssl.SSLException;

/** The ways in which an attempt can fail, and whether another attempt can help. */
enum FailureKind {
  /** 429. The limit starts anew each minute. */
  TOO_MANY_REQUESTS(true, "the limit of requests is reached"),
  /** 500, 502, 503 and 504, with any body. */
  SERVER_ERROR(true, "the server failed"),
  /** Any other status. Also a 2xx whose body arrived and can't be read: the same request gets the same response. */
  ANSWERED(false, "the same request would get the same response"),
  /** No connection, no answer in time, or a connection that broke. */
  CONNECTION(true, "the connection failed"),
  /** A TLS failure, such as a certificate that is not trusted. */
  TLS(false, "TLS can't be agreed on"),
  /** The key would go over plain http, or OkHttp refuses the connection for a reason of its own. */
  REFUSED(false, "the HTTP client refuses this connection"),
  /** A response that does not begin as HTTP does, or redirects without end. */
  PROTOCOL(false, "the server does not keep to HTTP"),
  /** The deadline or the call timeout is over, the thread is interrupted, or the HTTP client is closed. */
  OUT_OF_TIME(false, "the time is over, or the HTTP client is closed");

  final boolean mayPass;
  final String description;

  FailureKind(boolean mayPass, String description) {
    this.mayPass = mayPass;
    this.description = description;
  }

  static FailureKind of(KatapultException failure) {
    return failure instanceof ResponseException response
        ? of(response.status())
        : of(((ConnectionException) failure).getCause());
  }

  private static FailureKind of(int status) {
    return switch (status) {
      case 429 -> TOO_MANY_REQUESTS;
      case 500, 502, 503, 504 -> SERVER_ERROR;
      default -> ANSWERED;
    };
  }

  private static FailureKind of(IOException cause) {
    if (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException)) {
      return OUT_OF_TIME;
    }
    if (cause instanceof SSLException) {
      // A connection that breaks while TLS is set up has a cause that is not about TLS.
      return cause.getCause() instanceof IOException broken && !(broken instanceof SSLException) ? CONNECTION : TLS;
    }
    if (cause instanceof UnknownServiceException) {
      return REFUSED;
    }
    return cause instanceof ProtocolException ? PROTOCOL : CONNECTION;
  }
}
