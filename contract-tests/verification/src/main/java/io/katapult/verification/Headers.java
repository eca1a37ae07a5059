package io.katapult.verification;

import java.util.List;
import java.util.Map;

/** Headers by their names, of which the case does not matter. */
public final class Headers {
  private Headers() {}

  /** All values of a header; none if it is not there. */
  public static List<String> values(Map<String, List<String>> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }
}
