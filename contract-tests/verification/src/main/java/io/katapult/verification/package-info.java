/** Verifies that a server conforms to the spec. {@link io.katapult.verification.ServerVerification} is the entry. */
@NullMarked
package io.katapult.verification;

import org.jspecify.annotations.NullMarked;
