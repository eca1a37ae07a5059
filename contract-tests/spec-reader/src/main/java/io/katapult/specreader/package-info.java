/** The spec, its examples and its vectors, as maps and lists. */
@NullMarked
package io.katapult.specreader;

import org.jspecify.annotations.NullMarked;
