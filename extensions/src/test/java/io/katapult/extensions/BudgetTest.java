package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.internal.Budget;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeClock clock = new FakeClock();
  private final Budget budget = new Budget(clock);

  @BeforeEach
  void learn() {
    learn(2, 10);
  }

  private void learn(int remaining, int resetsInSeconds) {
    budget.learn(5, remaining, Duration.ofSeconds(resetsInSeconds));
  }

  /** Takes one after the other, each answered at once, until it has to wait. Returns how many that were. */
  private int takeAll() {
    for (int taken = 0; taken < 100; taken++) {
      if (!budget.take().isZero()) {
        return taken;
      }
      budget.end();
    }
    return 100;
  }

  @Test
  void isUnlimitedUntilAResponseSaysOtherwise() {
    Budget unknown = new Budget(clock);

    for (int i = 0; i < 100; i++) {
      assertThat(unknown.take()).isZero();
    }
    unknown.learn(5, 0, Duration.ofSeconds(50));
    assertThat(unknown.take()).isEqualTo(Duration.ofMillis(50_100));
  }

  @Test
  void canBeGivenBackWhatIsNotSent() {
    begin(2);
    budget.giveBack();

    assertThat(takeAll()).isEqualTo(1);
  }

  @Test
  void givesWhatIsLeftAndThenWaitsUntilJustAfterTheMinute() {
    assertThat(takeAll()).isEqualTo(2);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(10_100));
  }

  @Test
  void givesOnlyAsManyAsArePermittedInEachMinuteAfterThat() {
    takeAll();
    clock.sleep(budget.take());

    assertThat(takeAll()).isEqualTo(5);
    assertThat(budget.take()).isEqualTo(MINUTE);
    clock.sleep(MINUTE.multipliedBy(7).plusSeconds(20));
    assertThat(takeAll()).isEqualTo(5);
    assertThat(budget.take()).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void countsRequestsUnderWayThatAResponseDoesNotYetCount() {
    takeAll();
    clock.sleep(Duration.ofSeconds(1));
    learn(1, 9);

    assertThat(takeAll()).isZero();
  }

  @Test
  void followsAFigureThatIsLower() {
    learn(0, 10);

    assertThat(takeAll()).isZero();
  }

  /** What a response says at the turn of the minute is of one minute or of the other, to the second. */
  @Test
  void beginsAnewWithAResponseOfTheNextMinute() {
    takeAll();
    clock.sleep(Duration.ofSeconds(10));
    learn(4, 60);

    assertThat(takeAll()).isEqualTo(4);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(60_100));
  }

  @Test
  void ignoresAResponseThatComesLateFromTheLastMinute() {
    clock.sleep(Duration.ofSeconds(10));
    learn(4, 60);
    learn(0, 1);

    assertThat(takeAll()).isEqualTo(4);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(60_100));
  }

  @Test
  void leavesNothingInAPauseAndTheLongerOneCounts() {
    budget.pause(Duration.ofSeconds(5));
    budget.pause(Duration.ofSeconds(3));

    assertThat(budget.take()).isEqualTo(Duration.ofSeconds(5));
    clock.sleep(Duration.ofSeconds(5));
    assertThat(takeAll()).isEqualTo(2);
  }

  @Test
  void pausesThoughNoLimitIsKnown() {
    Budget unknown = new Budget(clock);
    unknown.pause(Duration.ofSeconds(5));

    assertThat(unknown.take()).isEqualTo(Duration.ofSeconds(5));
  }

  /** Those under way may reach the server before or after the turn of the minute. */
  @Test
  void aMinuteBeginsWithoutWhatIsUnderWay() {
    begin(2);
    budget.end();
    clock.sleep(budget.take());

    assertThat(takeAll()).isEqualTo(5 - 1);
  }

  @Test
  void oneGoesInEachMinuteThoughAsManyHangAsArePermitted() {
    begin(2);
    clock.sleep(budget.take());
    begin(5 - 2);
    clock.sleep(budget.take());

    assertThat(takeAll()).isEqualTo(1);
  }

  @Test
  void whatIsGivenBackIsNotUnderWay() {
    begin(2);
    budget.giveBack();
    clock.sleep(Duration.ofSeconds(11));

    assertThat(takeAll()).isEqualTo(5 - 1);
  }

  @Test
  void aResponseOfTheNextMinuteDoesNotCountWhatIsUnderWay() {
    begin(2);
    clock.sleep(Duration.ofSeconds(10));
    learn(4, 60);

    assertThat(takeAll()).isEqualTo(4 - 2);
  }

  private void begin(int requests) {
    for (int i = 0; i < requests; i++) {
      assertThat(budget.take()).isZero();
    }
  }

  @Test
  void neitherDoesTheFirstResponse() {
    Budget unknown = new Budget(clock);
    unknown.take();
    unknown.learn(5, 2, Duration.ofSeconds(10));

    assertThat(unknown.take()).isZero();
    assertThat(unknown.take()).isEqualTo(Duration.ofMillis(10_100));
  }
}
