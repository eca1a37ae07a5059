package io.katapult.extensions.internal;

import io.katapult.client.model.Pagination;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the spec.
 *
 * @param path below the base URL, with the names of path parameters in braces
 * @param type the class of the body of a successful response
 * @param pagination gets the pagination of a body; null if the operation has no pages
 */
public record ApiOperation<T>(String method, String path, Class<T> type, @Nullable Function<T, Pagination> pagination) {
  /** Whether it is safe to repeat: RFC 9110 defines the other methods as idempotent. */
  public boolean isRepeatable() {
    return !method.equals("POST") && !method.equals("PATCH");
  }
}
