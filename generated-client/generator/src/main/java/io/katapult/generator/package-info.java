/** Prepares the spec for the templates of the client and the extensions. */
@NullMarked
package io.katapult.generator;

import org.jspecify.annotations.NullMarked;
