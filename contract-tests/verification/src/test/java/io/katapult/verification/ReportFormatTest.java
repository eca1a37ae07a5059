package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.katapult.verification.StandInServer.Answer;
import io.katapult.verification.StandInServer.Asked;
import io.katapult.verification.StandInServer.Variant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

class ReportFormatTest {
  /** Wrong in two ways; also with characters that some formats must escape, and with the key where it must not be. */
  private static Report report() throws IOException {
    return ServersTest.verify(
        new Variant() {
          @Override
          Answer answer(Asked asked, Answer answer) {
            Answer wrong = answer.header("X-Request-Id", "<b>&\"'\u00e9 " + UUID.randomUUID());
            return wrong.header("X-Key", StandInServer.KEY);
          }
        });
  }

  private static Report refusal() {
    return ServerVerification.verify(
        VerificationSettings.of("http://127.0.0.1:1", StandInServer.KEY, "acme"), line -> {});
  }

  @Test
  void theTextFitsOnAScreen() throws IOException {
    String text = ReportFormat.TEXT.write(report());

    assertThat(text).startsWith("2 findings\n\nhttp://");
    assertThat(text)
        .contains("1. ")
        .contains(" in all ")
        .contains("asked  ")
        .contains(" #/components/headers/X-Request-Id");
    assertThat(text.lines().count()).isLessThan(30);
    assertThat(text.lines().filter(line -> !line.startsWith("   again")))
        .allMatch(line -> line.length() <= 132);
  }

  @Test
  void aPlaceOfTheSpecHasItsLine() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "..", "spec", "openapi.yaml"));
    for (String name : List.of("X-Request-Id", "ETag", "Retry-After")) {
      int line = SpecLines.of("/components/headers/" + name);

      assertThat(lines.get(line - 1)).isEqualTo("    " + name + ":");
    }
    String path = "/paths/~1organizations~1organization~1api_tokens";
    assertThat(lines.get(SpecLines.of(path) - 1)).startsWith("  /organizations/");
    assertThat(SpecLines.of(path + "/get/unknown")).isEqualTo(SpecLines.of(path + "/get"));
    assertThat(lines.get(SpecLines.of("/components/schemas/ApiError/x-error-codes/1") - 1))
        .contains("invalid_argument");
  }

  @Test
  void aCommandSendsTheRequestAgain() throws IOException {
    assertThat(report().findings().get(0).examples().get(0).curl())
        .startsWith("curl -sSig -H \"Authorization: Bearer $KATAPULT_API_KEY\" 'http://")
        .contains(
            "/core/v1/organizations/organization/api_tokens?organization%5Bsub_domain%5D=acme");
  }

  @ParameterizedTest
  @EnumSource
  void noFormatShowsTheKey(ReportFormat format) throws IOException {
    assertThat(format.write(report()))
        .isNotEmpty()
        .doesNotContain(StandInServer.KEY)
        .doesNotContain("null instead");
    assertThat(format.write(refusal())).contains("does not answer");
  }

  @Test
  void htmlLoadsNothingAndEscapes() throws IOException {
    String html = ReportFormat.HTML.write(report());
    Files.writeString(Path.of("target", "verification-example.html"), html);

    assertThat(html).doesNotContain("<b>&").doesNotContain("src=").doesNotContain("url(");
    assertThat(html)
        .contains("href=\"#contract-components-headers-X-Request-Id\"")
        .contains("id=\"contract-components-headers-X-Request-Id\"");
  }

  @Test
  void sarifMatchesItsSchema() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json"))) {
      JsonNode schema = new JsonMapper().readTree(in);
      for (Report report : List.of(report(), refusal())) {
        JsonNode sarif = new JsonMapper().readTree(ReportFormat.SARIF.write(report));

        assertThat(
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                    .getSchema(schema)
                    .validate(sarif))
            .isEmpty();
      }
    }
  }

  @Test
  void junitCountsFindingsAndChecks()
      throws IOException, ParserConfigurationException, SAXException {
    Report report = report();
    Document xml = parsed(ReportFormat.JUNIT.write(report));

    assertThat(xml.getDocumentElement().getAttribute("failures")).isEqualTo("2");
    assertThat(xml.getElementsByTagName("testcase").getLength())
        .isEqualTo(report.checks().size() - report.checks(Report.Outcome.FAILED).size() + 2);
    assertThat(xml.getElementsByTagName("failure").getLength()).isEqualTo(2);
    assertThat(
            parsed(ReportFormat.JUNIT.write(refusal())).getElementsByTagName("error").getLength())
        .isEqualTo(1);
  }

  @Test
  void jsonHasEverything() throws IOException {
    Report report = report();
    JsonNode json = new JsonMapper().readTree(ReportFormat.JSON.write(report));

    assertThat(json.at("/conforms").asBoolean()).isFalse();
    assertThat(json.at("/findings")).hasSize(2);
    assertThat(json.at("/checks")).hasSize(report.checks().size());
    assertThat(json.at("/findings/0/examples/0/requestId").asText()).contains("<b>");
  }

  private static Document parsed(String xml)
      throws IOException, ParserConfigurationException, SAXException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }
}
