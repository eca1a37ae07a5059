package io.katapult.mock;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Reads what a mock has written down, also one of another process; nobody else may. */
public final class Traffic {
  private Traffic() {}

  /** The exchanges of one file, oldest first; of those whose base URL has an id that is asked for, empty for none. */
  public static List<Exchange> exchanges(Path file, Predicate<Object> ofId) {
    return PrismMock.exchanges(file, ofId);
  }
}
