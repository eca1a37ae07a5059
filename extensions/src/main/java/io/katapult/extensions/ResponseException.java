package io.katapult.extensions;

import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A response that is not the asked-for page. */
public abstract sealed class ResponseException extends KatapultException
    permits ApiErrorException, UnexpectedResponseException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String requestId;

  ResponseException(Response response, String message, @Nullable Throwable cause) {
    super(message, cause);
    status = response.code();
    requestId = response.header("X-Request-Id");
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the {@code X-Request-Id}, to be quoted to support; null if the response has none} */
  public @Nullable String requestId() {
    return requestId;
  }

  static String requestSuffix(Response response) {
    String requestId = response.header("X-Request-Id");
    return requestId == null ? "" : " (request " + requestId + ")";
  }
}
