package io.katapult.contract;

import java.util.List;
import java.util.Map;

/**
 * One request and its response, as they were on the wire.
 *
 * @param method of the request
 * @param target of the request, as it stood in the request line
 * @param requestHeaders by their names, in any case
 * @param status of the response
 * @param responseHeaders by their names, in any case
 * @param body of the response, decompressed and decoded; empty if there is none
 */
record Exchange(
    String method,
    String target,
    Map<String, List<String>> requestHeaders,
    int status,
    Map<String, List<String>> responseHeaders,
    String body) {

  /** All values of a header; none if it is not there. */
  static List<String> header(Map<String, List<String>> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }

  /** Without the headers: one of them is the token. */
  @Override
  public String toString() {
    return method + " " + target + " " + status;
  }
}
