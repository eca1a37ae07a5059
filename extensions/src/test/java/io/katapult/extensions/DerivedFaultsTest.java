package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.client.model.ApiTokenPage;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sample of what {@link DerivedFaults} runs all of. Each ends in time, in the page or in a documented exception,
 * leaves nothing behind, and shows the key nowhere. {@code target/faults.json} has the score.
 *
 * <p>{@code -Dfaults.only=page/status.code/flip/0/blocking}, or the beginning of such a name, runs those faults alone.
 * A failure says how to run it.
 */
class DerivedFaultsTest {
  private static final long SEED = Long.getLong("faults.seed", 1);
  private static final int SAMPLE = 1000;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void endWell() throws Exception {
    String only = System.getProperty("faults.only", "");
    FaultRuns runs = new FaultRuns(SEED);

    FaultScore score =
        runs.run(
            only.isEmpty()
                ? FaultRuns.sample(runs.all(), SAMPLE)
                : runs.all().stream().filter(run -> (run + "/").startsWith(only + "/")).toList());
    score.write();

    assertThat(score.results()).isNotEmpty();
    assertThat(score.logRecords()).isPositive();
    assertThat(score.failures()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void areAboutEachByteOfAnExchange(Exchange exchange) throws Exception {
    ByteString response = exchange.answer(1, 8080);
    int next = 0;
    for (Anatomy.Part part : Anatomy.ofResponse(response).parts) {
      assertThat(part.from()).isEqualTo(next);
      next = part.to();
    }
    assertThat(next).isEqualTo(response.size());
  }

  @Test
  void areDerivedFromEachPart() {
    List<DerivedFault> faults = DerivedFault.of(Exchange.CHUNKED, Exchange.CHUNKED.units());

    assertThat(faults).extracting(DerivedFault::toString).doesNotHaveDuplicates();
    Set<String> parts = faults.stream().map(DerivedFault::part).collect(Collectors.toSet());
    assertThat(parts)
        .contains(
            "status.version", "status.code", "status.reason", "status.end", "Content-Type.name", "Content-Type.colon",
            "Content-Type.value", "Content-Type.end", "head.end", "chunk-1.size", "chunk-1.size-end", "chunk-2.data",
            "chunk-3.end", "last-chunk.size", "trailer.X-Checksum.value", "trailer.end");
    assertThat(faults.stream().filter(fault -> fault.part().equals("status.code")).map(DerivedFault::operation))
        .contains(Operation.values());
    assertThat(faults.stream().filter(fault -> fault.toString().startsWith("chunked/status.code/flip/")))
        .extracting(DerivedFault::place)
        .containsExactly("0", "1", "2", "all");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGE", "CHUNKED", "GZIP_INSIDE", "PAIR"})
  void putTheKeyIntoAPageThatStaysOne(Exchange exchange) {
    String key = "k".repeat(20);
    List<DerivedFault> faults = DerivedFault.of(exchange, exchange.units());

    assertThat(
            faults.stream()
                .filter(fault -> fault.operation() == Operation.KEY && fault.isInBody())
                .map(fault -> fault.steps(exchange.answer(1, 8080), new Random(1), key).get(0).bytes())
                .map(altered -> Anatomy.page(altered, key))
                .filter(Objects::nonNull)
                .map(ApiTokenPage::toString))
        .anyMatch(page -> page.contains("*".repeat(20)))
        .noneMatch(page -> page.contains(key));
  }

  @Test
  void readsWhatAnAlteredPageSays() {
    ByteString page = Exchange.PAIR.answer(2, 8080);
    String text = page.utf8();

    assertThat(Anatomy.page(page, "key")).isEqualTo(Exchange.page(2));
    assertThat(Anatomy.page(Exchange.CHUNKED.answer(2, 8080), "key")).isEqualTo(Exchange.page(2));
    assertThat(Anatomy.page(Exchange.GZIP.answer(2, 8080), "key")).isEqualTo(Exchange.page(2));
    assertThat(Anatomy.page(ByteString.encodeUtf8(text.replace("rate_limit\":200", "rate_limit\":201")), "key"))
        .isNotNull()
        .isNotEqualTo(Exchange.page(2));
    assertThat(Anatomy.page(ByteString.encodeUtf8(text.replace("200 OK", "403 OK")), "key")).isNull();
    assertThat(Anatomy.page(page.substring(0, page.size() - 1), "key")).isNull();
  }

  @Test
  void noticesTheKey() {
    try (KeyWatch watch = new KeyWatch("aVerySecretKey")) {
      watch.begin();
      assertThat(watch.shows("averysec")).isTrue();
      assertThat(watch.shows("It is …SecretKe…")).isTrue();
      assertThat(watch.shows("[hex=" + ByteString.encodeUtf8("ecretKey").hex() + "]")).isTrue();
      assertThat(watch.shows("aVerySe" + "retKey")).isFalse();
      assertThat(watch.findings()).isEmpty();

      System.out.println("aVerySecretKey");
      Logger.getLogger("a.log").finest("SecretKey");

      assertThat(watch.findings()).hasSize(2);
    }
  }
}
