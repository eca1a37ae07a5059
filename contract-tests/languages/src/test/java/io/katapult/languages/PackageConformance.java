package io.katapult.languages;

import io.katapult.languages.Commands.FailedException;
import io.katapult.languages.ScriptedServer.Arrival;
import io.katapult.specreader.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.assertj.core.api.SoftAssertions;

/** Checks what a user of a generated package sees first: its metadata, its README, and where the key goes. */
final class PackageConformance {
  /** What the generator writes if nobody has filled it in. */
  private static final List<String> PLACEHOLDERS =
      List.of(
          "team@openapitools",
          "GIT_USER_ID",
          "GIT_REPO_ID",
          "OpenAPI-Generator/",
          "OpenAPI Generator community",
          "openapitools.org",
          "YOUR_",
          "Unlicense",
          "NoLicense",
          "1.0.0",
          "${scm",
          "${client",
          "${project",
          "${language");

  private static final String KEY = "readme-key-4d1f";
  private static final int LINES_OF_A_SCREEN = 60;

  private final Language language;
  private final Path directory;
  private final SoftAssertions softly;

  PackageConformance(Language language, Path directory, SoftAssertions softly) {
    this.language = language;
    this.directory = directory;
    this.softly = softly;
  }

  void metadata() throws IOException {
    Path client = directory.resolve("client");
    try (Stream<Path> files = Files.walk(client)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Not UTF-8 if it is a compiled file.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        List<String> found = PLACEHOLDERS.stream().filter(text::contains).toList();
        softly.assertThat(found).as("placeholders in %s", client.relativize(file)).isEmpty();
      }
    }
    String manifest = Files.readString(directory.resolve(language.text("manifest")));
    softly
        .assertThat(manifest)
        .as("metadata of the package")
        .contains("katapult", Generation.VERSION, "Apache-2.0", System.getProperty("katapult.repository"));
    softly.assertThat(client.resolve("LICENSE")).exists();
    softly.assertThat(client.resolve(".openapi-generator")).doesNotExist();
  }

  void quality(Commands commands) throws IOException {
    for (List<String> command : language.commands("quality")) {
      try {
        commands.run(command);
      } catch (FailedException e) {
        softly.fail(e.getMessage());
      }
    }
  }

  /** Runs the code of the README against a server that lists, refuses, and responds with something else. */
  void readme() throws IOException, FailedException {
    Path readme = directory.resolve("client").resolve("README.md");
    List<String> lines = Files.readAllLines(readme);
    softly.assertThat(lines).as("the README").hasSizeLessThanOrEqualTo(LINES_OF_A_SCREEN);
    Language program = language.program("readme");
    String code = code(String.join("\n", lines), program.text("fence"));
    String url = (String) Spec.servers().findFirst().orElseThrow().get("url");
    softly.assertThat(code.split(Pattern.quote(url), -1)).as("parts of the code around %s", url).hasSize(2);

    Path file = directory.resolve(program.text("file"));
    Files.createDirectories(file.getParent());
    AtomicReference<Function<Arrival, MockResponse>> responses = new AtomicReference<>();
    try (ScriptedServer server = ScriptedServer.of(arrival -> responses.get().apply(arrival))) {
      Files.writeString(file, code.replace(url, server.baseUrl()));
      Commands commands = new Commands(directory, Map.of("KATAPULT_VARIANT", "katapult", "KATAPULT_API_KEY", KEY));
      for (List<String> command : program.commands("build")) {
        commands.run(command);
      }
      responses.set(PackageConformance::page);
      Commands.Output listed = commands.output(program.command("run"));
      softly.assertThat(listed.code()).as("exit status of the README's code").isZero();
      softly
          .assertThat(listed.text())
          .as("output of the README's code")
          .contains("Token 1", "Token 2", "Token 3")
          .doesNotContain(KEY);
      softly
          .assertThat(server.arrivals().stream().flatMap(arrival -> arrival.pairs().stream()))
          .as("parameters of the README's requests")
          .containsSequence(
              List.of("annotations[][key]", "environment"),
              List.of("annotations[][value]", "production"),
              List.of("annotations[][key]", "team"),
              List.of("annotations[][value]", "billing"))
          .contains(List.of("page", "2"));
      softly
          .assertThat(server.arrivals())
          .as("requests of the README with the key")
          .isNotEmpty()
          .allMatch(arrival -> ("Bearer " + KEY).equals(arrival.header("Authorization")));

      Object forbidden = Map.of("code", "scope_not_granted", "description", "No scope", "detail", Map.of());
      responses.set(arrival -> ScriptedServer.json(403, Map.of("error", forbidden), Map.of()));
      caught(commands.output(program.command("run")), "scope_not_granted");

      Object page = Map.of("pagination", Map.of("current_page", "1"), "api_tokens", List.of());
      responses.set(arrival -> ScriptedServer.json(200, page, Map.of()));
      caught(commands.output(program.command("run")), "$.pagination");
    }
  }

  /** A crash shows more than a line or two. */
  private void caught(Commands.Output output, String text) {
    softly
        .assertThat(output.text())
        .as("output of the README's code after a failure")
        .contains(text)
        .doesNotContain(KEY)
        .hasLineCount(1);
  }

  private static MockResponse page(Arrival arrival) {
    int page = arrival.pairs().contains(List.of("page", "2")) ? 2 : 1;
    List<Object> tokens = page == 1 ? List.of(token(1), token(2)) : List.of(token(3));
    Map<String, Object> pagination =
        Map.of("current_page", page, "total_pages", 2, "total", 3, "per_page", 2, "large_set", false);
    return ScriptedServer.json(200, Map.of("pagination", pagination, "api_tokens", tokens), Map.of());
  }

  private static Map<String, Object> token(int number) {
    Map<String, Object> token = new HashMap<>();
    token.put("id", "apitoken_" + number);
    token.put("name", "Token " + number);
    token.put("organization_id", null);
    token.put("authorized_ip_addresses", List.of());
    token.put("expires_at", null);
    token.put("rate_limit", 1000);
    token.put("scopes", List.of("api_tokens"));
    token.put("secret", null);
    return token;
  }

  /** The key must not be in the text of a configuration, and no redirect is followed. */
  void key(LanguageClient runner) throws IOException {
    Map<String, Object> shown =
        runner.call(Map.of("baseUrl", "http://127.0.0.1/core/v1", "apiKey", KEY, "inspect", true));
    softly.assertThat(shown.toString()).as("the configuration as text").contains("shown").doesNotContain(KEY);

    try (ScriptedServer other = ScriptedServer.of(PackageConformance::page)) {
      for (int status : List.of(301, 302, 303, 307, 308)) {
        redirect(runner, status, "http://127.0.0.1:" + other.port() + "/core/v1/elsewhere");
        redirect(runner, status, "http://localhost:" + other.port() + "/core/v1/elsewhere");
        redirect(runner, status, "/core/v1/elsewhere");
      }
      softly.assertThat(other.arrivals()).as("requests after a redirect to another server").isEmpty();
    }
  }

  private void redirect(LanguageClient runner, int status, String location) throws IOException {
    try (ScriptedServer server =
        ScriptedServer.of(
            arrival -> new MockResponse.Builder().code(status).setHeader("Location", location).build())) {
      Map<String, Object> parameters = Map.of("organization[sub_domain]", "acme");
      Map<String, Object> outcome =
          runner.call(Map.of("baseUrl", server.baseUrl(), "apiKey", KEY, "parameters", parameters));
      softly.assertThat(outcome).as("outcome of a %s to %s", status, location).containsKey("unexpected");
      softly.assertThat(server.arrivals()).as("requests before a %s to %s", status, location).hasSize(1);
    }
  }

  private static String code(String readme, String fence) {
    Matcher blocks = Pattern.compile("(?ms)^```" + Pattern.quote(fence) + "\\R(.*?)^```$").matcher(readme);
    return blocks.results().map(block -> block.group(1)).collect(Collectors.joining("\n"));
  }
}
