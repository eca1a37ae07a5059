package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final Transport.Budget budget = new Transport.Budget(time);

  @BeforeEach
  void learn() {
    learn(2, 10);
  }

  private void learn(int remaining, int resetsInSeconds) {
    budget.learn(new RateLimit(5, remaining, Duration.ofSeconds(resetsInSeconds)));
  }

  /** Takes one after the other until it has to wait, and returns how many that were. */
  private int takeAll() {
    for (int taken = 0; taken < 100; taken++) {
      if (!budget.take().isZero()) {
        return taken;
      }
    }
    return 100;
  }

  @Test
  void isUnlimitedUntilAResponseSaysOtherwise() {
    Transport.Budget unknown = new Transport.Budget(time);

    for (int i = 0; i < 100; i++) {
      assertThat(unknown.take()).isZero();
    }
    unknown.learn(new RateLimit(5, 0, Duration.ofSeconds(50)));
    assertThat(unknown.take()).isEqualTo(Duration.ofMillis(50_100));
  }

  @Test
  void givesWhatIsLeftAndThenWaitsUntilJustAfterTheMinute() {
    assertThat(takeAll()).isEqualTo(2);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(10_100));
  }

  @Test
  void givesOnlyAsManyAsArePermittedInEachMinuteAfterThat() {
    takeAll();
    time.sleep(budget.take());

    assertThat(takeAll()).isEqualTo(5);
    assertThat(budget.take()).isEqualTo(MINUTE);
    time.sleep(MINUTE.multipliedBy(7).plusSeconds(20));
    assertThat(takeAll()).isEqualTo(5);
    assertThat(budget.take()).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void countsRequestsUnderWayThatAResponseDoesNotYetCount() {
    takeAll();
    time.sleep(Duration.ofSeconds(1));
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
    time.sleep(Duration.ofSeconds(10));
    learn(4, 60);

    assertThat(takeAll()).isEqualTo(4);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(60_100));
  }

  @Test
  void ignoresAResponseThatComesLateFromTheLastMinute() {
    time.sleep(Duration.ofSeconds(10));
    learn(4, 60);
    learn(0, 1);

    assertThat(takeAll()).isEqualTo(4);
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(60_100));
  }

  @Test
  void givesOneAtATimeWhereNoneIsPermitted() {
    budget.learn(new RateLimit(0, 0, Duration.ofSeconds(10)));
    time.sleep(budget.take());

    assertThat(takeAll()).isEqualTo(1);
  }
}
