package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What came of many faults. */
record FaultScore(long seed, List<FaultRunner.Result> results, List<String> problems, Duration taken, long logRecords) {

  /** What went wrong: with single faults, and what was found beyond them. */
  List<String> failures() {
    return Stream.concat(
            results.stream()
                .filter(result -> !result.problems().isEmpty())
                .map(result -> alone(seed, result.run().toString()) + "\n" + String.join("\n", result.problems())),
            problems.stream())
        .toList();
  }

  /** How to run one fault alone. */
  static String alone(long seed, String name) {
    return "mvn -pl extensions test -Dtest=DerivedFaultsTest -Dfaults.seed=" + seed + " -Dfaults.only=" + name;
  }

  long faults() {
    return results.stream().map(result -> result.run().fault()).distinct().count();
  }

  /** How many ended in each outcome. */
  Map<String, Integer> outcomes() {
    return counted(results.stream());
  }

  /** Writes {@code target/faults.json}. */
  void write() throws IOException {
    Map<String, Object> score = new LinkedHashMap<>();
    score.put("seed", seed);
    score.put("seconds", taken.toMillis() / 1000.0);
    score.put("faults", faults());
    score.put("runs", results.size());
    // The connection had ended before.
    score.put(
        "not_reached",
        results.stream().filter(result -> !result.played()).map(result -> result.run().toString()).toList());
    score.put("log_records", logRecords);
    score.put("outcomes", outcomes());
    score.put("failures", failures());
    Map<String, Object> ways = new LinkedHashMap<>();
    for (FaultRunner.Way way : FaultRunner.Way.values()) {
      ways.put(way.label(), counted(results.stream().filter(result -> result.run().way() == way)));
    }
    score.put("ways", ways);
    Map<String, Map<String, Map<String, Map<String, Integer>>>> exchanges = new TreeMap<>();
    for (FaultRunner.Result result : results) {
      DerivedFault fault = result.run().fault();
      exchanges
          .computeIfAbsent(fault.exchange().label(), key -> new TreeMap<>())
          .computeIfAbsent(fault.partLabel(), key -> new TreeMap<>())
          .computeIfAbsent(fault.operation().label(), key -> new TreeMap<>())
          .merge(result.ending(), 1, Integer::sum);
    }
    score.put("exchanges", exchanges);
    String json = new Moshi.Builder().build().adapter(Object.class).indent("  ").toJson(score);
    Files.writeString(Path.of("target", "faults.json"), json + "\n");
  }

  private static Map<String, Integer> counted(Stream<FaultRunner.Result> results) {
    Map<String, Integer> counts = new TreeMap<>();
    results.forEach(result -> counts.merge(result.ending(), 1, Integer::sum));
    return counts;
  }
}
