package io.katapult.audit;

import static io.katapult.audit.Text.joined;
import static io.katapult.audit.Text.visible;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiToken;
import io.katapult.recipes.TokenAudit.Finding;
import io.katapult.recipes.TokenAudit.Flagged;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** A format of a {@link Report}. */
enum ReportFormat {
  /** For a terminal. */
  TABLE("txt"),
  /** For a spreadsheet. */
  CSV("csv"),
  /** For programs. */
  JSON("json"),
  /** For people: a page with pictures that loads nothing. */
  HTML("html"),
  /** For CI servers: JUnit's XML, with a test case for each token. */
  JUNIT("xml");

  private static final Pattern FORMULA = Pattern.compile("[\\s\\p{Z}]*[=+\\-@\uff1d\uff0b\uff0d\uff20]");

  private final String extension;

  ReportFormat(String extension) {
    this.extension = extension;
  }

  /** The extension of such a file, without a dot. */
  String extension() {
    return extension;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  String write(Report report) {
    return switch (this) {
      case TABLE -> table(report);
      case CSV -> csv(report);
      case JSON -> json(report);
      case HTML -> HtmlReport.html(report);
      case JUNIT -> junit(report);
    };
  }

  static String date(@Nullable Instant instant) {
    return instant == null ? "never" : instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  /** Puts the name last because wide characters would break the alignment of later columns. */
  private static String table(Report report) {
    if (report.flagged().isEmpty()) {
      return report.summary() + "\n";
    }
    List<List<String>> rows = new ArrayList<>(List.of(List.of("ID", "EXPIRES", "FINDINGS", "NAME")));
    for (Flagged each : report.flagged()) {
      ApiToken token = each.token();
      rows.add(
          List.of(visible(token.id()), date(token.expiresAt()), joined(each.findings()), visible(token.name())));
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      int column = i;
      line.append("%-").append(rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1)).append("s  ");
    }
    line.append("%s\n");
    return rows.stream().map(row -> line.toString().formatted(row.toArray())).collect(Collectors.joining())
        + "\n%s The other formats also show their addresses and scopes.\n".formatted(report.summary());
  }

  private static String csv(Report report) {
    return "id,expires_at,findings,authorized_ip_addresses,scopes,name\r\n"
        + report.flagged().stream()
            .map(each -> values(each).values().stream().map(ReportFormat::cell).collect(Collectors.joining(",")))
            .map(row -> row + "\r\n")
            .collect(Collectors.joining());
  }

  /** Adds an apostrophe to text that a spreadsheet would run as a formula. */
  private static String cell(@Nullable Object value) {
    String text = visible(value instanceof List<?> list ? joined(list) : value == null ? "" : value.toString());
    String safe = FORMULA.matcher(text).lookingAt() ? "'" + text : text;
    return safe.matches("[^\",;]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  private static String json(Report report) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("audited_at", report.auditedAt().toString());
    values.put("organization", report.organization());
    values.put("tokens", report.tokens().size());
    values.put("failed", report.isFailed());
    values.put("flagged", report.flagged().stream().map(ReportFormat::values).toList());
    String json = new Moshi.Builder().build().adapter(Object.class).serializeNulls().indent("  ").toJson(values);
    // Invisible characters occur only in strings, where JSON has the same escapes.
    return json.lines().map(Text::visible).collect(Collectors.joining("\n", "", "\n"));
  }

  private static Map<String, @Nullable Object> values(Flagged flagged) {
    ApiToken token = flagged.token();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("id", token.id());
    values.put("expires_at", token.expiresAt() == null ? null : token.expiresAt().toString());
    values.put("findings", flagged.findings().stream().map(Finding::toString).toList());
    values.put("authorized_ip_addresses", token.authorizedIpAddresses());
    values.put("scopes", token.scopes());
    values.put("name", token.name());
    return values;
  }

  /** Findings that don't make the audit fail are output of a test case that passed. */
  private static String junit(Report report) {
    Map<String, Flagged> flagged =
        report.flagged().stream().collect(Collectors.toMap(each -> each.token().id(), each -> each));
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "API tokens of " + visible(report.organization()));
      xml.writeAttribute("tests", String.valueOf(report.tokens().size()));
      xml.writeAttribute("failures", String.valueOf(report.flagged().stream().filter(report::isFailed).count()));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", "0");
      xml.writeAttribute("time", "0");
      xml.writeAttribute("timestamp", report.auditedAt().toString());
      for (ApiToken token : report.tokens()) {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "katapult-audit");
        xml.writeAttribute("name", visible(token.name() + " (" + token.id() + ")"));
        xml.writeAttribute("time", "0");
        Flagged found = flagged.get(token.id());
        if (found != null) {
          String details =
              "expires: %s%nscopes: %s%naddresses: %s"
                  .formatted(
                      date(token.expiresAt()),
                      visible(joined(token.scopes())),
                      token.authorizedIpAddresses().isEmpty() ? "any" : visible(joined(token.authorizedIpAddresses())));
          String findings = joined(found.findings());
          if (report.isFailed(found)) {
            xml.writeStartElement("failure");
            xml.writeAttribute("type", "finding");
            xml.writeAttribute("message", findings);
            xml.writeCharacters(details);
          } else {
            xml.writeStartElement("system-out");
            xml.writeCharacters(findings + System.lineSeparator() + details);
          }
          xml.writeEndElement();
        }
        xml.writeEndElement();
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text + "\n";
  }
}
