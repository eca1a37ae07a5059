package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All faults that can be derived from the exchanges: {@code mvn verify -Pfaults}. {@code target/faults.json} has the
 * score. {@link DerivedFaultsTest} runs one of them alone.
 */
class DerivedFaults {
  private static final long SEED = Long.getLong("faults.seed", 1);

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void endWell() throws Exception {
    FaultRuns runs = new FaultRuns(SEED);

    FaultScore score = runs.run(runs.all());
    score.write();

    assertThat(score.failures()).isEmpty();
    assertThat(score.faults()).isGreaterThan(2_000);
    // A fault that the server does not come to is none.
    assertThat(score.results().stream().filter(FaultRunner.Result::played).count())
        .isGreaterThan(score.results().size() * 99L / 100);
  }
}
