package io.katapult.contract.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.squareup.moshi.JsonWriter;
import com.squareup.moshi.Moshi;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okio.BufferedSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Checks that the tests notice a server that has drifted from the spec. Runs the same tests against a mock of each of
 * the {@link SpecAlterations}: {@code mvn verify -Pdrift}. Writes the score, the missed alterations and the false
 * alarms to {@code target/drift.json}.
 */
class SpecDrift {
  /** By name, since test classes are not public. */
  private static final List<String> SUITE =
      List.of(
          "io.katapult.contract.responses.ExamplesTest",
          "io.katapult.contract.requests.RawRequestsTest",
          "io.katapult.contract.requests.RequestVectorsTest");

  private record Outcome(SpecAlterations.Alteration alteration, String failure) {
    boolean isRight() {
      return alteration.isBreaking() != failure.isEmpty();
    }
  }

  @Test
  void breakingAlterationsAreNoticedAndCompatibleOnesAreNot(@TempDir Path directory) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (PrismMock keepsTheProcessOfMocksRunning = PrismMock.start()) {
      assertThat(keepsTheProcessOfMocksRunning.examples()).isNotEmpty();
      alter(directory, outcomes);
    }
    write(outcomes);

    assertThat(outcomes.stream().filter(outcome -> outcome.alteration.isBreaking()).count()).isGreaterThan(100);
    assertThat(outcomes).filteredOn(outcome -> !outcome.isRight()).isEmpty();
  }

  private static void alter(Path directory, List<Outcome> outcomes) throws IOException {
    assertThat(failure(Spec.at(), directory)).as("with the spec as it is").isEmpty();
    for (SpecAlterations.Alteration alteration : SpecAlterations.all()) {
      Outcome outcome = new Outcome(alteration, failure(alteration.applied(), directory));
      outcomes.add(outcome);
      if (!outcome.isRight()) {
        System.out.println(
            (alteration.isBreaking() ? "Missed: " : "False alarm: ") + alteration.name() + " " + outcome.failure);
      }
    }
    System.clearProperty("katapult.prism.spec");
  }

  /** Runs the suite against a mock of a spec, and returns the first failure, or an empty text. */
  private static String failure(Map<String, Object> spec, Path directory) throws IOException {
    Path file = directory.resolve("openapi.json");
    Files.writeString(file, new Moshi.Builder().build().adapter(Object.class).serializeNulls().toJson(spec));
    System.setProperty("katapult.prism.spec", file.toString());
    System.setProperty("katapult.prism.traffic", directory.toString());
    StopAfterFailure.firstFailure = "";
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true");
    SUITE.forEach(test -> request.selectors(selectClass(test)));
    LauncherDiscoveryRequest built = request.build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(built, listener);
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getContainersFailedCount()).isZero();
    assertThat(summary.getTestsStartedCount()).isPositive();
    // If the mock does not start, the failure means nothing.
    assertThat(StopAfterFailure.firstFailure).doesNotContain("Prism does not start", "unexpected end of stream");
    return StopAfterFailure.firstFailure;
  }

  private static void write(List<Outcome> outcomes) throws IOException {
    try (BufferedSink sink = Okio.buffer(Okio.sink(Path.of("target", "drift.json")));
        JsonWriter json = JsonWriter.of(sink)) {
      json.setIndent("  ");
      json.beginObject();
      json.name("breaking").value(count(outcomes, true, false));
      json.name("breakingNoticed").value(count(outcomes, true, true));
      json.name("compatible").value(count(outcomes, false, false));
      json.name("compatibleUnnoticed").value(count(outcomes, false, true));
      names(json.name("missed"), outcomes, true);
      names(json.name("falseAlarms"), outcomes, false);
      json.name("alterations").beginObject();
      for (Outcome outcome : outcomes) {
        json.name(outcome.alteration.name()).value(outcome.failure);
      }
      json.endObject();
      json.endObject();
    }
  }

  private static long count(List<Outcome> outcomes, boolean isBreaking, boolean onlyRight) {
    return outcomes.stream()
        .filter(outcome -> outcome.alteration.isBreaking() == isBreaking && (!onlyRight || outcome.isRight()))
        .count();
  }

  private static void names(JsonWriter json, List<Outcome> outcomes, boolean isBreaking) throws IOException {
    json.beginArray();
    for (Outcome outcome : outcomes) {
      if (outcome.alteration.isBreaking() == isBreaking && !outcome.isRight()) {
        json.value(outcome.alteration.name() + (isBreaking ? "" : ": " + outcome.failure));
      }
    }
    json.endArray();
  }
}
