package io.katapult.verification;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Finds the lines of {@code openapi.yaml}. */
final class SpecLines {
  private static final Map<String, Integer> LINES = load();

  private SpecLines() {}

  /** The line of a JSON pointer, counted from 1, or of the next place above that is there. */
  static int of(String pointer) {
    String place = pointer;
    while (!place.isEmpty() && !LINES.containsKey(place)) {
      place = place.substring(0, place.lastIndexOf('/'));
    }
    return LINES.getOrDefault(place, 1);
  }

  private static Map<String, Integer> load() {
    Map<String, Integer> lines = new HashMap<>();
    ClassLoader loader = Objects.requireNonNull(SpecLines.class.getClassLoader());
    try (InputStream in = loader.getResourceAsStream("katapult-spec/openapi.yaml");
        JsonParser parser = new YAMLFactory().createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        // The first token of a place is its name, or an element of an array.
        lines.putIfAbsent(
            parser.getParsingContext().pathAsPointer().toString(),
            parser.currentTokenLocation().getLineNr());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
