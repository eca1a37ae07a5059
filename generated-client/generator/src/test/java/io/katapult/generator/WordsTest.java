package io.katapult.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource({
    "listOrganizationApiTokens, list organization api tokens",
    "API tokens, api tokens",
    "sub_domain, sub domain",
    "annotations[][key], annotations key",
    "getVPNGateway2, get vpn gateway2"
  })
  void splitsNamesInAnyStyle(String name, String words) {
    assertThat(String.join(" ", Words.of(name))).isEqualTo(words);
  }

  @Test
  void joinsJavaNames() {
    assertThat(Words.pascal(List.of("api", "tokens"))).isEqualTo("ApiTokens");
    assertThat(Words.camel(List.of("api", "tokens"))).isEqualTo("apiTokens");
    assertThat(Words.camel(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "annotations, annotation",
    "policies, policy",
    "addresses, address",
    "boxes, box",
    "class, class",
    "a, a"
  })
  void findsTheSingular(String word, String singular) {
    assertThat(Words.singular(word)).isEqualTo(singular);
  }

  @Test
  void formatsJavadoc() {
    assertThat(Words.javadoc("Takes `a<b>` & more.\n\nSee @me.", "  "))
        .isEqualTo("   * Takes {@code a<b>} &amp; more.\n   *\n   * <p>See &#64;me.");
  }
}
