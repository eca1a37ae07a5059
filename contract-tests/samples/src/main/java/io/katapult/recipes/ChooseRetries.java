package io.katapult.recipes;

import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.Attempt;
import io.katapult.extensions.RetryPolicy;
import java.time.Duration;

/** Policies for different callers; pass one to {@code KatapultClient.builder().retryPolicy(…)}. */
final class ChooseRetries {
  /** Somebody looks at a page that loads: rather an error soon than an answer late. */
  static final RetryPolicy SOMEBODY_WAITS = RetryPolicy.DEFAULT.attempts(2).deadline(Duration.ofSeconds(5));

  /** A nightly job has time, and nobody who would start it again. */
  static final RetryPolicy NOBODY_WAITS =
      RetryPolicy.DEFAULT
          .attempts(20)
          .deadline(Duration.ofMinutes(30))
          .waits(Duration.ofSeconds(1), Duration.ofMinutes(2));

  /** Something around the client, such as a job queue, tries again: it should see each failure. */
  static final RetryPolicy SOMETHING_ELSE_RETRIES = RetryPolicy.NONE;

  private ChooseRetries() {}

  /** What it took to get a response, for a log. */
  static String history(ApiResponse<?> response) {
    StringBuilder history = new StringBuilder();
    for (Attempt failed : response.attempts()) {
      history.append(failed.failure().getMessage() + "; " + failed.reason() + "\n");
    }
    return history + "HTTP " + response.status();
  }
}
