package io.katapult.extensions.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that is wrong, found before it is sent. The message names the parameters and says what to do.
 *
 * <p>Not a {@code KatapultException}: that is a request that failed, which a correct program must expect; this is a
 * mistake in the program or its configuration.
 *
 * @serial exclude
 */
public final class ParameterException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String rule;
  private final String[] parameters;

  /**
   * Makes an exception.
   *
   * @param rule the broken rule; null if the spec has none for it
   * @param parameters at least one name
   * @param message names the parameters, and says what to do
   */
  public ParameterException(@Nullable String rule, List<String> parameters, String message) {
    super(message);
    this.rule = rule;
    this.parameters = parameters.toArray(String[]::new);
  }

  /**
   * The broken rule, in the words of the spec: {@code mutuallyExclusive} or {@code rows} of
   * {@code x-parameter-rules}, the keyword of the parameter's schema, such as {@code minimum}, or {@code
   * x-client-parameters} if one of those parameters is missing.
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
}
