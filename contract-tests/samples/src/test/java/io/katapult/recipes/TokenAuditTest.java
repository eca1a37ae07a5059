package io.katapult.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.client.model.Pagination;
import io.katapult.mock.Answers;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PrismExtension.class)
class TokenAuditTest {
  private static final Instant NOW = Instant.parse("2026-12-15T12:00:00Z");
  private static final String KEY = "theApiKey";

  /** Names that attack a terminal or a spreadsheet, or deceive a reader. */
  private static final List<String> HOSTILE =
      List.of(
          "two\nlines\r",
          "red \u001b[31m, \u009b31m",
          "=cmd()",
          "+1",
          "-1",
          "@SUM(A1)",
          "\u00a0 =1",
          "\t=1",
          "\uff1d1",
          "say \"hi\"",
          "left;right",
          "moc.\u202eexample\u200b",
          "line\u2028paragraph\u2029",
          "tag \udb40\udc01",
          "日本語 ☕ %s \\");

  private record Run(int exitCode, String out, String err) {
    static Run of(Map<String, String> environment, Instant now, String... arguments) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int exitCode =
          TokenAudit.run(
              List.of(arguments),
              environment,
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              now);
      return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Run of(MockApi api, String... arguments) {
      return of(environment(api.baseUrl()), NOW, arguments);
    }
  }

  private static Map<String, String> environment(String baseUrl) {
    return Map.of("KATAPULT_API_KEY", KEY, "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", baseUrl);
  }

  @Test
  void showsATable(MockApi api) {
    assertThat(Run.of(api))
        .isEqualTo(
            new Run(
                1,
                """
                ID                         EXPIRES     FINDINGS                   NAME
                apitoken_Qm3xVb8LrT0cZkYe  2027-01-01  expires_soon               Continuous deployment
                apitoken_7HfKpWq2NsJdXu4B  never       never_expires any_address  Nightly audit
                apitoken_LkC5yUoB8iSnPf3J  2026-01-01  expired                    DNS updater
                apitoken_w0GtNj6ZqVhE2rAx  never       never_expires wide_scopes  Terraform

                Found something in 4 of 5 tokens. csv and json also show their addresses and scopes.
                """,
                ""));
  }

  @Test
  void writesCsv(MockApi api) {
    assertThat(Run.of(api, "--format", "csv"))
        .isEqualTo(
            new Run(
                1,
                """
                id,expires_at,findings,authorized_ip_addresses,scopes,name
                apitoken_Qm3xVb8LrT0cZkYe,2027-01-01T00:00:00Z,expires_soon,192.0.2.10 198.51.100.0/24,\
                virtual_machines disks load_balancers,Continuous deployment
                apitoken_7HfKpWq2NsJdXu4B,,never_expires any_address,,api_tokens:read organizations:read,Nightly audit
                apitoken_LkC5yUoB8iSnPf3J,2026-01-01T00:00:00Z,expired,203.0.113.7,dns_zones dns_records,DNS updater
                apitoken_w0GtNj6ZqVhE2rAx,,never_expires wide_scopes,192.0.2.10,\
                api_tokens virtual_machines networks security_groups,Terraform
                """
                    .replace("\n", "\r\n"),
                ""));
  }

  @Test
  void writesJson(MockApi api) {
    assertThat(Run.of(api, "--format=json", "--checks=any_address"))
        .isEqualTo(
            new Run(
                1,
                """
                {
                  "audited_at": "2026-12-15T12:00:00Z",
                  "tokens": 5,
                  "flagged": [
                    {
                      "id": "apitoken_7HfKpWq2NsJdXu4B",
                      "expires_at": null,
                      "findings": [
                        "any_address"
                      ],
                      "authorized_ip_addresses": [],
                      "scopes": [
                        "api_tokens:read",
                        "organizations:read"
                      ],
                      "name": "Nightly audit"
                    }
                  ]
                }
                """,
                ""));
  }

  @Test
  void writesToAFile(MockApi api, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.csv");

    assertThat(Run.of(api, "--format=csv", "--output", file.toString())).isEqualTo(new Run(1, "", ""));

    assertThat(Files.readString(file)).isEqualTo(Run.of(api, "--format=csv").out);
  }

  @Test
  void saysThatItCannotWrite(MockApi api, @TempDir Path folder) {
    Run run = Run.of(api, "--output", folder.toString());

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.err).startsWith("--output can't be written: ").contains(folder.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "table | Nothing found in 5 tokens.\\n",
        "csv   | id,expires_at,findings,authorized_ip_addresses,scopes,name\\r\\n",
        "json  | {\\n  \"audited_at\": \"2026-12-15T12:00:00Z\",\\n  \"tokens\": 5,\\n  \"flagged\": []\\n}\\n",
      })
  void saysThatNothingWasFound(String format, String out, MockApi api) {
    assertThat(Run.of(api, "--format", format, "--checks", "expires_soon", "--days", "0"))
        .isEqualTo(new Run(0, out.translateEscapes(), ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-12-01T23:59:59Z | --checks expires_soon                      | ",
        "2026-12-02T00:00:00Z | --checks expires_soon                      | Continuous deployment",
        "2026-12-31T23:59:59Z | --checks expires_soon,expired              | Continuous deployment,DNS updater",
        "2027-01-01T00:00:00Z | --checks expires_soon                      | ",
        "2026-12-25T23:59:59Z | --checks expires_soon --days 6             | ",
        "2026-12-25T23:59:59Z | --checks expires_soon --days 7             | Continuous deployment",
        "2026-12-31T23:59:59Z | --checks expired                           | DNS updater",
        "2027-01-01T00:00:00Z | --checks expired                           | Continuous deployment,DNS updater",
        "2026-12-15T12:00:00Z | --checks never_expires                     | Nightly audit,Terraform",
        "2026-12-15T12:00:00Z | --checks any_address                       | Nightly audit",
        "2026-12-15T12:00:00Z | --checks wide_scopes                       | Terraform",
        "2026-12-15T12:00:00Z | --checks wide_scopes --writes 99           | Terraform",
        "2026-12-15T12:00:00Z | --checks wide_scopes --wide a,b            | Terraform",
        "2026-12-15T12:00:00Z | --checks wide_scopes --wide a --writes 4   | ",
        "2026-12-15T12:00:00Z | --checks wide_scopes --writes 2            | Continuous deployment,Terraform",
        "2026-12-15T12:00:00Z | --checks wide_scopes --writes 1 | Continuous deployment,DNS updater,Terraform",
        "2026-12-15T12:00:00Z | --checks wide_scopes --wide a,dns_zones    | DNS updater,Terraform",
        "2026-12-15T12:00:00Z | --checks never_expires --except a,apitoken_w0GtNj6ZqVhE2rAx | Nightly audit",
      })
  void runsTheChosenChecks(Instant now, String arguments, String names, MockApi api) throws IOException {
    Run run = Run.of(environment(api.baseUrl()), now, (arguments + " --format json").split(" ", -1));

    assertThat(names(run)).isEqualTo(names == null ? List.of() : List.of(names.split(",", -1)));
    assertThat(run.exitCode).isEqualTo(names == null ? 0 : 1);
  }

  @Test
  void printsHelp() {
    Run run = Run.of(Map.of(), NOW, "--days", "--help");

    assertThat(run.exitCode).isZero();
    assertThat(run.err).isEmpty();
    assertThat(run.out)
        .contains("--format", "--output", "--days", "--wide", "--writes", "--checks", "--except")
        .contains(" expired,expires_soon,never_expires,any_address,wide_scopes\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fromat csv            | Unknown option --fromat",
        "csv                     | Unknown option csv",
        "--format                | --format needs a value",
        "--format xml            | Invalid value for --format: xml",
        "--format=               | Invalid value for --format: ",
        "--days soon             | Invalid value for --days: soon",
        "--days -1               | Invalid value for --days: -1",
        "--writes 1234567        | Invalid value for --writes: 1234567",
        "--checks expired,never  | Invalid value for --checks: expired,never",
        "--wide                  | --wide needs a value",
        "--except=               | Invalid value for --except: ",
        "--\u001b[31m            | Unknown option --\\u001b[31m",
      })
  void saysWhatIsWrongWithTheOptions(String arguments, String message) {
    Run run = Run.of(Map.of(), NOW, arguments.split(" ", -1));

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith(message).endsWith(". See --help" + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "KATAPULT_API_KEY      |                     | KATAPULT_API_KEY is not set in the environment",
        "KATAPULT_API_KEY      | two words           | apiKey has a character that is not visible ASCII",
        "KATAPULT_ORGANIZATION | ' '                 | KATAPULT_ORGANIZATION is not set in the environment",
        "KATAPULT_BASE_URL     | http://example.com/ | baseUrl is plain http to example.com",
        "KATAPULT_BASE_URL     | ' '                 | KATAPULT_BASE_URL is blank: give it a value",
      })
  void saysWhatIsWrongWithTheEnvironment(String name, String value, String message) {
    Map<String, String> environment = new HashMap<>(environment("http://127.0.0.1:1"));
    environment.put(name, value);
    environment.values().remove(null);

    Run run = Run.of(environment, NOW);

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith(message).doesNotContain("two words");
  }

  @Test
  void saysWhyTheApiCouldNotBeRead(@Answers({"first page", "invalid api token"}) MockApi api) {
    assertThat(Run.of(api))
        .isEqualTo(
            new Run(
                3,
                "",
                "The API tokens could not be read. HTTP 403: invalid_api_token: The API token provided was not valid"
                    + " (it may not exist or have expired). {details=The token has expired} (request"
                    + " 0b2f6c1e-7f0d-4f0c-9d51-3c1b8f6b9a10), page 2"
                    + System.lineSeparator()));
  }

  @Test
  void escapesHostileErrorMessages() throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      String error = "{\"code\":\"\\u001b[31m\",\"description\":\"no " + KEY + "\",\"detail\":{}}";
      server.enqueue(json(403, "{\"error\":" + error + "}"));

      Run run = Run.of(environment(server.url("/").toString()), NOW);

      assertThat(run.exitCode).isEqualTo(3);
      assertThat(run.err).contains("HTTP 403: \\u001b[31m: no **");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "csv", "json"})
  void escapesHostileNamesAndOmitsSecrets(String format) throws IOException {
    Run run = hostile(format);

    assertThat(run.exitCode).isEqualTo(1);
    assertThat(run.out.replace("\r\n", "\n")).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n]]");
    assertThat(run.out + run.err).doesNotContain("theSecret", KEY);
  }

  @Test
  void keepsHostileNamesOnOneLineOfTheTable() throws IOException {
    assertThat(hostile("table").out.lines().skip(1).limit(HOSTILE.size()))
        .map(line -> line.replaceFirst("^token\\d+ +never +never_expires  ", ""))
        .containsExactly(
            "two\\u000alines\\u000d",
            "red \\u001b[31m, \\u009b31m",
            "=cmd()",
            "+1",
            "-1",
            "@SUM(A1)",
            "\u00a0 =1",
            "\\u0009=1",
            "\uff1d1",
            "say \"hi\"",
            "left;right",
            "moc.\\u202eexample\\u200b",
            "line\\u2028paragraph\\u2029",
            "tag \\udb40\\udc01",
            "日本語 ☕ %s \\");
  }

  @Test
  void keepsHostileNamesInTheirCell() throws IOException {
    assertThat(List.of(hostile("csv").out.split("\r\n", -1)).subList(0, 1 + HOSTILE.size()))
        .map(row -> row.replaceFirst("^token\\d+,,never_expires,192.0.2.1,,", ""))
        .containsExactly(
            "id,expires_at,findings,authorized_ip_addresses,scopes,name",
            "two\\u000alines\\u000d",
            "\"red \\u001b[31m, \\u009b31m\"",
            "'=cmd()",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            "'\u00a0 =1",
            "\\u0009=1",
            "'\uff1d1",
            "\"say \"\"hi\"\"\"",
            "\"left;right\"",
            "moc.\\u202eexample\\u200b",
            "line\\u2028paragraph\\u2029",
            "tag \\udb40\\udc01",
            "日本語 ☕ %s \\");
  }

  @Test
  void keepsHostileNamesUnchangedInJson() throws IOException {
    assertThat(names(hostile("json"))).isEqualTo(HOSTILE);
  }

  /** So that users can copy the file. */
  @Test
  void needsOnlyTheSdk() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("src/main/java/io/katapult/recipes/TokenAudit.java"))) {
      assertThat(lines.filter(line -> line.startsWith("import ")))
          .isNotEmpty()
          .allMatch(line -> line.matches("import (java|io.katapult.(client|extensions)|com.squareup.moshi)\\..+"));
    }
  }

  private static Run hostile(String format) throws IOException {
    List<ApiToken> tokens = new ArrayList<>();
    for (String name : HOSTILE) {
      tokens.add(
          ApiToken.builder()
              .id("token" + tokens.size())
              .name(name)
              .authorizedIpAddresses(List.of("192.0.2.1"))
              .rateLimit(200)
              .scopes(List.of())
              .secret("theSecret")
              .build());
    }
    Pagination pagination =
        Pagination.builder().currentPage(1).totalPages(1).total(15L).perPage(30).largeSet(false).build();
    Moshi moshi = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();
    ApiTokenPage page = ApiTokenPage.builder().pagination(pagination).apiTokens(tokens).build();
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(json(200, moshi.adapter(ApiTokenPage.class).toJson(page)));
      return Run.of(environment(server.url("/").toString()), NOW, "--format", format);
    }
  }

  private static MockResponse json(int status, String body) {
    return new MockResponse.Builder().code(status).setHeader("Content-Type", "application/json").body(body).build();
  }

  private static List<String> names(Run run) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode flagged : new JsonMapper().readTree(run.out).get("flagged")) {
      names.add(flagged.get("name").textValue());
    }
    return names;
  }
}
