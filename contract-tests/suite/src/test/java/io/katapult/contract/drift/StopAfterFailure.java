package io.katapult.contract.drift;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Skips what is left of a run once a test has failed; only where extensions are detected. */
public final class StopAfterFailure implements ExecutionCondition, TestWatcher {
  static volatile String firstFailure = "";

  /** Makes an extension; JUnit calls this. */
  public StopAfterFailure() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return firstFailure.isEmpty()
        ? ConditionEvaluationResult.enabled("nothing has failed yet")
        : ConditionEvaluationResult.disabled(firstFailure);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    String test = context.getRequiredTestClass().getSimpleName() + " " + context.getDisplayName();
    firstFailure = test + ": " + String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
  }
}
