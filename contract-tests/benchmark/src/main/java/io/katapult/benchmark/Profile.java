package io.katapult.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** The share of each library in the samples of a flight recording. */
final class Profile {
  private static final Map<String, String> LIBRARIES = new LinkedHashMap<>();
  private static final String BENCHMARK = "io.katapult.benchmark.";

  static {
    LIBRARIES.put("io.katapult.extensions.", "this SDK, extensions");
    LIBRARIES.put("io.katapult.client.", "this SDK, generated client");
    LIBRARIES.put("com.squareup.moshi.", "Moshi");
    LIBRARIES.put("retrofit2.", "Retrofit");
    LIBRARIES.put("okhttp3.", "OkHttp");
    LIBRARIES.put("okio.", "Okio");
    LIBRARIES.put(BENCHMARK, "the benchmark");
  }

  private Profile() {}

  /** The share of each library in percent. Its calls of the JDK and of Kotlin's library are included. */
  static Map<String, Double> shares(Path recording) throws IOException {
    Map<String, Integer> samples = new LinkedHashMap<>();
    LIBRARIES.values().forEach(library -> samples.put(library, 0));
    int count = 0;
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
        String library = library(event.getStackTrace().getFrames());
        if (library != null) {
          samples.merge(library, 1, Integer::sum);
          count++;
        }
      }
    }
    if (count == 0) {
      throw new IllegalStateException("No samples of benchmark threads in " + recording);
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> each : samples.entrySet()) {
      shares.put(each.getKey(), 100.0 * each.getValue() / count);
    }
    return shares;
  }

  /** The library of the innermost frame that belongs to one; null if this is not a benchmark thread. */
  private static String library(List<RecordedFrame> frames) {
    if (frames.stream().noneMatch(frame -> frame.getMethod().getType().getName().startsWith(BENCHMARK))) {
      return null;
    }
    return frames.stream()
        .map(frame -> frame.getMethod().getType().getName())
        .flatMap(type -> LIBRARIES.keySet().stream().filter(type::startsWith))
        .map(LIBRARIES::get)
        .findFirst()
        .orElseThrow();
  }
}
