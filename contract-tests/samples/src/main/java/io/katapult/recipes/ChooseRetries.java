package io.katapult.recipes;

import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.Attempt;
import io.katapult.extensions.RetryPolicy;
import java.time.Duration;

/** Policies for different callers. Pass one to {@code KatapultClient.builder().retryPolicy(…)}. */
final class ChooseRetries {
  /** For interactive use: a user prefers an early error to a late response. */
  static final RetryPolicy SOMEBODY_WAITS = RetryPolicy.DEFAULT.attempts(2).deadline(Duration.ofSeconds(5));

  /** For a nightly job: it has time, and nobody restarts it. */
  static final RetryPolicy NOBODY_WAITS =
      RetryPolicy.DEFAULT
          .attempts(20)
          .deadline(Duration.ofMinutes(30))
          .waits(Duration.ofSeconds(1), Duration.ofMinutes(2));

  /** For a caller that retries by itself, such as a job queue: it should see each failure. */
  static final RetryPolicy SOMETHING_ELSE_RETRIES = RetryPolicy.NONE;

  private ChooseRetries() {}

  /** The failed attempts and the final status, for a log. */
  static String history(ApiResponse<?> response) {
    StringBuilder history = new StringBuilder();
    for (Attempt failed : response.attempts()) {
      history.append(failed.failure().getMessage() + "; " + failed.reason() + "\n");
    }
    return history + "HTTP " + response.status();
  }
}
