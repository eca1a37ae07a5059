/** Not part of the API of this module: it may change in any release. */
@NullMarked
package io.katapult.extensions.internal;

import org.jspecify.annotations.NullMarked;
