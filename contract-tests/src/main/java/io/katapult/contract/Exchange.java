package io.katapult.contract;

import java.util.Map;

/**
 * A request as the mock received it, and how it was answered.
 *
 * @param method the HTTP method
 * @param target the path and the query as they stood in the request line, percent-encoded
 * @param headers the request's headers, their names in lower case; of {@code authorization} only the scheme is kept
 * @param status the HTTP status of the response
 * @param responseHeaders the response's headers, their names in lower case
 * @param body the response's body, empty if it has none
 */
public record Exchange(
    String method,
    String target,
    Map<String, String> headers,
    int status,
    Map<String, String> responseHeaders,
    String body) {

  /** {@return the query of the target, percent-encoded; empty if there is none} */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }
}
