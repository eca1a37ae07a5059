package io.katapult.verification;

import java.util.List;
import java.util.Map;

/** Looks up headers by name, ignoring case. */
public final class Headers {
  private Headers() {}

  /** All values of a header; empty if it is missing. */
  public static List<String> values(Map<String, List<String>> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }
}
