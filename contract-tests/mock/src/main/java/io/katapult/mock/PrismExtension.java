package io.katapult.mock;

import io.katapult.extensions.KatapultClient;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the API on a mock, as parameters:
 *
 * <ul>
 *   <li>a {@link MockApi}, the API at a base URL of its own,
 *   <li>a {@link KatapultClient} of such an API, which is closed after the test,
 *   <li>the {@link PrismMock} itself. There is one for the whole run: started when the first test asks for it, stopped
 *       when the run ends.
 * </ul>
 *
 * <p>A test in a class with {@code @ExtendWith(PrismExtension.class)}:
 *
 * <pre>{@code
 * void aRefusalIsReported(@Answers("permission denied") KatapultClient katapult) {
 *   assertThrows(ApiErrorException.Forbidden.class, () -> katapult.apiTokens().list());
 * }
 * }</pre>
 *
 * <p>Needs JUnit 5.13 or newer: an older one does not close what it is given to keep.
 *
 * <p>With {@link Answers}, the first two are answered with examples of the spec that are chosen by name.
 */
@NullMarked
public final class PrismExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(PrismMock.class);

  /** Makes an extension; JUnit calls this. */
  public PrismExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == PrismMock.class || type == MockApi.class || type == KatapultClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    PrismMock mock =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(PrismMock.class, type -> PrismMock.start(), PrismMock.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == PrismMock.class) {
      return mock;
    }
    MockApi api = mock.api(parameter.findAnnotation(Answers.class).map(Answers::value).orElse(new String[0]));
    if (type == MockApi.class) {
      return api;
    }
    KatapultClient katapult = api.client().build();
    // The store closes it after the test.
    context.getStore(NAMESPACE).put(api, katapult);
    return katapult;
  }
}
