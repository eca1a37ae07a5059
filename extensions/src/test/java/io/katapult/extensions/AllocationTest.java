package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Notices when building a request, or a call, allocates more than before. Unlike time, bytes don't vary. */
class AllocationTest {
  /** If a change needs more on purpose, write down what the failure says. */
  private static final Map<String, Integer> BYTES =
      Map.of(
          "request with 0 annotations", 2_790,
          "request with 20 annotations", 13_736,
          "Retrofit request with 0 annotations", 4_800,
          "Retrofit request with 20 annotations", 35_250,
          "call with 0 tokens", 5_745,
          "call with 30 tokens", 12_665,
          "call with 100 tokens", 28_880);

  @Test
  @Timeout(60)
  void allocatesAsManyBytesAsBefore() throws Exception {
    Set<String> measured = new HashSet<>();
    List<String> otherwise = new ArrayList<>();
    for (String line : measure()) {
      String what = line.substring(0, line.indexOf(": "));
      int bytes = Integer.parseInt(line.substring(line.indexOf(": ") + 2));
      int expected = BYTES.getOrDefault(what, 0);
      measured.add(what);
      if (bytes > expected * 1.05 || bytes < expected * 0.95) {
        otherwise.add("%s: %,d bytes instead of %,d".formatted(what, bytes, expected));
      }
    }
    assertThat(otherwise).isEmpty();
    assertThat(measured).isEqualTo(BYTES.keySet());
  }

  /** In a JVM that compiles nothing: a compiler removes some allocations, some time. */
  private static List<String> measure() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint",
                // With a large heap, references are longer.
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                AllocatedBytes.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(process.waitFor()).isZero();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
