package io.katapult.extensions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The runs of {@link ListingModelTest}, many more of them, with other seeds each time. */
class ListingModelLoad {
  private static final int RUNS = 100_000;
  private static final int BLOCKING_RUNS = 2_000;

  @Test
  void listingsKeepTheirPromisesWhateverHappens() throws IOException {
    ListingRuns runs = new ListingRuns();
    long first = new SplittableRandom().nextLong(1L << 40);
    runs.run(LongStream.range(first, first + RUNS));
    runs.run(LongStream.range(-first - BLOCKING_RUNS, -first));

    Files.writeString(Path.of("target", "listing-model.txt"), "Seeds from " + first + " on: " + runs);
    runs.assertThatEachSituationWasMet();
  }
}
