package io.katapult.extensions.internal;

import io.katapult.extensions.rules.Parameter;
import io.katapult.extensions.rules.ParameterException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of arguments that are not parameters of the spec. */
public final class Arguments {
  private Arguments() {}

  /** Returns the exception for what is not a parameter of the spec. The text goes on from its name. */
  public static ParameterException invalid(String parameter, String what) {
    return new ParameterException(null, List.of(parameter), parameter + " " + what);
  }

  public static void requireAtLeast(long least, String parameter, long value) {
    if (value < least) {
      throw invalid(parameter, "is " + value + ": give at least " + least);
    }
  }

  public static String requireText(String parameter, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw invalid(parameter, "is " + (value == null ? "null" : "blank") + ": give it a value");
    }
    return value;
  }

  /** Checks the value of a parameter that names something: it must not be blank. */
  public static void requireName(Parameter parameter, @Nullable Object value) {
    if (value != null) {
      parameter.check(value, -1);
    }
    requireText(parameter.name(), value == null ? null : value.toString());
  }
}
