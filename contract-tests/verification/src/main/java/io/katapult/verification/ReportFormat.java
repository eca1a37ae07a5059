package io.katapult.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A format of a {@link Report}. */
public enum ReportFormat {
  /** For people: at most one screen. */
  TEXT("txt"),
  /** For people: a page that loads nothing. */
  HTML("html"),
  /** The report as it is. */
  JSON("json"),
  /** JUnit's XML, with a test case for each check. */
  JUNIT("xml"),
  /** SARIF 2.1.0, with a result for each finding. */
  SARIF("sarif");

  private static final int FULL = 2;
  private static final int BRIEF = 8;
  private static final int WIDTH = 118;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final String extension;

  ReportFormat(String extension) {
    this.extension = extension;
  }

  /** {@return the usual extension of such a file, without a dot} */
  public String extension() {
    return extension;
  }

  /**
   * Writes a report in this format.
   *
   * @param report what to write
   * @return the contents of a file, in UTF-8
   */
  public String write(Report report) {
    return switch (this) {
      case TEXT -> text(report, Integer.MAX_VALUE);
      case HTML -> HtmlReport.html(report);
      case JSON -> json(report);
      case JUNIT -> junit(report);
      case SARIF -> sarif(report);
    };
  }

  /** The result in one line. */
  static String summary(Report report) {
    if (report.refusal() != null) {
      return report.refusal();
    }
    int findings = report.findings().size();
    int untested = report.checks(Report.Outcome.NOT_TESTED).size();
    return (findings == 0 ? "Conforms to the spec" : Probe.counted(findings, "finding"))
        + (untested == 0
            ? ""
            : ", " + untested + " of " + report.checks().size() + " checks not tested");
  }

  /** The report as text that fits on a screen. */
  static String screen(Report report) {
    return text(report, FULL);
  }

  private static String text(Report report, int full) {
    StringBuilder text = new StringBuilder();
    text.append(summary(report)).append("\n\n");
    text.append(
        "%s, spec %s, %s%n"
            .formatted(
                report.server(), report.spec(), Probe.counted(report.requests(), "request")));
    int number = 0;
    for (Report.Finding finding : report.findings()) {
      number++;
      if (number <= full) {
        text.append("%n%d. %s%n".formatted(number, finding.sentence()));
        Report.Example example = finding.examples().get(0);
        line(text, "asked", example.asked());
        line(text, "came", example.came());
        line(text, "expected", example.expected());
        line(text, "contract", place(finding));
        line(text, "", finding.text());
        line(text, "again", example.curl());
      } else if (number - BRIEF <= full) {
        text.append(number == full + 1 ? "\n" : "")
            .append("%d. %s%n".formatted(number, finding.sentence()));
      }
    }
    if (number - BRIEF > full) {
      text.append("And %d more, which --report has.%n".formatted(number - BRIEF - full));
    }
    list(text, "Not tested", untested(report));
    list(text, "Remarks", report.remarks());
    // The server may send commands for a terminal.
    return text.toString().replaceAll("[\\p{Cntrl}&&[^\r\n]]", "?");
  }

  private static void list(StringBuilder text, String title, List<String> sentences) {
    text.append(sentences.isEmpty() ? "" : "\n" + title + "\n");
    sentences.forEach(sentence -> text.append("  - ").append(wrapped(sentence)).append('\n'));
  }

  /** Where the spec says it. */
  static String place(Report.Finding finding) {
    return "openapi.yaml:" + SpecLines.of(finding.contract()) + " #" + finding.contract();
  }

  /** What was not tested: the checks that share a reason in one line. */
  static List<String> untested(Report report) {
    List<String> reasons = new ArrayList<>();
    report.checks(Report.Outcome.NOT_TESTED).stream()
        .map(check -> String.valueOf(check.note()))
        .distinct()
        .forEach(
            reason -> {
              List<String> ids =
                  report.checks(Report.Outcome.NOT_TESTED).stream()
                      .filter(check -> reason.equals(check.note()))
                      .map(Report.Check::id)
                      .toList();
              String sentence = Character.toUpperCase(reason.charAt(0)) + reason.substring(1);
              reasons.add(sentence + ". Not tested: " + String.join(", ", ids) + ".");
            });
    return reasons;
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      // A command is not cut, so that it can be copied.
      text.append("   %-9s %s%n".formatted(name, name.equals("again") ? value : cut(value)));
    }
  }

  private static String wrapped(String text) {
    StringBuilder wrapped = new StringBuilder();
    int length = 0;
    for (String word : text.split(" ", -1)) {
      if (length + word.length() > WIDTH) {
        wrapped.append("\n    ");
        length = 0;
      } else if (length > 0) {
        wrapped.append(' ');
      }
      wrapped.append(word);
      length += word.length() + 1;
    }
    return wrapped.toString();
  }

  private static String cut(String text) {
    return text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text;
  }

  private static String json(Report report) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("server", report.server())
        .put("spec", report.spec())
        .put("startedAt", report.startedAt().toString());
    json.put("requests", report.requests())
        .put("conforms", report.isConforming())
        .put("refusal", report.refusal());
    ArrayNode findings = json.putArray("findings");
    for (Report.Finding finding : report.findings()) {
      ObjectNode node = findings.addObject();
      node.put("id", finding.id())
          .put("sentence", finding.sentence())
          .put("contract", finding.contract());
      node.put("text", finding.text()).put("count", finding.count());
      ArrayNode examples = node.putArray("examples");
      finding
          .examples()
          .forEach(
              example ->
                  examples
                      .addObject()
                      .put("asked", example.asked())
                      .put("came", example.came())
                      .put("expected", example.expected().isEmpty() ? null : example.expected())
                      .put("requestId", example.requestId())
                      .put("curl", example.curl()));
    }
    ArrayNode checks = json.putArray("checks");
    report
        .checks()
        .forEach(
            check ->
                checks
                    .addObject()
                    .put("id", check.id())
                    .put("title", check.title())
                    .put("outcome", check.outcome().name())
                    .put("note", check.note())
                    .put("requests", check.requests()));
    ArrayNode remarks = json.putArray("remarks");
    report.remarks().forEach(remarks::add);
    return pretty(json);
  }

  private static String pretty(ObjectNode json) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String junit(Report report) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "katapult-verification");
      int failures = report.findings().size();
      // A failed check is not repeated: its findings are failures.
      List<Report.Check> others =
          report.checks().stream()
              .filter(check -> check.outcome() != Report.Outcome.FAILED)
              .toList();
      xml.writeAttribute(
          "tests", String.valueOf(failures + others.size() + (report.refusal() == null ? 0 : 1)));
      xml.writeAttribute("failures", String.valueOf(failures));
      xml.writeAttribute("errors", report.refusal() == null ? "0" : "1");
      xml.writeAttribute(
          "skipped", String.valueOf(report.checks(Report.Outcome.NOT_TESTED).size()));
      xml.writeAttribute("timestamp", report.startedAt().toString());
      if (report.refusal() != null) {
        testCase(xml, "start", "The verification can begin.", "error", report.refusal(), "");
      }
      for (Report.Finding finding : report.findings()) {
        StringBuilder details = new StringBuilder();
        finding
            .examples()
            .forEach(
                example ->
                    details
                        .append("asked: ")
                        .append(example.asked())
                        .append("\ncame: ")
                        .append(example.came())
                        .append(example.expected().isEmpty() ? "" : "\nexpected: ")
                        .append(example.expected())
                        .append("\nagain: ")
                        .append(example.curl())
                        .append("\n\n"));
        details.append("contract: ").append(place(finding));
        testCase(
            xml,
            "finding." + finding.id().replaceAll("[^A-Za-z0-9_-]+", "-"),
            finding.title(),
            "failure",
            finding.sentence(),
            details.toString());
      }
      for (Report.Check check : others) {
        boolean isSkipped = check.outcome() == Report.Outcome.NOT_TESTED;
        testCase(
            xml,
            check.id(),
            check.title(),
            isSkipped ? "skipped" : "",
            String.valueOf(check.note()),
            "");
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text + "\n";
  }

  private static void testCase(
      XMLStreamWriter xml, String id, String name, String result, String message, String details)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "katapult-verification." + id);
    xml.writeAttribute("name", visible(name));
    if (!result.isEmpty()) {
      xml.writeStartElement(result);
      xml.writeAttribute("message", visible(message));
      xml.writeCharacters(visible(details));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  /** XML can't hold some characters. */
  private static String visible(String text) {
    return text.replaceAll("[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
  }

  private static String sarif(Report report) {
    ObjectNode sarif = MAPPER.createObjectNode();
    sarif.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json").put("version", "2.1.0");
    ObjectNode run = sarif.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "katapult-verification").put("version", Main.version());
    ArrayNode rules = driver.putArray("rules");
    ObjectNode invocation = run.putArray("invocations").addObject();
    invocation.put("executionSuccessful", report.refusal() == null);
    invocation.put("startTimeUtc", report.startedAt().toString());
    if (report.refusal() != null) {
      ObjectNode notification = invocation.putArray("toolExecutionNotifications").addObject();
      notification.put("level", "error").putObject("message").put("text", report.refusal());
    }
    ArrayNode results = run.putArray("results");
    for (Report.Finding finding : report.findings()) {
      rules
          .addObject()
          .put("id", finding.id())
          .putObject("shortDescription")
          .put("text", finding.title());
      ObjectNode result = results.addObject();
      result.put("ruleId", finding.id()).put("ruleIndex", rules.size() - 1).put("level", "error");
      Report.Example example = finding.examples().get(0);
      String expected =
          example.expected().isEmpty() ? "" : " Expected: " + example.expected() + ".";
      result
          .putObject("message")
          .put(
              "text",
              finding.sentence()
                  + " Asked: "
                  + example.asked()
                  + ". Came: "
                  + example.came()
                  + "."
                  + expected);
      ObjectNode location = result.putArray("locations").addObject();
      ObjectNode physical = location.putObject("physicalLocation");
      physical.putObject("artifactLocation").put("uri", "openapi.yaml");
      physical.putObject("region").put("startLine", SpecLines.of(finding.contract()));
      location
          .putArray("logicalLocations")
          .addObject()
          .put("fullyQualifiedName", finding.contract())
          .put("kind", "object");
      result.put("occurrenceCount", finding.count());
    }
    return pretty(sarif);
  }
}
