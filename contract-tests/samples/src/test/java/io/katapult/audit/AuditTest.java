package io.katapult.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.TestSuiteXmlParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

@ExtendWith(PrismExtension.class)
class AuditTest {
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
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int exitCode =
          Main.commandLine(environment, () -> now)
              .setOut(new PrintWriter(out, true))
              .setErr(new PrintWriter(err, true))
              .execute(arguments);
      return new Run(exitCode, out.toString(), err.toString());
    }

    static Run of(MockApi api, String... arguments) {
      return of(environment(api.baseUrl()), NOW, arguments);
    }
  }

  private static Map<String, String> environment(String baseUrl) {
    return Map.of("KATAPULT_API_KEY", KEY, "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", baseUrl);
  }

  @Test
  void showsATable(MockApi api) throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains("```\n" + Run.of(api).out + "```");
    assertThat(Run.of(api))
        .isEqualTo(
            new Run(
                4,
                """
                ID                         EXPIRES     FINDINGS                   NAME
                apitoken_Qm3xVb8LrT0cZkYe  2027-01-01  expires_soon               Continuous deployment
                apitoken_7HfKpWq2NsJdXu4B  never       never_expires any_address  Nightly audit
                apitoken_LkC5yUoB8iSnPf3J  2026-01-01  expired                    DNS updater
                apitoken_w0GtNj6ZqVhE2rAx  never       never_expires wide_scopes  Terraform

                Found something in 4 of 5 tokens. The other formats also show their addresses and scopes.
                """,
                ""));
  }

  @Test
  void writesCsv(MockApi api) {
    assertThat(Run.of(api, "--format", "csv"))
        .isEqualTo(
            new Run(
                4,
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
                4,
                """
                {
                  "audited_at": "2026-12-15T12:00:00Z",
                  "organization": "acme",
                  "tokens": 5,
                  "failed": true,
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
  void writesJunitXmlThatMavenCanRead(MockApi api) throws Exception {
    ReportTestSuite suite = junit(Run.of(api, "--format", "junit", "--fail-on", "expired,any_address").out);

    assertThat(suite.getNumberOfTests()).isEqualTo(5);
    assertThat(suite.getNumberOfFailures()).isEqualTo(2);
    assertThat(suite.getTestCases())
        .filteredOn(ReportTestCase::hasFailure)
        .extracting(ReportTestCase::getName, ReportTestCase::getFailureMessage)
        .containsExactly(
            tuple("Nightly audit (apitoken_7HfKpWq2NsJdXu4B)", "never_expires any_address"),
            tuple("DNS updater (apitoken_LkC5yUoB8iSnPf3J)", "expired"));
    assertThat(suite.getTestCases().get(1).getFailureDetail())
        .isEqualToIgnoringNewLines("expires: never\nscopes: api_tokens:read organizations:read\naddresses: any");
  }

  @Test
  void writesAPageThatLoadsNothing(MockApi api) {
    Run run = Run.of(api, "--format", "html");

    assertThat(run.exitCode).isEqualTo(4);
    assertThat(run.out)
        .startsWith("<!doctype html>")
        .contains("default-src 'none'", ">Found something in 4 of 5 tokens.</h1>", "15 December 2026, 12:00 UTC")
        .contains("aria-label=\"When the tokens expire. expired: 1, December 2026: 0, January 2027: 1,")
        .contains(", November 2027: 0, later: 1, never: 2.\"")
        .contains("aria-label=\"Tokens by scope, the widest first. api_tokens: 1, virtual_machines: 2,")
        .doesNotContainPattern("(?i)<script|src=|url\\(|@import|href=\"[^#]");
  }

  /** A link to a finding leads to what it means. */
  @Test
  void linksFindingsToTheirMeaning(MockApi api) {
    String page = Run.of(api, "--format", "html").out;

    assertThat(Pattern.compile("href=\"#([^\"]+)\"").matcher(page).results().map(link -> link.group(1)).distinct())
        .hasSize(5)
        .allSatisfy(id -> assertThat(page).containsOnlyOnce("id=\"" + id + "\""));
  }

  @Test
  void showsWhichFindingsDoNotFail(MockApi api) {
    String page = Run.of(api, "--format", "html", "--fail-on", "expired").out;

    assertThat(page)
        .contains("<b>1 token</b>. The token no longer works")
        .contains("<b>1 token</b>, which does not fail the audit. The token expires within 30 days");
    assertThat(Pattern.compile("<article class=\"fails\">").matcher(page).results()).hasSize(1);
  }

  @Test
  void drawsNothingWithoutTokens() throws IOException {
    Run run = of(List.of(), "--format", "html");

    assertThat(run.exitCode).isZero();
    assertThat(run.out).contains("Nothing found in 0 tokens.").doesNotContain("<svg", "NaN", "<article", "<h2");
  }

  /** With a month, a long time and no expiry, many scopes, and a scope that is too long for its bar. */
  @Test
  void drawsBars() throws IOException {
    List<ApiToken> tokens = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Instant expiresAt = i == 0 ? NOW : i == 1 ? NOW.plusSeconds(1) : i < 100 ? null : NOW.plus(400, ChronoUnit.DAYS);
      String scope = i < 12 ? "scope_" + i : "a_scope_that_is_longer_than_its_bar:read";
      tokens.add(token("token" + i, "name", expiresAt, List.of(scope)));
    }

    String page = of(tokens, "--format", "html").out;

    assertThat(rows(page))
        .contains(
            "expired 1 1% marked", "December 2026 1 1% marked", "January 2027 0 0%", "later 100 100%",
            "never 98 98% marked", "scope_0 1 100%")
        .hasSize(15 + 10);
    assertThat(rows(of(tokens, "--format=html", "--wide=scope_3,a_scope_that_is_longer_than_its_bar:read").out))
        .contains("a_scope_that_is_longer_than_its… 188 100% marked", "scope_3 1 1% marked");
  }

  private static List<String> rows(String page) {
    return Pattern.compile(
            "<g( class=\"marked\")?>.*\\s<rect y=\"\\d+\" width=\"(\\d+%)\".*\\s"
                + "<text [^>]*>([^<]*)</text><text [^>]*>(\\d+)</text>")
        .matcher(page)
        .results()
        .map(row -> row.group(3) + " " + row.group(4) + " " + row.group(2) + (row.group(1) == null ? "" : " marked"))
        .toList();
  }

  @Test
  void escapesHostileNamesInThePage() throws Exception {
    String name = "</h3><script>alert(1)</script>&amp;\"'`{{id}}";
    ApiToken token = token("\"><b>", name, null, List.of("<svg onload=alert(1)>"));

    String page = of(List.of(token), "--format", "html", "--wide", "</dl><b>").out;

    assertThat(page).doesNotContain("<script", "<svg onload", "<b>\"", "</dl><b>").contains("{{id}}");
    assertThat(page).contains("&lt;&#x2F;h3&gt;&lt;script&gt;alert(1)".replace("&#x2F;", "/"), "&amp;amp;&quot;&#39;");
  }

  @Test
  void keepsHostileNamesInTheirTestCase() throws Exception {
    ApiToken token = token("]]>", "</testcase>&\"\u0000\ufffe\n", null, List.of("]]><b>"));

    ReportTestSuite suite = junit(of(List.of(token), "--format", "junit").out);

    assertThat(suite.getTestCases()).hasSize(1);
    assertThat(suite.getTestCases().get(0).getName()).isEqualTo("</testcase>&\"\\u0000\\ufffe\\u000a (]]>)");
    assertThat(suite.getTestCases().get(0).getFailureDetail()).contains("scopes: ]]><b>");
  }

  private static ReportTestSuite junit(String xml) throws Exception {
    InputStreamReader reader =
        new InputStreamReader(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    return new TestSuiteXmlParser(new NullConsoleLogger()).parse(reader).get(0);
  }

  @ParameterizedTest
  @CsvSource({"audit.txt, table", "audit.csv, csv", "audit.json, json", "audit.html, html", "audit.xml, junit"})
  void writesToAFile(String name, String format, MockApi api, @TempDir Path folder) throws IOException {
    Run run = Run.of(api, "--report", folder.resolve(name).toString(), "-r", folder.resolve("b.csv").toString());

    assertThat(run).isEqualTo(Run.of(api));
    assertThat(Files.readString(folder.resolve(name))).isEqualTo(Run.of(api, "--format", format).out);
    assertThat(folder.resolve("b.csv")).isNotEmptyFile();
  }

  @Test
  void saysThatItCannotWrite(MockApi api, @TempDir Path folder) throws IOException {
    Path file = Files.createDirectory(folder.resolve("audit.csv"));

    Run run = Run.of(api, "--report", file.toString());

    assertThat(run.exitCode).isEqualTo(3);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith("The report could not be written: ").contains(file.toString()).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fail-on any_address                                          | 4",
        "--fail-on wide_scopes --checks any_address                     | 0",
        "--fail-on expired --except apitoken_LkC5yUoB8iSnPf3J           | 0",
        "--never-fail                                                   | 0",
      })
  void failsOnlyOnTheChosenFindings(String arguments, int exitCode, MockApi api) {
    Run run = Run.of(api, arguments.split(" ", -1));

    assertThat(run.exitCode).isEqualTo(exitCode);
    assertThat(run.out).contains("Found something in");
  }

  @Test
  void takesOrganizationAndUrlFromTheOptions(MockApi api) {
    Run run = Run.of(Map.of("KATAPULT_API_KEY", KEY), NOW, "-o", "acme", "-u", api.baseUrl(), "-f", "csv");

    assertThat(run).isEqualTo(Run.of(api, "--format=csv"));
    assertThat(api.exchanges().get(0).query()).contains("organization%5Bsub_domain%5D=acme");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "table | Nothing found in 5 tokens.\\n",
        "csv   | id,expires_at,findings,authorized_ip_addresses,scopes,name\\r\\n",
        "json  | {\\n  \"audited_at\": \"2026-12-15T12:00:00Z\",\\n  \"organization\": \"acme\",\\n  \"tokens\": 5,\\n"
            + "  \"failed\": false,\\n  \"flagged\": []\\n}\\n",
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
    assertThat(run.exitCode).isEqualTo(names == null ? 0 : 4);
  }

  @Test
  void theReadmeHasAllOptions() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    List<String> options =
        Main.commandLine(Map.of(), () -> NOW).getCommandSpec().options().stream().map(OptionSpec::longestName).toList();

    assertThat(options.stream().filter(option -> !option.matches("--help|--version")))
        .hasSize(11)
        .allSatisfy(option -> assertThat(readme).contains("`" + option + "`"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--days 1 -h"})
  void printsHelpWithoutAKey(String arguments) {
    Run run = Run.of(Map.of(), NOW, arguments.split(" ", -1));

    assertThat(run.exitCode).isZero();
    assertThat(run.err).isEmpty();
    assertThat(run.out)
        .startsWith("Usage: java -jar katapult-audit.jar [OPTION]...")
        .contains("  0   nothing found", "  2   a wrong option", "  3   the tokens", "  4   something found");
    assertThat(run.out.replaceAll("\\s+", " "))
        .contains("Default: $KATAPULT_ORGANIZATION.", "table, csv, json, html, junit. Default: table.")
        .contains("expired, expires_soon, never_expires, any_address, wide_scopes. Default: all.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fromat csv            | Unknown options: '--fromat', 'csv'",
        "csv                     | Unmatched argument at index 0: 'csv'",
        "--format                | Missing required parameter for option '--format' (FORMAT)",
        "--format xml            | Invalid value for option '--format': 'xml' is none of [table, csv, json, html",
        "--format=               | Invalid value for option '--format': '' is none of [table, csv, json, html",
        "--days soon             | Invalid value for option '--days': 'soon' is not an int",
        "--days -1               | --days and --writes can't be negative",
        "--writes -1             | --days and --writes can't be negative",
        "--writes 12345678901    | Invalid value for option '--writes': '12345678901' is not an int",
        "--checks expired,never  | Invalid value for option '--checks' (FINDING): 'never' is none of [expired, exp",
        "--fail-on none          | Invalid value for option '--fail-on' (FINDING): 'none' is none of [expired, ex",
        "--wide                  | Missing required parameter for option '--wide'",
        "--report audit.pdf      | --report must end with .txt, .csv, .json, .html or .xml: audit.pdf",
        "--report no/audit.csv   | --report must be in a folder that exists: no/audit.csv",
        "--api-key secret        | Unknown options: '--api-key', 'secret'",
        "--\u001b[31m            | Unknown option: '--\\u001b[31m'",
      })
  void saysWhatIsWrongWithTheOptions(String arguments, String message) {
    Run run = Run.of(environment("http://127.0.0.1:1"), NOW, arguments.split(" ", -1));

    assertThat(run.err).startsWith(message);
    assertThat(run.err.lines().findFirst().orElseThrow()).endsWith(". See --help.");
    assertThat(run.out).isEmpty();
    assertThat(run.exitCode).isEqualTo(2);
  }

  @Test
  void suggestsTheOptionThatWasMeant() {
    assertThat(Run.of(environment("http://127.0.0.1:1"), NOW, "--formt", "csv").err)
        .isEqualToIgnoringNewLines("Unknown options: '--formt', 'csv'. See --help.Possible solutions: --format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "KATAPULT_API_KEY      |                     | KATAPULT_API_KEY is not set in the environment: set it to a",
        "KATAPULT_API_KEY      | two words           | apiKey has a character that is not visible ASCII",
        "KATAPULT_ORGANIZATION | ' '                 | No organization: use --organization, or set KATAPULT",
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
    assertThat(run.err).startsWith(message).hasLineCount(1).doesNotContain("two words");
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
  @ValueSource(strings = {"table", "csv", "json", "html", "junit"})
  void escapesHostileNamesAndOmitsSecrets(String format) throws IOException {
    Run run = hostile(format);

    assertThat(run.exitCode).isEqualTo(4);
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
  void theRecipeNeedsOnlyTheSdk() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("src/main/java/io/katapult/recipes/TokenAudit.java"))) {
      assertThat(lines.filter(line -> line.startsWith("import ")))
          .isNotEmpty()
          .allMatch(line -> line.matches("import (java|io.katapult.(client|extensions))\\..+"));
    }
  }

  private static Run hostile(String format) throws IOException {
    List<ApiToken> tokens = new ArrayList<>();
    for (String name : HOSTILE) {
      tokens.add(token("token" + tokens.size(), name, null, List.of()));
    }
    return of(tokens, "--format", format);
  }

  private static ApiToken token(String id, String name, @Nullable Instant expiresAt, List<String> scopes) {
    return ApiToken.builder()
        .id(id)
        .name(name)
        .authorizedIpAddresses(List.of("192.0.2.1"))
        .expiresAt(expiresAt)
        .rateLimit(200)
        .scopes(scopes)
        .secret("theSecret")
        .build();
  }

  /** Audits these tokens. */
  private static Run of(List<ApiToken> tokens, String... arguments) throws IOException {
    Pagination pagination =
        Pagination.builder()
            .currentPage(1)
            .totalPages(tokens.isEmpty() ? 0 : 1)
            .total((long) tokens.size())
            .perPage(30)
            .largeSet(false)
            .build();
    Moshi moshi = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();
    ApiTokenPage page = ApiTokenPage.builder().pagination(pagination).apiTokens(tokens).build();
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(json(200, moshi.adapter(ApiTokenPage.class).toJson(page)));
      return Run.of(environment(server.url("/").toString()), NOW, arguments);
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
