package io.katapult.verification.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class ServerContractTest {
  @Test
  void aRefusalIsOneFailure() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Unreachable.class))
            .execute()
            .containerEvents();

    tests
        .assertThatEvents()
        .haveExactly(
            1, event(finishedWithFailure(message(text -> text.contains("does not answer")))));
  }
}
