package io.katapult.mock;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/**
 * One request and its response, as sent over the wire.
 *
 * @param method the HTTP method
 * @param target the path and the query of the request line, percent-encoded
 * @param requestHeaders header values by name, in any case; the mock records only the scheme of {@code Authorization}
 * @param status the HTTP status of the response
 * @param responseHeaders header values by name, in any case
 * @param body the response body, decompressed and decoded; empty if there is none
 */
@NullMarked
public record Exchange(
    String method,
    String target,
    Map<String, List<String>> requestHeaders,
    int status,
    Map<String, List<String>> responseHeaders,
    String body) {

  /** {@return the query of the target, percent-encoded; empty if there is none} */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /** {@return the method, the target and the status, without headers because they hold the API key} */
  @Override
  public String toString() {
    return method + " " + target + " " + status;
  }
}
