package io.katapult.extensions;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that failed.
 *
 * @param failure how it failed
 * @param waited the wait before the next attempt; null if there was none
 * @param reason why there was another attempt at that time, or none, for example {@code Retry-After asks for 30 s, and
 *     3 s are left until the deadline}
 */
public record Attempt(KatapultException failure, @Nullable Duration waited, String reason) {}
