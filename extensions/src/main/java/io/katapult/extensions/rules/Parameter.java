package io.katapult.extensions.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter, and what its schema asks of its values. Immutable, and safe for use by many threads.
 *
 * @param name as in the spec
 * @param minimum the least number; null if there is none
 * @param maximum the greatest number; null if there is none
 * @param minLength the fewest characters, counted in code points; null if there is no such rule
 */
public record Parameter(String name, @Nullable Long minimum, @Nullable Long maximum, @Nullable Integer minLength) {
  /**
   * Checks a value.
   *
   * @param value a value, or a list of values, which are then checked one by one
   * @param <T> its type
   * @return the value
   * @throws ParameterException if it is null, or breaks a rule of the schema
   */
  public <T> T check(T value) {
    if (value instanceof Iterable<?> elements) {
      int position = 0;
      for (Object element : elements) {
        check(element, position++);
      }
    } else {
      check(value, -1);
    }
    return value;
  }

  /**
   * Checks one value.
   *
   * @param value a single value
   * @param position where it stands in an array, counted from 0; -1 if it is in none
   * @throws ParameterException if it is null, or breaks a rule of the schema
   */
  public void check(@Nullable Object value, int position) {
    if (value == null) {
      throw broken("nullable", position, "is null: give it a value, or leave the whole row out");
    }
    if (value instanceof Number number) {
      if (minimum != null && number.longValue() < minimum) {
        throw broken("minimum", position, "is " + number + ": give at least " + minimum);
      }
      if (maximum != null && number.longValue() > maximum) {
        throw broken("maximum", position, "is " + number + ": give at most " + maximum);
      }
    }
    if (value instanceof String text) {
      int length = 0;
      for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
        // OkHttp would send a question mark.
        if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
          throw broken("type", position, "has half a character at index " + i + ": give whole ones");
        }
        length++;
      }
      if (minLength != null && length < minLength) {
        throw broken(
            "minLength", position, "has " + length + " characters: give at least " + minLength + ", or leave it out");
      }
    }
  }

  private ParameterException broken(String rule, int position, String what) {
    String where = position < 0 ? "" : " at index " + position;
    return new ParameterException(rule, List.of(name), name + where + " " + what);
  }
}
