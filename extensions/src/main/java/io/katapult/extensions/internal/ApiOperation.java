package io.katapult.extensions.internal;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the spec.
 *
 * @param path below the base URL, with the names of path parameters in braces
 * @param type what a successful response is read as
 * @param pageOf which page a response says that it is; null if the operation has no pages
 */
public record ApiOperation<T>(String method, String path, Class<T> type, @Nullable ToIntFunction<T> pageOf) {
  /** Whether it does the same if it is sent again, as RFC 9110 has it of the method. */
  public boolean isRepeatable() {
    return !method.equals("POST") && !method.equals("PATCH");
  }
}
