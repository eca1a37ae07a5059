package io.katapult.extensions;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that failed.
 *
 * @param failure how it failed
 * @param waited how long the next attempt was held back; null if there was none
 * @param reason why there was another attempt then, or none, for example {@code Retry-After asks for 30 s, and 3 s are
 *     left until the deadline}
 */
public record Attempt(KatapultException failure, @Nullable Duration waited, String reason) {}
