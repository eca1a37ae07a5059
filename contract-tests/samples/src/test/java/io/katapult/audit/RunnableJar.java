package io.katapult.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.mock.Answers;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the program as its users do. The pom runs this class after it has packaged the jar. */
@ExtendWith(PrismExtension.class)
class RunnableJar {
  private static final String JAR = System.getProperty("katapult.jar", "");
  private static final String KEY = "theApiKey";

  private record Run(int exitCode, String out, String err) {}

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void writesEveryFormat(ReportFormat format, MockApi api) throws Exception {
    Path file = folder.resolve("audit." + format.extension());

    Run run = run(environment(api), "--format", format.toString(), "--report", file.toString());

    assertThat(run.err).isEmpty();
    assertThat(run.exitCode).isEqualTo(4);
    assertThat(run.out).contains("DNS updater", "wide_scopes").doesNotContain(KEY);
    assertThat(Files.readString(file)).isEqualTo(run.out);
  }

  @Test
  void endsWith0IfNothingFails(MockApi api) throws Exception {
    assertThat(run(environment(api), "--checks", "expires_soon", "--days", "0"))
        .isEqualTo(new Run(0, "Nothing found in 5 tokens.\n", ""));
  }

  @Test
  void endsWith2WithoutAKey() throws Exception {
    Run run = run(Map.of());

    assertThat(run.err).startsWith("KATAPULT_API_KEY is not set in the environment: set it to an API token with");
    assertThat(run.err).hasLineCount(1);
    assertThat(run.exitCode).isEqualTo(2);
  }

  @Test
  void endsWith3IfTheTokensCannotBeRead(@Answers("permission denied") MockApi api) throws Exception {
    Run run = run(environment(api));

    assertThat(run.err).startsWith("The API tokens could not be read. HTTP 403: ").hasLineCount(1).doesNotContain(KEY);
    assertThat(run.out).isEmpty();
    assertThat(run.exitCode).isEqualTo(3);
  }

  @Test
  void saysItsVersionAndHelps() throws Exception {
    assertThat(run(Map.of(), "--version").out).matches("katapult-audit \\d+\\.\\d+\\.\\d+.*\\R");
    assertThat(run(Map.of(), "--help").out).contains("Exit codes:");
  }

  /** The jar has neither the mock nor what only the other recipes need. */
  @Test
  void hasOnlyWhatItNeeds() throws IOException {
    try (JarFile jar = new JarFile(JAR)) {
      assertThat(jar.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class")))
          .allMatch(
              name ->
                  name.replaceFirst("META-INF/versions/\\d+/", "")
                      .matches(
                          "(io/katapult/(audit|client|extensions)/|io/katapult/recipes/TokenAudit|retrofit2/"
                              + "|com/squareup/moshi/|okhttp3/|okio/|kotlin/|picocli/|com/samskivert/).*"));
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
    }
  }

  private static Map<String, String> environment(MockApi api) {
    return Map.of("KATAPULT_API_KEY", KEY, "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", api.baseUrl());
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-jar", JAR));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("KATAPULT_") || name.equals("JAVA_TOOL_OPTIONS"));
    // The output is UTF-8 in every locale.
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the program ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
