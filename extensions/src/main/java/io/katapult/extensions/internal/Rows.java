package io.katapult.extensions.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order in which they were added. Adding one takes the same time however many there are.
 *
 * <p>Immutable, and safe for use by many threads.
 *
 * @param before the rows before the last one; null if there are none
 * @param last the last row; null if there are no rows
 */
public record Rows<R>(@Nullable Rows<R> before, @Nullable R last, int size) {
  public static <R> Rows<R> none() {
    return new Rows<>(null, null, 0);
  }

  public Rows<R> with(R row) {
    return new Rows<>(this, row, size + 1);
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
