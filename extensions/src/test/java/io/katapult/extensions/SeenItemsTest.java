package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.internal.SeenItems;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SeenItemsTest {
  private final SeenItems<String> seen = new SeenItems<>(Function.identity());

  @Test
  void givesNoItemTwice() {
    assertThat(seen.addNew(List.of("a", "b"))).containsExactly("a", "b");
    assertThat(seen.addNew(List.of("b", "c"))).containsExactly("c");
  }

  @Test
  void goesRoundOnceAllOfAPageHasComeAgainTwice() {
    seen.addNew(List.of("a"));
    assertThat(seen.goesRound()).isFalse();
    seen.addNew(List.of("a"));
    assertThat(seen.goesRound()).isFalse();
    seen.addNew(List.of("a"));
    assertThat(seen.goesRound()).isTrue();
  }

  @Test
  void doesNotGoRoundOnceThereIsANewItem() {
    List.of("a", "a", "a", "b").forEach(item -> seen.addNew(List.of(item)));

    assertThat(seen.goesRound()).isFalse();
  }

  @Test
  void forgetsWhatHasComeAgainOnceThereIsANewItem() {
    List.of("a", "a", "b", "a").forEach(item -> seen.addNew(List.of(item)));

    assertThat(seen.goesRound()).isFalse();
  }

  @Test
  void givesItemsWithoutAnIdAsOftenAsTheyCome() {
    SeenItems<String> withoutId = new SeenItems<>(null);

    assertThat(withoutId.addNew(List.of("a", "a"))).containsExactly("a", "a");
    assertThat(withoutId.addNew(List.of("a"))).containsExactly("a");
    assertThat(withoutId.goesRound()).isFalse();
  }
}
