package io.katapult.extensions;

import java.time.Duration;

/**
 * An attempt that failed and was followed by another.
 *
 * @param failure how it failed
 * @param waited how long the next one was held back
 */
public record Attempt(KatapultException failure, Duration waited) {}
