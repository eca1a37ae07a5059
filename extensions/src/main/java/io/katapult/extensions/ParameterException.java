package io.katapult.extensions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that can't be right, found before it is sent. The message names the parameters and says what to do.
 *
 * @serial exclude
 */
public final class ParameterException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String rule;
  private final String[] parameters;

  ParameterException(@Nullable String rule, List<String> parameters, String message) {
    super(message);
    this.rule = rule;
    this.parameters = parameters.toArray(String[]::new);
  }

  /**
   * The broken rule, in the words of the spec: {@code mutuallyExclusive} or {@code rows} of
   * {@code x-parameter-rules}, or the keyword of the parameter's schema, such as {@code minimum}.
   *
   * @return the rule; null if the spec has none for it, as for the API key
   */
  public @Nullable String rule() {
    return rule;
  }

  /**
   * The parameters that break the rule, named as in the request, or as the method that takes them.
   *
   * @return at least one name, unmodifiable
   */
  public List<String> parameters() {
    return List.of(parameters);
  }

  /** Returns the exception for what is not a parameter of the spec. The text goes on from its name. */
  static ParameterException of(String parameter, String what) {
    return new ParameterException(null, List.of(parameter), parameter + " " + what);
  }

  static void requireAtLeast(long least, String parameter, long value) {
    if (value < least) {
      throw of(parameter, "is " + value + ": give at least " + least);
    }
  }

  static String requireText(String parameter, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw of(parameter, "is " + (value == null ? "null" : "blank") + ": give it a value");
    }
    return value;
  }
}
