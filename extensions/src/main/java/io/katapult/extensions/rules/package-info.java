/** Enforces the rules of the spec for parameters, on any Retrofit interface that is generated from it. */
@NullMarked
package io.katapult.extensions.rules;

import org.jspecify.annotations.NullMarked;
