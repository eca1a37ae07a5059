package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.verification.StandInServer.Answer;
import io.katapult.verification.StandInServer.Asked;
import io.katapult.verification.StandInServer.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void exitsWith0IfTheServerConforms() throws IOException {
    try (StandInServer server = new StandInServer()) {
      assertThat(
              run(server, "--strict", "-a", "environment=production", "-a", "team name=R+D Zürich"))
          .isZero();
      assertThat(out.toString()).startsWith("Conforms to the spec\n");
      assertThat(err.toString())
          .contains("passed      Annotations are read row by row, and each row needs a key\n");
    }
  }

  @Test
  void exitsWith3IfSomethingWasNotTested() throws IOException {
    try (StandInServer server = new StandInServer()) {
      assertThat(run(server, "--strict", "--quiet")).isEqualTo(3);
      assertThat(out.toString()).contains("No annotation was given");
      assertThat(err.toString()).isEmpty();
      assertThat(run(server)).isZero();
    }
  }

  @Test
  void exitsWith1AndWritesReportsIfThereAreFindings(@TempDir Path directory) throws IOException {
    Variant wrong =
        new Variant() {
          @Override
          Answer answer(Asked asked, Answer answer) {
            return answer.header("X-Request-Id", null);
          }
        };
    try (StandInServer server = new StandInServer(wrong)) {
      List<String> arguments = new ArrayList<>();
      for (ReportFormat format : ReportFormat.values()) {
        arguments.add("-r");
        arguments.add(directory.resolve("report." + format.extension()).toString());
      }
      assertThat(run(server, arguments.toArray(String[]::new))).isEqualTo(1);
      assertThat(out.toString())
          .startsWith("1 finding, ")
          .contains("1. The header X-Request-Id is missing in all ");
      for (ReportFormat format : ReportFormat.values()) {
        assertThat(Files.readString(directory.resolve("report." + format.extension())))
            .contains("X-Request-Id");
      }
    }
  }

  @Test
  void exitsWith2IfItCannotBegin() throws IOException {
    assertThat(execute(Map.of())).isEqualTo(2);
    assertThat(err.toString()).startsWith("Set KATAPULT_API_KEY and KATAPULT_ORGANIZATION");
    assertThat(execute(Map.of(), "--unknown")).isEqualTo(2);
    assertThat(execute(Map.of(), "-r", "report.doc")).isEqualTo(2);
    assertThat(
            execute(Map.of("KATAPULT_API_KEY", "k", "KATAPULT_ORGANIZATION", "o"), "-a", "novalue"))
        .isEqualTo(2);
    try (StandInServer server = new StandInServer()) {
      assertThat(run(server, "-o", "acne")).isEqualTo(2);
      assertThat(out.toString()).startsWith("The organization \"acne\" does not exist");
    }
  }

  @Test
  void helps() {
    assertThat(execute(Map.of(), "--help")).isZero();
    assertThat(out.toString())
        .contains("--annotation")
        .contains("Exit status:")
        .contains("KATAPULT_API_KEY");
    assertThat(execute(Map.of(), "--version")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  private int run(StandInServer server, String... arguments) {
    return execute(
        Map.of(
            "KATAPULT_API_KEY",
            StandInServer.KEY,
            "KATAPULT_ORGANIZATION",
            "acme",
            "KATAPULT_BASE_URL",
            server.baseUrl()),
        arguments);
  }

  private int execute(Map<String, String> environment, String... arguments) {
    CommandLine command = Main.commandLine(environment);
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
