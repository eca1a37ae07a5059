package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** The rules of reactive streams, by their own tests. */
@Timeout(60)
class ReactiveStreamsTest {
  private final PagesInMemory server = new PagesInMemory();
  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    executor.shutdown();
    server.http.dispatcher().executorService().shutdown();
  }

  /** Those that can be tested, on a publisher that fails only once it is asked. */
  @TestFactory
  Stream<DynamicTest> keepsTheRulesOfReactiveStreams() {
    return Stream.of(Rules.class.getMethods())
        .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
        .filter(method -> !method.getName().matches("untested_.*|.*(mustSignalOnErrorWhenFails|mayRejectCalls.*)"))
        .flatMap(
            rule ->
                Stream.of(true, false)
                    .map(isOnExecutor -> DynamicTest.dynamicTest(
                        rule.getName() + (isOnExecutor ? " on an executor" : ""), () -> check(rule, isOnExecutor))));
  }

  private void check(Method rule, boolean isOnExecutor) throws Throwable {
    Rules rules = new Rules(isOnExecutor);
    rules.setUp();
    try {
      rule.invoke(rules);
    } catch (InvocationTargetException e) {
      // Also if the rule is optional, and the TCK would skip it.
      throw e.getCause();
    }
  }

  /** Its rules are inherited. */
  final class Rules extends FlowPublisherVerification<ApiToken> {
    private final boolean isOnExecutor;

    Rules(boolean isOnExecutor) {
      super(new TestEnvironment(2_000, 50), 1_000);
      this.isOnExecutor = isOnExecutor;
    }

    @Override
    public Flow.Publisher<ApiToken> createFlowPublisher(long elements) {
      server.tokens = elements;
      KatapultClient.Builder client = isOnExecutor ? server.client().executor(executor) : server.client();
      return client.build().apiTokens().all().publisher();
    }

    @Override
    public Flow.@Nullable Publisher<ApiToken> createFailedFlowPublisher() {
      return null;
    }
  }
}
