package io.katapult.extensions;

import io.katapult.extensions.internal.RequestOptions;
import io.katapult.extensions.rules.ParameterException;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an operation whose response is one page of a list.
 *
 * @param <R> the request itself
 */
public abstract class PagedRequest<R extends PagedRequest<R>> extends ApiRequest<R> {
  PagedRequest(RequestOptions options) {
    super(options);
  }

  /** {@return the page, counted from 1; null for the first one} */
  public abstract @Nullable Integer page();

  /**
   * Sets the page to request. A listing has {@link Listing#fromPage} instead.
   *
   * @param page counted from 1
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public abstract R page(int page);
}
