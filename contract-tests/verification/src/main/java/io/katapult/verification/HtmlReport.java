package io.katapult.verification;

import io.katapult.specreader.Spec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes a report as a page that loads nothing, for any width, light or dark. */
final class HtmlReport {
  private static final String STYLE =
      """
:root{color-scheme:light dark;--line:#8884;--ok:#1a7f4b;--no:#c0392b;--some:#9a6700;--code:#8881}
@media(prefers-color-scheme:dark){:root{--ok:#4ac783;--no:#ff8577;--some:#e3b341}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2.5rem}
article{border:1px solid var(--line);border-left:.35rem solid var(--no);border-radius:.4rem;padding:0 1rem 1rem;
  margin:1rem 0}
h3{font-size:1rem}dl{margin:0;display:grid;grid-template-columns:6rem 1fr;gap:.3rem 1rem}dt{opacity:.75}dd{margin:0}
@media(max-width:36rem){dl{grid-template-columns:1fr}dd{margin-bottom:.6rem}}
code,pre{font:.85rem/1.45 ui-monospace,monospace;background:var(--code);border-radius:.25rem}
code{padding:.1rem .3rem}pre{padding:.7rem;white-space:pre-wrap}
.ok{color:var(--ok)}.no{color:var(--no)}.some{color:var(--some)}
ul.checks{list-style:none;padding:0}ul.checks li{border-top:1px solid var(--line);padding:.4rem 0}
ul.checks b{display:inline-block;min-width:6.5rem}small{opacity:.8;display:block}
""";

  private HtmlReport() {}

  static String html(Report report) {
    StringBuilder html =
        new StringBuilder(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    html.append("<title>Verification of ").append(escaped(report.server())).append("</title>\n");
    html.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    html.append(
        "<h1 class=\"%s\">%s</h1>%n"
            .formatted(report.isConforming() ? "ok" : "no", escaped(ReportFormat.summary(report))));
    html.append(
        "<p>Server <code>%s</code>, spec %s, %s, %s</p>%n"
            .formatted(
                escaped(report.server()),
                escaped(report.spec()),
                Probe.counted(report.requests(), "request"),
                report.startedAt().toString().substring(0, 16).replace('T', ' ') + " UTC"));
    Set<String> contracts = new LinkedHashSet<>();
    if (!report.findings().isEmpty()) {
      html.append("<h2>Findings</h2>\n");
      report.findings().forEach(finding -> finding(html, finding, contracts));
    }
    list(html, "Not tested", ReportFormat.untested(report));
    list(html, "Remarks", report.remarks());
    if (!report.checks().isEmpty()) {
      html.append("<h2>Checks</h2>\n<ul class=\"checks\">\n");
      report.checks().forEach(check -> check(html, check));
      html.append("</ul>\n");
    }
    if (!contracts.isEmpty()) {
      html.append("<h2>What the contract says</h2>\n");
      contracts.forEach(contract -> contract(html, contract));
    }
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void list(StringBuilder html, String title, List<String> sentences) {
    if (!sentences.isEmpty()) {
      html.append("<h2>").append(title).append("</h2>\n<ul>\n");
      sentences.forEach(
          sentence -> html.append("<li>").append(escaped(sentence)).append("</li>\n"));
      html.append("</ul>\n");
    }
  }

  private static void finding(StringBuilder html, Report.Finding finding, Set<String> contracts) {
    html.append("<article>\n<h3>").append(escaped(finding.sentence())).append("</h3>\n");
    int number = 0;
    for (Report.Example example : finding.examples()) {
      if (number == 1) {
        html.append("<details><summary>")
            .append(Probe.counted(finding.examples().size() - 1, "more example"))
            .append("</summary>\n");
      }
      html.append("<dl>\n");
      row(html, "asked", "<code>" + escaped(example.asked()) + "</code>");
      row(html, "came", escaped(example.came()));
      if (!example.expected().isEmpty()) {
        row(html, "expected", escaped(example.expected()));
      }
      if (number == 0) {
        String link =
            "<a href=\"#%s\"><code>%s</code></a>"
                .formatted(anchor(finding.contract()), escaped(finding.contract()));
        row(
            html,
            "contract",
            link + (finding.text().isEmpty() ? "" : "<br>" + escaped(finding.text())));
        contracts.add(finding.contract());
      }
      row(html, "again", "<code>" + escaped(example.curl()) + "</code>");
      html.append("</dl>\n");
      number++;
    }
    html.append(number > 1 ? "</details>\n" : "").append("</article>\n");
  }

  private static void row(StringBuilder html, String name, String value) {
    html.append("<dt>").append(name).append("</dt><dd>").append(value).append("</dd>\n");
  }

  private static void check(StringBuilder html, Report.Check check) {
    String outcome =
        switch (check.outcome()) {
          case PASSED -> "<b class=\"ok\">passed</b>";
          case FAILED -> "<b class=\"no\">failed</b>";
          case NOT_TESTED -> "<b class=\"some\">not tested</b>";
        };
    html.append("<li>").append(outcome).append(' ').append(escaped(check.title()));
    if (check.note() != null) {
      html.append("<small>").append(escaped(check.note())).append("</small>");
    }
    html.append("</li>\n");
  }

  /** Shows a part of the spec as YAML. A long part is cut, because only its beginning explains the rest. */
  private static void contract(StringBuilder html, String contract) {
    Object part = SpecSchemas.at(contract);
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(80).build();
    String yaml =
        new Dump(settings)
            .dumpToString(part instanceof Map<?, ?> map && map.isEmpty() ? Spec.at("info") : part);
    String[] lines = yaml.split("\n", -1);
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(40, lines.length); i++) {
      shown.append(lines[i]).append('\n');
    }
    html.append(
        "<h3 id=\"%s\"><code>openapi.yaml#%s</code></h3>%n<pre>%s%s</pre>%n"
            .formatted(
                anchor(contract),
                escaped(contract),
                escaped(shown.toString().stripTrailing()),
                lines.length > 40 ? "\n…" : ""));
  }

  private static String anchor(String contract) {
    return "contract" + contract.replaceAll("[^A-Za-z0-9]+", "-");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
