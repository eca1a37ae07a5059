/** The rules that the spec has for the parameters of a request, enforced on any Retrofit interface generated from it. */
@NullMarked
package io.katapult.extensions.rules;

import org.jspecify.annotations.NullMarked;
