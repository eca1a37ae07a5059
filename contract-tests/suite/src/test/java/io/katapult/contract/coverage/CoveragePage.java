package io.katapult.contract.coverage;

import io.katapult.verification.Exchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Renders the coverage of the spec as a page that loads nothing, and shows all without a pointer. */
final class CoveragePage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--line:#8885;--soft:#56616f;--ok:#1a7f4b;--no:#b3261e;--panel:#8881}
      @media(prefers-color-scheme:dark){:root{--soft:#a3adba;--ok:#4ac783;--no:#ff8577}body{background:#14181d}}
      *{box-sizing:border-box}
      body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;overflow-wrap:anywhere}
      h1,h2,h3{line-height:1.25}h1{font-size:1.5rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 0}
      h3{border-top:1px solid var(--line);font-size:1rem;margin:1.5rem 0 .5rem;padding-top:.5rem}
      h1 span,small{white-space:nowrap}small{color:var(--soft);font-weight:400}
      nav ul{columns:22rem;list-style:none;padding:0}a{color:inherit}
      .ok{color:var(--ok)}.no{color:var(--no)}a:focus-visible{outline:.2rem solid;outline-offset:.2rem}
      dl{margin:0}dt{margin-top:.4rem}dd{margin:0}dd code{color:var(--soft)}dt.no,dd.no{font-weight:700}
      code{font:.8rem/1.5 ui-monospace,monospace}
      @media(min-width:48rem){dl{display:grid;gap:.4rem 1rem;grid-template-columns:18rem 1fr}dt{margin:0}}
      """;

  private CoveragePage() {}

  /** An element, and the first exchange that shows it. */
  record Covered(ContractElements.Element element, Optional<Exchange> by) {
    String name() {
      return element.toString();
    }
  }

  static String html(List<Covered> all) {
    List<Covered> missing = all.stream().filter(covered -> covered.by.isEmpty()).toList();
    StringBuilder html =
        new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .append("<title>Contract coverage</title>\n<link rel=\"icon\" href=\"data:,\">\n")
            .append("<style>\n%s</style>\n</head>\n<body>\n<main>\n".formatted(STYLE))
            .append("<h1>Contract coverage: <span class=\"%s\">".formatted(missing.isEmpty() ? "ok" : "no"))
            .append("%d of %d</span></h1>\n".formatted(all.size() - missing.size(), all.size()))
            .append("<p>Each element of the spec, and the first request of the tests that shows it.</p>\n");
    if (!missing.isEmpty()) {
      html.append("<h2 class=\"no\">Not shown</h2>\n<ul>\n");
      for (Covered covered : missing) {
        html.append("<li>").append(link(covered, "element", covered.name(), all)).append("</li>\n");
      }
      html.append("</ul>\n");
    }
    by(covered -> covered.element.operation().toString(), all)
        .forEach((operation, ofOperation) -> operation(html, operation, ofOperation, all));
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void operation(StringBuilder html, String name, List<Covered> ofOperation, List<Covered> all) {
    Map<String, List<Covered>> groups = by(covered -> covered.element.group(), ofOperation);
    html.append("<h2>%1$s</h2>\n<nav aria-label=\"%1$s\">\n<ul>\n".formatted(escaped(name)));
    groups.forEach(
        (groupName, group) ->
            html.append("<li>%s %s</li>\n".formatted(link(group.get(0), "group", groupName, all), count(group))));
    html.append("</ul>\n</nav>\n");
    groups.forEach((groupName, group) -> group(html, groupName, group, all));
  }

  private static void group(StringBuilder html, String name, List<Covered> group, List<Covered> all) {
    html.append("<h3 id=\"group-%d\">%s ".formatted(all.indexOf(group.get(0)), escaped(name)))
        .append("%s</h3>\n<dl>\n".formatted(count(group)));
    for (Covered covered : group) {
      String mark = covered.by.isPresent() ? "" : " class=\"no\"";
      String request = covered.by.map(CoveragePage::request).orElse("not shown");
      html.append("<dt id=\"element-%d\"%s>".formatted(all.indexOf(covered), mark))
          .append(escaped(covered.element.name()))
          .append("</dt><dd%s>%s</dd>\n".formatted(mark, request));
    }
    html.append("</dl>\n");
  }

  /** A link to the element, or to the group whose first element it is. */
  private static String link(Covered to, String kind, String text, List<Covered> all) {
    return "<a href=\"#%s-%d\">%s</a>".formatted(kind, all.indexOf(to), escaped(text));
  }

  private static String count(List<Covered> group) {
    long shown = group.stream().filter(covered -> covered.by.isPresent()).count();
    return "<small>%d of %d</small>".formatted(shown, group.size());
  }

  /** A request and its status. The target may break before a parameter. */
  private static String request(Exchange by) {
    String target = escaped(by.target()).replace("?", "?<wbr>").replace("&amp;", "&amp;<wbr>");
    return "<code>%d %s %s</code>".formatted(by.status(), escaped(by.method()), target);
  }

  private static Map<String, List<Covered>> by(Function<Covered, String> key, List<Covered> all) {
    return all.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
