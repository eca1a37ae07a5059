package io.katapult.extensions.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order in which they were added. Adding one takes the same time however many there are; listing them takes
 * time for each.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class Rows<R> {
  private final @Nullable Rows<R> before;
  private final @Nullable R last;
  private final int size;

  private Rows(@Nullable Rows<R> before, @Nullable R last, int size) {
    this.before = before;
    this.last = last;
    this.size = size;
  }

  public static <R> Rows<R> none() {
    return new Rows<>(null, null, 0);
  }

  public Rows<R> with(R row) {
    return new Rows<>(this, row, size + 1);
  }

  public int size() {
    return size;
  }

  /** {@return the rows, unmodifiable} */
  @SuppressWarnings("unchecked") // It holds nothing else.
  public List<R> toList() {
    Object[] rows = new Object[size];
    for (Rows<R> rest = this; rest != null && rest.size > 0; rest = rest.before) {
      rows[rest.size - 1] = rest.last;
    }
    return (List<R>) List.of(rows);
  }
}
