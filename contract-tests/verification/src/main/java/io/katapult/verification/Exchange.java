package io.katapult.verification;

import java.util.List;
import java.util.Map;

/**
 * A request and its response. Immutable if its maps and lists are.
 *
 * @param method the HTTP method
 * @param target the path and the query of the request line, percent-encoded
 * @param requestHeaders header values by name, in any case
 * @param status the HTTP status of the response
 * @param responseHeaders header values by name, in any case
 * @param body the response body, decompressed and decoded; empty if there is none
 */
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

  /**
   * Finds a request header.
   *
   * @param name in any case
   * @return all its values; empty if it is missing
   */
  public List<String> requestHeader(String name) {
    return values(requestHeaders, name);
  }

  /**
   * Finds a response header.
   *
   * @param name in any case
   * @return all its values; empty if it is missing
   */
  public List<String> responseHeader(String name) {
    return values(responseHeaders, name);
  }

  private static List<String> values(Map<String, List<String>> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }

  /** {@return the method, the target and the status, without headers because they hold the API key} */
  @Override
  public String toString() {
    return method + " " + target + " " + status;
  }
}
