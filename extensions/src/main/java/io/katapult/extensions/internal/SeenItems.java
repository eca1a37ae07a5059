package io.katapult.extensions.internal;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which items a listing has given, by their ids. It gives all items that have none. */
public final class SeenItems<I> {
  private static final int REMEMBERED_IDS = 10_000;

  private final @Nullable Function<I, String> id;
  private final Set<String> ids = Collections.newSetFromMap(new Remembered());

  /** Since the last id that was new. */
  private final Set<String> repeated = new HashSet<>();

  private boolean goesRound;

  public SeenItems(@Nullable Function<I, String> id) {
    this.id = id;
  }

  public List<I> addNew(List<I> page) {
    if (id == null) {
      return page;
    }
    List<I> newItems = page.stream().filter(item -> ids.add(id.apply(item))).toList();
    if (!newItems.isEmpty()) {
      repeated.clear();
    }
    // Pages that have slid on as a whole come again once, those of a server that repeats itself again and again.
    goesRound = newItems.isEmpty() && !repeated.addAll(page.stream().map(id).toList());
    return newItems;
  }

  /** Whether all of the last page has come again before, since the last new item. */
  public boolean goesRound() {
    return goesRound;
  }

  /** Forgets the oldest, so that a long listing needs no more memory than a short one. */
  private static final class Remembered extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED_IDS;
    }
  }
}
