package io.katapult.extensions;

import java.time.Instant;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A response that is not the asked-for page.
 *
 * @serial exclude
 */
@SuppressWarnings("serial") // Headers are not serializable, and exceptions are not sent anywhere.
public abstract sealed class ResponseException extends KatapultException
    permits ApiErrorException, UnexpectedResponseException {
  private final int status;
  private final Headers headers;
  private final @Nullable RateLimit rateLimit;

  ResponseException(Response response, String from, String what, @Nullable Throwable cause) {
    super(
        IdentityCallFactory.redacted(
            "HTTP " + response.code() + from + ": " + what
                + (response.header("X-Request-Id") == null ? "" : " (request " + response.header("X-Request-Id") + ")"),
            response.request()),
        withoutKey(cause, response));
    status = response.code();
    headers = response.headers();
    rateLimit = RateLimit.of(response, Instant.now());
  }

  /** A cause that shows the key is left out; its message is that of this exception in any case. */
  private static @Nullable Throwable withoutKey(@Nullable Throwable cause, Response response) {
    String text = String.valueOf(cause);
    return IdentityCallFactory.redacted(text, response.request()).equals(text) ? cause : null;
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the HTTP headers} */
  public Headers headers() {
    return headers;
  }

  /** {@return the {@code X-Request-Id}, to be quoted to support; null if the response has none} */
  public @Nullable String requestId() {
    return headers.get("X-Request-Id");
  }

  /** {@return what is left of the limit; null if the response does not say, or no server was asked} */
  public @Nullable RateLimit rateLimit() {
    return rateLimit;
  }
}
