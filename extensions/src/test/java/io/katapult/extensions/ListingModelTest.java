package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random listings against a simulated server, in simulated time. What must hold for each is in {@link ListingRun} and
 * {@link ObservedListing}. {@code mvn verify -Pload} makes 100,000 of them.
 */
class ListingModelTest {
  @Test
  @DisabledIfSystemProperty(named = "listing.seed", matches = ".+")
  void listingsKeepTheirPromisesWhateverHappens() {
    new ListingRuns().run(LongStream.range(0, 2_000));
  }

  @Test
  @DisabledIfSystemProperty(named = "listing.seed", matches = ".+")
  void andSoDoThoseThatBlock() {
    new ListingRuns().run(LongStream.range(-100, 0));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, -1, -2, -3})
  @DisabledIfSystemProperty(named = "listing.seed", matches = ".+")
  void aSeedGivesTheSameRunEachTime(long seed) {
    assertThat(ListingRun.trace(seed)).isEqualTo(ListingRun.trace(seed));
  }

  @Test
  @EnabledIfSystemProperty(named = "listing.seed", matches = ".+")
  void oneSeedAlone() {
    long seed = Long.getLong("listing.seed");
    System.out.println(ListingRun.trace(seed));
    ListingRun.of(seed);
  }
}
