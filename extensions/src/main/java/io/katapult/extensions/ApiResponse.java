package io.katapult.extensions;

import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A successful response, and how it came about.
 *
 * @param body what it says
 * @param status the HTTP status, 2xx
 * @param headers the HTTP headers
 * @param rateLimit what is left of the limit; null if the response does not say, or no server was asked
 * @param attempts the attempts that failed before, oldest first, unmodifiable
 * @param fromCache whether the HTTP client's cache had it, and the server at most confirmed it by status 304
 * @param <T> the type of the body
 */
public record ApiResponse<T>(
    T body,
    int status,
    Headers headers,
    @Nullable RateLimit rateLimit,
    List<Attempt> attempts,
    boolean fromCache) {

  /** {@return the {@code X-Request-Id}, to be quoted to support; null if the response has none} */
  public @Nullable String requestId() {
    return headers.get("X-Request-Id");
  }

  /** {@return the status, the request id and how it came about, on one line; neither the body nor the headers} */
  @Override
  public String toString() {
    return "ApiResponse{status=" + status + ", requestId=" + requestId() + ", rateLimit=" + rateLimit
        + ", failedAttempts=" + attempts.size() + ", fromCache=" + fromCache + '}';
  }
}
