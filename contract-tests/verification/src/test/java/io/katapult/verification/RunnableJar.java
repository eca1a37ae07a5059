package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs after the jar has been packaged, by an execution of its own in the pom. */
class RunnableJar {
  @Test
  void verifiesAServer() throws IOException, InterruptedException {
    try (StandInServer server = new StandInServer()) {
      assertThat(
              run(
                  server,
                  0,
                  "-q",
                  "--strict",
                  "-a",
                  "environment=production",
                  "-a",
                  "team name=R+D Zürich"))
          .startsWith("Conforms to the spec" + System.lineSeparator());
      assertThat(run(server, 0, "--help")).contains("Exit status:");
      assertThat(run(server, 0, "--version")).doesNotContain("not packaged");
    }
  }

  private static String run(StandInServer server, int status, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsun.jnu.encoding=UTF-8",
                "-jar",
                System.getProperty("katapult.jar", "")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KATAPULT_API_KEY", StandInServer.KEY);
    builder.environment().put("KATAPULT_ORGANIZATION", "acme");
    builder.environment().put("KATAPULT_BASE_URL", server.baseUrl());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isEqualTo(status);
    return output;
  }
}
