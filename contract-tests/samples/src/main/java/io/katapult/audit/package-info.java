/** The audit of API tokens as a program. */
@NullMarked
package io.katapult.audit;

import org.jspecify.annotations.NullMarked;
