package io.katapult.mock;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Reads the recorded exchanges of a mock, also of another process. */
public final class Traffic {
  private Traffic() {}

  /** The exchanges of one file, oldest first. Filters by the id in the base URL, which is empty if it has none. */
  public static List<Exchange> exchanges(Path file, Predicate<Object> ofId) {
    return PrismMock.exchanges(file, ofId);
  }
}
