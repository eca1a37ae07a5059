package io.katapult.extensions.internal;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Removes items that a listing has already returned, by their ids. Without ids it removes none. */
public final class SeenItems<I> {
  private static final int REMEMBERED_IDS = 10_000;

  private final @Nullable Function<I, String> id;
  private final Set<String> ids = Collections.newSetFromMap(new Remembered());

  /** The ids that came again since the last new one. */
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
    // A page whose items all moved comes again once. A server that repeats itself sends it again and again.
    goesRound = newItems.isEmpty() && !repeated.addAll(page.stream().map(id).toList());
    return newItems;
  }

  /** Whether every item of the last page has come again at least twice since the last new item. */
  public boolean goesRound() {
    return goesRound;
  }

  /** Forgets the oldest, which bounds the memory of a long listing. */
  private static final class Remembered extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED_IDS;
    }
  }
}
