package io.katapult.contract;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @Test
  void listsAllPagesOfTheMock() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Quickstart.run(Map.of(), new PrintStream(bytes, true, StandardCharsets.UTF_8), NOW);

    String listed = bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```\n" + listed.substring(0, listed.indexOf("\n\nPage 2")) + "\n```");
    assertThat(listed)
        .isEqualTo(
            """
            Asking a mock. To ask the Katapult API, also set KATAPULT_API_KEY and KATAPULT_ORGANIZATION.

            Page 1 of 3, 5 tokens in all
            NAME                   ID                         SCOPES                                 ADDRESSES                   EXPIRES
            Continuous deployment  apitoken_Qm3xVb8LrT0cZkYe  virtual_machines disks load_balancers  192.0.2.10 198.51.100.0/24  in 30 days
            Nightly audit          apitoken_7HfKpWq2NsJdXu4B  api_tokens:read organizations:read     any                         never

            Page 2 of 3, 5 tokens in all
            NAME          ID                         SCOPES                 ADDRESSES      EXPIRES
            Café ☕ kiosk  apitoken_dT9aRz1GvEo6MbXw  virtual_machines:read  2001:db8::/32  in 73 years
            DNS updater   apitoken_LkC5yUoB8iSnPf3J  dns_zones dns_records  203.0.113.7    expired 334 days ago

            Page 3 of 3, 5 tokens in all
            NAME       ID                         SCOPES                                                ADDRESSES   EXPIRES
            Terraform  apitoken_w0GtNj6ZqVhE2rAx  api_tokens virtual_machines networks security_groups  192.0.2.10  never
            """);
  }

  @Test
  void saysWhatIsMissing() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Map<String, String> environment = Map.of("KATAPULT_API_KEY", "key", "KATAPULT_ORGANIZATION", " ");
    Quickstart.run(environment, new PrintStream(bytes, true, StandardCharsets.UTF_8), NOW);

    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains(", also set KATAPULT_ORGANIZATION.").contains("Page 3");
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
