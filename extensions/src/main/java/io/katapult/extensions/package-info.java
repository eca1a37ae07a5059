/**
 * A friendly and safe layer over the generated client. Start with {@link io.katapult.extensions.KatapultClient}.
 */
@NullMarked
package io.katapult.extensions;

import org.jspecify.annotations.NullMarked;
