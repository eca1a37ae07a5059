package io.katapult.verification;

import io.katapult.specreader.Vectors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses a query by Rack's rules for nested parameters. {@code RackQueryTest} compares it with Rack itself. */
final class RackQuery {
  /** The first property of a name: text without brackets, and the brackets around it. */
  private static final Pattern FIRST = Pattern.compile("[\\[\\]]*([^\\[\\]]+)\\]*");

  /** A property of an array's element, and nothing below it. */
  private static final Pattern ONLY = Pattern.compile("\\[]\\[([^\\[\\]]+)]");

  private RackQuery() {}

  /**
   * Parses a query. {@code a[b]} sets a property of an object. {@code a[]} adds an element to an array. {@code a[][b]}
   * sets a property of the last element, or of a new element if the last one already has this property.
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
        put(
            parameters,
            decoded(parameter[0]),
            parameter.length == 1 ? null : decoded(parameter[1]));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * Adds a value to an object.
   *
   * @return the object, or what stands in its place if the name is only brackets
   */
  private static @Nullable Object put(
      Map<String, Object> object, String name, @Nullable Object value) {
    Matcher first = FIRST.matcher(name);
    if (!first.lookingAt()) {
      return name.equals("[]") && value != null ? new ArrayList<>(List.of(value)) : null;
    }
    String key = first.group(1);
    String rest = name.substring(first.end());
    if (rest.isEmpty()) {
      object.put(key, value);
    } else if (rest.equals("[")) {
      object.put(name, value);
    } else if (rest.equals("[]")) {
      array(object, key).add(value);
    } else if (rest.startsWith("[]")) {
      Matcher only = ONLY.matcher(rest);
      String child = only.matches() ? only.group(1) : rest.substring(2);
      List<Object> array = array(object, key);
      @Nullable Object last = array.isEmpty() ? null : array.get(array.size() - 1);
      if (last instanceof Map && !has(last, child)) {
        put(Vectors.map(last), child, value);
      } else {
        array.add(put(new LinkedHashMap<>(), child, value));
      }
    } else {
      if (object.get(key) == null) {
        object.put(key, new LinkedHashMap<>());
      }
      if (!(object.get(key) instanceof Map)) {
        throw new IllegalArgumentException(key + " is not an object");
      }
      object.put(key, put(Vectors.map(object.get(key)), rest, value));
    }
    return object;
  }

  private static List<Object> array(Map<String, Object> object, String key) {
    if (object.get(key) == null) {
      object.put(key, new ArrayList<>());
    }
    if (!(object.get(key) instanceof List)) {
      throw new IllegalArgumentException(key + " is not an array");
    }
    return elements(object.get(key));
  }

  private static boolean has(@Nullable Object object, String name) {
    if (name.contains("[]")) {
      return false;
    }
    @Nullable Object at = object;
    for (String step : name.split("[\\[\\]]+", -1)) {
      if (step.isEmpty()) {
        continue;
      }
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
