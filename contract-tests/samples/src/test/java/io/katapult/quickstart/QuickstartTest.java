package io.katapult.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.client.model.ApiToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  private record Run(int exitCode, String out, String err) {
    static Run of(Map<String, String> environment) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int exitCode =
          Quickstart.run(
              environment,
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              NOW);
      return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void listsAllPagesOfTheMock() throws IOException {
    Run run = Run.of(Map.of());

    assertThat(run.exitCode).isZero();
    assertThat(run.err).isEqualToIgnoringNewLines("Starting a mock. The first start installs it.");
    String listed = run.out.replace("\r\n", "\n");
    assertThat(Files.readString(Path.of("README.md")))
        .contains("```\n" + listed.substring(0, listed.indexOf("\n\nPage 2")) + "\n```");
    assertThat(listed)
        .isEqualTo(
            """
            Asking a mock. To ask the Katapult API, also set KATAPULT_API_KEY and KATAPULT_ORGANIZATION.

            Page 1 of 3, 5 tokens in all
            NAME                   ID                         EXPIRES               ADDRESSES                   SCOPES
            Continuous deployment  apitoken_Qm3xVb8LrT0cZkYe  in 30 days            192.0.2.10 198.51.100.0/24  virtual_machines disks load_balancers
            Nightly audit          apitoken_7HfKpWq2NsJdXu4B  never                 any                         api_tokens:read organizations:read

            Page 2 of 3, 5 tokens in all
            NAME                   ID                         EXPIRES               ADDRESSES                   SCOPES
            Café ☕ kiosk           apitoken_dT9aRz1GvEo6MbXw  in 73 years           2001:db8::/32               virtual_machines:read
            DNS updater            apitoken_LkC5yUoB8iSnPf3J  expired 334 days ago  203.0.113.7                 dns_zones dns_records

            Page 3 of 3, 5 tokens in all
            NAME                   ID                         EXPIRES               ADDRESSES                   SCOPES
            Terraform              apitoken_w0GtNj6ZqVhE2rAx  never                 192.0.2.10                  api_tokens virtual_machines networks security_groups
            """);
  }

  @Test
  void saysWhatIsMissing() {
    Run run = Run.of(Map.of("KATAPULT_API_KEY", " ", "KATAPULT_ORGANIZATION", "acme"));

    assertThat(run.out).contains(", also set KATAPULT_API_KEY.").contains("Page 3");
  }

  @Test
  void usesNoMockIfAKeyIsSet() {
    assertThat(Run.of(Map.of("KATAPULT_API_KEY", "key", "KATAPULT_ORGANIZATION", " ")))
        .isEqualTo(new Run(2, "", "KATAPULT_ORGANIZATION is not set in the environment." + System.lineSeparator()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a key | http://127.0.0.1:1  | apiKey has a character that is not visible ASCII",
        "key   | ' '                 | KATAPULT_BASE_URL is blank: give it a value",
        "key   | http://example.com/ | baseUrl is plain http to example.com",
      })
  void saysWhatIsWrongWithTheEnvironment(String key, String baseUrl, String message) {
    Run run = Run.of(environment(key, baseUrl));

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.err).startsWith(message).hasLineCount(1);
  }

  @Test
  void saysWhyTheApiCouldNotBeRead() throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      String error = "{\"code\":\"no\",\"description\":\"on two\\nlines\\u001b[31m\",\"detail\":{}}";
      server.enqueue(
          new MockResponse.Builder()
              .code(403)
              .setHeader("Content-Type", "application/json")
              .body("{\"error\":" + error + "}")
              .build());

      Run run = Run.of(environment("key", server.url("/").toString()));

      assertThat(run.exitCode).isEqualTo(3);
      assertThat(run.err)
          .startsWith("The API tokens could not be read. HTTP 403: no: on two lines [31m")
          .hasLineCount(1);
    }
  }

  @Test
  void saysThatTheMockDoesNotStart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("openapi.yaml"), "no spec");
    String before = System.setProperty("katapult.prism.spec", file.toString());
    try {
      Run run = Run.of(Map.of());

      assertThat(run.exitCode).isEqualTo(3);
      assertThat(run.err).matches("Starting a mock.*\\RPrism does not start\\. See .+\\.log\\.\\R");
    } finally {
      if (before == null) {
        System.clearProperty("katapult.prism.spec");
      } else {
        System.setProperty("katapult.prism.spec", before);
      }
    }
  }

  private static Map<String, String> environment(String key, String baseUrl) {
    return Map.of("KATAPULT_API_KEY", key, "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", baseUrl);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-12-01T12:00:30Z, in 0 minutes",
    "2026-12-01T12:01:00Z, in 1 minute",
    "2026-12-01T13:59:59Z, in 1 hour",
    "2026-12-03T12:00:00Z, in 2 days",
    "2027-12-01T12:00:00Z, in 1 year",
    "2026-12-01T11:58:00Z, expired 2 minutes ago",
    "2020-12-01T12:00:00Z, expired 6 years ago",
  })
  void saysInWordsWhenATokenExpires(Instant expiresAt, String words) {
    ApiToken token =
        ApiToken.builder()
            .id("apitoken_1")
            .name("Audit")
            .authorizedIpAddresses(List.of())
            .expiresAt(expiresAt)
            .rateLimit(200)
            .scopes(List.of())
            .build();

    assertThat(Quickstart.expiry(token, NOW)).isEqualTo(words);
  }
}
