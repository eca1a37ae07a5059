package io.katapult.specreader;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.jspecify.annotations.Nullable;

/** The cases of {@code spec/vectors}, as plain maps and lists. */
public final class Vectors {
  /** Not Moshi: it reads every number as a double, which loses integers beyond 53 bits. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Vectors() {}

  /** A case and its operation: the one it names, or else that of the file. */
  public record Case(Spec.Operation operation, Map<String, Object> content) {
    public @Nullable Object get(String key) {
      return content.get(key);
    }

    public Map<String, Object> object(String key) {
      return map(content.get(key));
    }

    /** The response of a case of {@code responses.json}. */
    public MockResponse response() {
      return new MockResponse.Builder()
          .code((Integer) Objects.requireNonNull(get("status")))
          .setHeader("Content-Type", String.valueOf(get("contentType")))
          .setHeader("X-Request-Id", "vector-request")
          .body(String.valueOf(get("body")))
          .build();
    }

    @Override
    public String toString() {
      return content.get("group") + ": " + content.get("name");
    }
  }

  public static Stream<Case> requests() throws IOException {
    return cases("requests.json");
  }

  public static Stream<Case> responses() throws IOException {
    return cases("responses.json");
  }

  public static Stream<Case> paging() throws IOException {
    return cases("paging.json");
  }

  public static Object json(String text) throws IOException {
    return JSON.readValue(text, Object.class);
  }

  /** Writes readable JSON, with a line for each value. */
  public static String pretty(Object value) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return JSON.writer(printer).writeValueAsString(value) + "\n";
  }

  /** An object as a map; null for null, which only some callers expect. */
  @SuppressWarnings({"unchecked", "NullAway"}) // JSON objects have text for keys.
  public static Map<String, Object> map(@Nullable Object object) {
    return (Map<String, Object>) object;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // The vectors have only text and null in their lists.
  public static List<String> texts(@Nullable Object list) {
    return (List<String>) list;
  }

  /** Makes values from JSON and from YAML comparable: their numbers have different classes. */
  public static Object plain(Object value) {
    if (value instanceof Number number) {
      return new BigDecimal(number.toString()).stripTrailingZeros();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Vectors::plain).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> sorted = new TreeMap<>();
      map.forEach((key, element) -> sorted.put(key, plain(element)));
      return sorted;
    }
    return value;
  }

  private static Stream<Case> cases(String file) throws IOException {
    try (InputStream in = Vectors.class.getClassLoader().getResourceAsStream("katapult-spec/vectors/" + file)) {
      Map<String, Object> root = map(json(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      return ((List<?>) Objects.requireNonNull(root.get("cases")))
          .stream()
          .map(Vectors::map)
          .map(
              content ->
                  new Case(
                      Spec.operation(String.valueOf(content.getOrDefault("operation", root.get("operation")))), content));
    }
  }
}
