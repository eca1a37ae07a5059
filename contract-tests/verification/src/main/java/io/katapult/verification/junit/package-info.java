/** Verifies a server within JUnit. */
@NullMarked
package io.katapult.verification.junit;

import org.jspecify.annotations.NullMarked;
