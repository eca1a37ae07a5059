/** Generated from a second spec, which the templates have not seen. */
@NullMarked
package io.katapult.extensions.growth;

import org.jspecify.annotations.NullMarked;
