package io.katapult.extensions;

import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A successful response.
 *
 * @param body the body; null if the operation has none
 * @param status the HTTP status, 2xx
 * @param headers the HTTP headers
 * @param rateLimit the rest of the rate limit; null if the response does not tell, or came from a cache
 * @param attempts the failed attempts before it, oldest first, unmodifiable
 * @param fromCache whether it came from the cache of the HTTP client, possibly confirmed by the server with a 304
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

  /** {@return everything but the body and the headers, on one line} */
  @Override
  public String toString() {
    return "ApiResponse{status=" + status + ", requestId=" + requestId() + ", rateLimit=" + rateLimit
        + ", failedAttempts=" + attempts.size() + ", fromCache=" + fromCache + '}';
  }
}
