package io.katapult.contract;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link PrismMock} as a parameter. There is one for the whole run: started when the first test
 * asks for it, stopped when the run ends.
 */
public final class PrismExtension implements ParameterResolver {
  /** Makes an extension; JUnit calls this. */
  public PrismExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == PrismMock.class;
  }

  @Override
  public PrismMock resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.create(PrismMock.class));
    return store.getOrComputeIfAbsent(PrismMock.class, type -> PrismMock.start(), PrismMock.class);
  }
}
