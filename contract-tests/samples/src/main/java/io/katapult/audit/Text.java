package io.katapult.audit;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes text from the server safe to show. */
final class Text {
  private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  private Text() {}

  /** Escapes control characters and invisible characters: they can deceive a reader, and command a terminal. */
  static String visible(String text) {
    return UNSEEN
        .matcher(text)
        .replaceAll(
            unseen ->
                Matcher.quoteReplacement(
                    unseen.group().chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining())));
  }

  /** The values with spaces between them. */
  static String joined(Collection<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
