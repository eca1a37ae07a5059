package io.katapult.extensions;

import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response that is an error, or can't be read.
 *
 * @serial exclude
 */
@SuppressWarnings("serial") // Headers are not serializable, and exceptions are not sent anywhere.
public abstract sealed class ResponseException extends KatapultException
    permits ApiErrorException, UnexpectedResponseException {
  final Head head;

  /** A response without its body. */
  record Head(int status, Headers headers, @Nullable RateLimit rateLimit) {}

  ResponseException(Head head, String what, @Nullable Throwable cause, History history) {
    super(what, cause, history);
    this.head = head;
  }

  /** Returns a message with the status and the request id. */
  static String describe(Head head, String from, String what) {
    String requestId = head.headers().get("X-Request-Id");
    return "HTTP " + head.status() + from + ": " + what + (requestId == null ? "" : " (request " + requestId + ")");
  }

  /** {@return the HTTP status} */
  public int status() {
    return head.status();
  }

  /** {@return the HTTP headers} */
  public Headers headers() {
    return head.headers();
  }

  /** {@return the {@code X-Request-Id}, to be quoted to support; null if the response has none} */
  public @Nullable String requestId() {
    return head.headers().get("X-Request-Id");
  }

  /** {@return the rest of the rate limit; null if the response does not tell, or came from a cache} */
  public @Nullable RateLimit rateLimit() {
    return head.rateLimit();
  }
}
