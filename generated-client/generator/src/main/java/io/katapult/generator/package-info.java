/** Reads the spec for the templates: what can't be told by a template alone. */
@NullMarked
package io.katapult.generator;

import org.jspecify.annotations.NullMarked;
