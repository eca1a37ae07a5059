package io.katapult.contract.drift;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Skips the rest of a run after the first failure. Active only where JUnit detects extensions. */
public final class StopAfterFailure implements ExecutionCondition, TestWatcher {
  static volatile String firstFailure = "";

  /** Called by JUnit. */
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
