package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Verifies right and wrong servers. Writes the score, and what a user reads about each wrong server, to
 * {@code target/verification.json}.
 */
class ServersTest {
  private static final Path SCORE = Path.of("target", "verification.json");
  private static final int SCREEN = 45;

  /** With 5, each fifth server is verified. */
  private static final int EVERY = Integer.getInteger("servers.every", 1);

  @Test
  void findsWhatIsWrongWithEachWrongServer() throws IOException {
    List<WrongServers.Wrong> all = some(WrongServers.all());
    List<String> missed = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    Map<String, Map<String, Object>> kinds = new LinkedHashMap<>();
    Map<String, Object> sentences = new LinkedHashMap<>();
    for (WrongServers.Wrong wrong : all) {
      Report report = verify(wrong.variant().get());
      List<String> found =
          report.refusal() == null
              ? report.findings().stream().map(Report.Finding::sentence).toList()
              : List.of(report.refusal());
      sentences.put(wrong.toString(), found);
      Map<String, Object> kind =
          kinds.computeIfAbsent(
              wrong.kind(), name -> new LinkedHashMap<>(Map.of("servers", 0, "caught", 0)));
      kind.merge("servers", 1, (a, b) -> (int) a + (int) b);
      kind.merge("caught", report.isConforming() ? 0 : 1, (a, b) -> (int) a + (int) b);
      if (report.isConforming()) {
        missed.add(wrong.toString());
      }
      String text = ReportFormat.screen(report);
      if (text.lines().count() > SCREEN
          || text.contains("io.katapult")
          || text.contains(StandInServer.KEY)) {
        unreadable.add(wrong + "\n" + text);
      }
    }
    score(
        "wrong",
        Map.of(
            "servers",
            all.size(),
            "caught",
            all.size() - missed.size(),
            "kinds",
            kinds,
            "findings",
            sentences));

    assertThat(all).hasSizeGreaterThan(300 / EVERY);
    assertThat(missed).as("wrong servers that pass the verification").isEmpty();
    assertThat(unreadable)
        .as("reports that are longer than a screen, name a class or contain the key")
        .isEmpty();
  }

  @Test
  void findsNothingWrongWithARightServer() throws IOException {
    List<RightServers.Right> all = some(RightServers.all());
    Map<String, Object> alarms = new LinkedHashMap<>();
    for (RightServers.Right right : all) {
      Report report = verify(right.variant().get());
      if (!report.isConforming()) {
        alarms.put(right.name(), ReportFormat.TEXT.write(report));
      }
    }
    score("right", Map.of("servers", all.size(), "false alarms", alarms.size()));

    assertThat(all).hasSizeGreaterThan(80 / EVERY);
    assertThat(alarms).as("right servers that don't pass the verification").isEmpty();
  }

  private static <T> List<T> some(List<T> all) {
    return IntStream.range(0, all.size())
        .filter(i -> i % EVERY == 0)
        .<T>mapToObj(all::get)
        .toList();
  }

  /** Verifies a server. A wait moves its clock instead of taking time. */
  static Report verify(StandInServer.Variant variant) throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T10:00:20Z"));
    variant.clock = now::get;
    try (StandInServer server = new StandInServer(variant)) {
      return ServerVerification.verify(
          server.settings(), line -> {}, wait -> now.updateAndGet(before -> before.plus(wait)));
    }
  }

  private static void score(String name, Map<String, Object> value) throws IOException {
    JsonMapper mapper = new JsonMapper();
    JsonNode score =
        Files.exists(SCORE) ? mapper.readTree(SCORE.toFile()) : mapper.createObjectNode();
    ((ObjectNode) score).set(name, mapper.valueToTree(value));
    Files.createDirectories(SCORE.getParent());
    Files.writeString(SCORE, Vectors.pretty(score));
  }
}
