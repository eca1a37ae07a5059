package io.katapult.generator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Splits names of the spec into words, and turns text into Java names and Javadoc. */
final class Words {
  private Words() {}

  /** Splits a name in any style: {@code listApiTokens}, {@code sub_domain}, {@code API tokens}. */
  static List<String> of(String name) {
    String spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ");
    List<String> words = new ArrayList<>();
    for (String word : spaced.split("[^A-Za-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }

  static String pascal(Collection<String> words) {
    return words.stream().map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  static String camel(Collection<String> words) {
    String pascal = pascal(words);
    return pascal.isEmpty() ? "" : pascal.substring(0, 1).toLowerCase(Locale.ROOT) + pascal.substring(1);
  }

  static String constant(Collection<String> words) {
    return String.join("_", words).toUpperCase(Locale.ROOT);
  }

  static String singular(String word) {
    if (word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    if (word.matches(".*(s|x|ch|sh)es")) {
      return word.substring(0, word.length() - 2);
    }
    return word.endsWith("s") && !word.endsWith("ss") ? word.substring(0, word.length() - 1) : word;
  }

  /** Whether two words are equal apart from singular and plural. */
  static boolean areAlike(String a, String b) {
    return singular(a).equals(singular(b));
  }

  /** Converts Markdown to wrapped lines of Javadoc, each with the indent and an asterisk. */
  static String javadoc(String text, String indent) {
    String html = html(text.strip());
    List<String> lines = new ArrayList<>();
    boolean isFirst = true;
    for (String paragraph : html.split("\n\\s*\n", -1)) {
      if (!isFirst) {
        lines.add("");
      }
      StringBuilder line = new StringBuilder(isFirst ? "" : "<p>");
      for (String word : paragraph.strip().split("\\s+", -1)) {
        if (line.length() > 0 && !line.toString().equals("<p>") && line.length() + word.length() > 100) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.length() == 0 || line.toString().equals("<p>") ? "" : " ").append(word);
      }
      lines.add(line.toString());
      isFirst = false;
    }
    return lines.stream()
        .map(line -> line.isEmpty() ? indent + " *" : indent + " * " + line)
        .collect(Collectors.joining("\n"));
  }

  /** Escapes HTML and converts text between backticks to Javadoc code tags. */
  static String html(String markdown) {
    StringBuilder html = new StringBuilder();
    boolean isCode = false;
    for (String part : markdown.split("`", -1)) {
      html.append(
          isCode
              ? "{@code " + part + "}"
              : part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;"));
      isCode = !isCode;
    }
    return html.toString();
  }
}
