package io.katapult.languages;

/** A client of a language, by how it is made. */
enum Variant {
  /** With the templates of {@code spec/generators} and the command of the README. */
  KATAPULT(""),
  /** With the stock templates of the generator. */
  STOCK(", stock"),
  /** Like {@link #KATAPULT}, from the spec with more lists. It is not in the table. */
  GROWTH("");

  final String suffix;

  Variant(String suffix) {
    this.suffix = suffix;
  }
}
