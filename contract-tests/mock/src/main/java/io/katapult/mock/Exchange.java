package io.katapult.mock;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/**
 * One request and its response, as they were on the wire.
 *
 * @param method the HTTP method
 * @param target the path and the query as they stood in the request line, percent-encoded
 * @param requestHeaders by their names, in any case; where the mock wrote them down, of {@code Authorization} only the
 *     scheme is kept
 * @param status the HTTP status of the response
 * @param responseHeaders by their names, in any case
 * @param body the response's body, decompressed and decoded; empty if there is none
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

  /** {@return the request line and the status, not the headers: one of them is the API key} */
  @Override
  public String toString() {
    return method + " " + target + " " + status;
  }
}
