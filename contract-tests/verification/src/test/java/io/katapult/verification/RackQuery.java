package io.katapult.verification;

import io.katapult.specreader.Vectors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses a query by Rack's rules for nested parameters. {@code RackQueryTest} compares it with Rack itself. */
final class RackQuery {
  private RackQuery() {}

  /**
   * Parses a query. {@code a[b]} sets a property of an object. {@code a[]} adds an element to an array. {@code a[][b]}
   * sets a property of the last element, or of a new element if the last one already has this property. Rack parses
   * malformed names and nested arrays differently.
   *
   * @return maps, lists, strings and nulls
   * @throws IllegalArgumentException if Rack rejects the query
   */
  static Map<String, Object> parse(String query) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    // Rack 2 splits at semicolons, Rack 3 does not.
    for (String pair : query.split("[&;] *", -1)) {
      if (!pair.isEmpty()) {
        String[] parameter = pair.split("=", 2);
        put(parameters, steps(decoded(parameter[0])), parameter.length == 1 ? null : decoded(parameter[1]));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Splits a name into properties, and "" for a new array element: {@code a[][b]} is "a", "", "b". */
  private static List<String> steps(String name) {
    List<String> steps = new ArrayList<>();
    int end = name.indexOf('[', 1);
    steps.add(end < 0 ? name : name.substring(0, end));
    while (end >= 0 && end < name.length()) {
      int close = name.charAt(end) == '[' ? name.indexOf(']', end) : -1;
      // A malformed rest counts as one name.
      steps.add(close < 0 ? name.substring(end) : name.substring(end + 1, close));
      end = close < 0 ? -1 : close + 1;
    }
    return steps;
  }

  private static void put(Map<String, Object> object, List<String> steps, @Nullable Object value) {
    String name = steps.get(0);
    if (name.isEmpty()) {
      return;
    }
    if (steps.size() == 1) {
      object.put(name, value);
    } else if (steps.get(1).isEmpty()) {
      if (object.get(name) == null) {
        object.put(name, new ArrayList<>());
      }
      if (!(object.get(name) instanceof List)) {
        throw new IllegalArgumentException(name + " is not an array");
      }
      add(elements(object.get(name)), steps.subList(2, steps.size()), value);
    } else {
      if (object.get(name) == null) {
        object.put(name, new LinkedHashMap<>());
      }
      if (!(object.get(name) instanceof Map)) {
        throw new IllegalArgumentException(name + " is not an object");
      }
      put(Vectors.map(object.get(name)), steps.subList(1, steps.size()), value);
    }
  }

  private static void add(List<Object> array, List<String> steps, @Nullable Object value) {
    if (steps.isEmpty()) {
      array.add(value);
      return;
    }
    @Nullable Object last = array.isEmpty() ? null : array.get(array.size() - 1);
    if (!(last instanceof Map) || has(last, steps)) {
      last = new LinkedHashMap<>();
      array.add(last);
    }
    put(Vectors.map(last), steps, value);
  }

  private static boolean has(@Nullable Object object, List<String> steps) {
    if (steps.contains("")) {
      return false;
    }
    @Nullable Object at = object;
    for (String step : steps) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(step)) {
        return false;
      }
      at = map.get(step);
    }
    return true;
  }

  @SuppressWarnings("unchecked") // Only this class creates the lists.
  static List<Object> elements(@Nullable Object array) {
    return (List<Object>) Objects.requireNonNull(array);
  }
}
