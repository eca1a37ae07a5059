package io.katapult.extensions;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The items of pages, one after the other. */
final class Items<I> implements Iterator<I> {
  private final Pages<?, I> pages;
  private Iterator<I> ofPage = Collections.emptyIterator();

  Items(Pages<?, I> pages) {
    this.pages = pages;
  }

  @Override
  public boolean hasNext() {
    while (!ofPage.hasNext() && pages.hasNext()) {
      pages.next();
      ofPage = pages.newItems().iterator();
    }
    return ofPage.hasNext();
  }

  @Override
  public I next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ofPage.next();
  }
}
