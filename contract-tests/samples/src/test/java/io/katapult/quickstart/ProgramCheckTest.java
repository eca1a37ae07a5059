package io.katapult.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import bsh.Interpreter;
import io.katapult.client.api.ApiTokensApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the check that {@code mvn -Pquickstart} and {@code mvn -Paudit} make before they build anything. */
class ProgramCheckTest {
  private static final String NOBODY = "http://127.0.0.1:1";
  private static final Path SCRIPT = Path.of("src/main/beanshell/can-begin.bsh");

  private record Run(int exitCode, String out, String err) {}

  private static final Run GOOD = new Run(0, "", "");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "audit      | -     | -    | -                | Set KATAPULT_API_KEY and KATAPULT_ORGANIZATION in the environ",
        "audit      | key   | acme | http://[::1]:1   | The server at http://[::1]:1 can't be reached",
        "audit      | a key | acme | " + NOBODY + "   | KATAPULT_API_KEY has a character that is not visible ASCII",
        "quickstart | key   | acme | " + NOBODY + "   | The server at http://127.0.0.1:1 can't be reached (Connection",
        "quickstart | key   | acme | https://a.invalid | The server at https://a.invalid can't be reached",
        "quickstart | key   | acme | http://a.example | KATAPULT_BASE_URL is plain http to a.example",
        "quickstart | key   | -    | -                | Set KATAPULT_ORGANIZATION in the environment, or unset",
      })
  void saysInOneSentenceWhatIsMissing(
      String program, String key, String organization, String baseUrl, String sentence) throws Exception {
    Run run = check(program, environment(key, organization, baseUrl));

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith(sentence).endsWith("." + System.lineSeparator()).hasLineCount(1);
    assertThat(run.err).doesNotContain("a key");
  }

  @Test
  void checksBeforeAnythingIsBuilt() throws Exception {
    Run run = mvn(Map.of(), "-Paudit");

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).contains("[1/").doesNotContain("[2/", "ERROR");
  }

  @Test
  void buriesNoSentenceUnderAReport() throws Exception {
    Run run = mvn(environment("a key", "acme", NOBODY), "-q", "-Pquickstart");

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith("KATAPULT_API_KEY has a character").hasLineCount(1);
  }

  /** Maven says nothing, but each module says that it is built: a build takes a minute or two. */
  @Test
  void saysWhatIsBuilt() throws Exception {
    Run run = mvn(Map.of(), "-q", "-Paudit", "-Daudit=--help", "validate");

    assertThat(run.out).isEmpty();
    assertThat(run.err.lines()).hasSizeGreaterThan(5).allMatch(line -> line.matches("Building .+"));
    assertThat(run.exitCode).isZero();
  }

  @Test
  void acceptsAnyResponseAndSendsNoKey() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(new MockResponse.Builder().code(302).setHeader("Location", NOBODY).build());

      Map<String, String> environment = environment("theApiKey", "acme", server.url("/core/v1").toString());
      assertThat(check("quickstart", environment)).isEqualTo(GOOD);

      RecordedRequest request = server.takeRequest();
      assertThat(request.getRequestLine()).isEqualTo("HEAD / HTTP/1.1");
      assertThat(request.getHeaders().toString()).doesNotContain("theApiKey");
    }
  }

  @Test
  void acceptsAServerThatOnlyListens() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      Map<String, String> environment = environment("key", "acme", "http://127.0.0.1:" + server.getLocalPort());

      assertThat(check("audit", environment)).isEqualTo(GOOD);
    }
  }

  /** On some machines localhost is 127.0.0.1 and ::1, and the server listens on only one of them. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void triesAllAddressesOfAHost() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2"))) {
      Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.2 localhost\n");
      Map<String, String> environment = environment("key", "acme", "http://localhost:" + server.getLocalPort());

      assertThat(check("audit", environment, "-Djdk.net.hosts.file=" + hosts)).isEqualTo(GOOD);
    }
  }

  @Test
  void usesTheProxySettingsOfJava() throws Exception {
    try (MockWebServer proxy = new MockWebServer()) {
      proxy.start();
      proxy.enqueue(new MockResponse.Builder().code(404).build());

      String port = "-Dhttp.proxyPort=" + proxy.getPort();
      // By default, Java uses no proxy for local addresses.
      String[] properties = {"-Dhttp.proxyHost=127.0.0.1", port, "-Dhttp.nonProxyHosts="};
      assertThat(check("audit", environment("key", "acme", NOBODY), properties)).isEqualTo(GOOD);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "--version", "-V"})
  void needsNothingForHelp(String option) throws Exception {
    assertThat(check("audit", Map.of(), "-Daudit=--format csv " + option)).isEqualTo(GOOD);
  }

  /** The program itself says what is wrong with these. */
  @ParameterizedTest
  @ValueSource(strings = {"-o acme", "--organization=acme", "-u " + NOBODY + " -o acme"})
  void takesOrganizationAndUrlFromTheOptions(String options) throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      Map<String, String> environment = environment("key", null, "http://127.0.0.1:" + server.getLocalPort());

      assertThat(check("audit", environment, "-Daudit=" + options)).isEqualTo(GOOD);
    }
  }

  @ParameterizedTest
  @CsvSource({"audit, -Dmock", "quickstart, -Dnothing"})
  void needsNodeForTheMock(String program, String property) throws Exception {
    Path node = Files.writeString(folder.resolve("node"), "#!/bin/sh\nexit 1\n");
    assertThat(node.toFile().setExecutable(true)).isTrue();

    assertThat(check(program, Map.of("PATH", folder + ":" + System.getenv("PATH")), property))
        .isEqualTo(new Run(2, "", "The mock needs Node.js 20.16 or newer with npm on the PATH.\n"));
  }

  @Test
  void checksTheSameServerAsTheSdk() throws IOException {
    assertThat(Files.readString(SCRIPT))
        .contains('"' + ApiTokensApi.BASE_URL.replaceFirst("/$", "") + '"');
  }

  private static Map<String, String> environment(String key, String organization, String baseUrl) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KATAPULT_API_KEY", key);
    environment.put("KATAPULT_ORGANIZATION", organization);
    environment.put("KATAPULT_BASE_URL", baseUrl);
    environment.values().removeIf(value -> value == null);
    return environment;
  }

  private Run mvn(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getProperty("katapult.maven", "mvn"), "-B"));
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      // The local repository of this build has all dependencies.
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  /** Runs the script as Maven does, but without Maven, which takes seconds to start. */
  private Run check(String program, Map<String, String> environment, String... properties) throws Exception {
    Path condition = folder.resolve("condition.bsh");
    Files.writeString(condition, "program = \"%s\"; source(new URL(\"%s\"));".formatted(program, SCRIPT.toUri()));
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(properties));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Interpreter.class.getName(), condition.toString()));
    return run(environment, command);
  }

  private Run run(Map<String, String> environment, List<String> command) throws Exception {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of("../..").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("KATAPULT_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("The process ended in time").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), cleaned(Files.readString(out)), cleaned(Files.readString(err)));
  }

  /** Removes the terminal reset of some Maven versions, and warnings of newer JDKs about Maven. */
  private static String cleaned(String text) {
    return text.replace("\u001b[0m", "").replaceAll("(?m)^WARNING: .*\\R", "");
  }
}
