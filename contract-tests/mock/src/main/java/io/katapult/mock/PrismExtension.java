package io.katapult.mock;

import io.katapult.extensions.KatapultClient;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Resolves test parameters of these types:
 *
 * <ul>
 *   <li>{@link MockApi}: the API on the mock, at a separate base URL,
 *   <li>{@link KatapultClient}: a client for such an API, closed after the test,
 *   <li>{@link PrismMock}: the mock itself. The first test that needs it starts it, and all tests share it until the
 *       run ends.
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
 * <p>Needs JUnit 5.13 or newer. Older versions don't close the mock and the clients.
 *
 * <p>{@link Answers} on the first two types chooses response examples of the spec by name.
 */
@NullMarked
public final class PrismExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(PrismMock.class);

  /** Called by JUnit. */
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
