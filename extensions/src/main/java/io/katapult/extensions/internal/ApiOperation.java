package io.katapult.extensions.internal;

import io.katapult.client.model.Pagination;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the spec.
 *
 * @param path below the base URL, with the names of path parameters in braces
 * @param type what a successful response is read as
 * @param pagination what a response says of its pages; null if the operation has no pages
 */
public record ApiOperation<T>(String method, String path, Class<T> type, @Nullable Function<T, Pagination> pagination) {
  /** Whether it does the same if it is sent again, as RFC 9110 has it of the method. */
  public boolean isRepeatable() {
    return !method.equals("POST") && !method.equals("PATCH");
  }
}
