package io.katapult.contract.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import com.squareup.moshi.JsonWriter;
import io.katapult.mock.Traffic;
import io.katapult.verification.Exchange;
import io.katapult.verification.SpecValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import okio.BufferedSink;
import okio.Okio;
import org.junit.jupiter.api.Test;

/**
 * Measures how much of the spec the other tests cover, by the requests and responses that the mock recorded. Runs after
 * them. Writes each element and the request that covers it to {@code target/contract-coverage.json} and
 * {@code .html}.
 */
class ContractCoverage {
  private static final Path TARGET = Path.of("target");

  /** An element, and the first exchange that shows it. */
  private record Covered(ContractElements.Element element, Optional<Exchange> by) {
    String name() {
      return element.toString();
    }
  }

  @Test
  void everyElementOfTheSpecIsShown() throws IOException {
    List<Covered> all = measure(exchanges(id -> true), answeredByTheMock());
    List<String> uncovered = all.stream().filter(covered -> covered.by.isEmpty()).map(Covered::name).toList();
    writeJson(all, uncovered);
    Files.writeString(TARGET.resolve("contract-coverage.html"), html(all));

    assertThat(all).hasSizeGreaterThan(50);
    assertThat(uncovered)
        .as("elements of the spec that no test shows on the mock. For a schema or a response, give the operation an"
            + " example in the spec that has it; for a parameter or a rule, see DerivedRequestsTest, or add a vector")
        .isEmpty();
  }

  /** A second validator finds what Prism misses. */
  @Test
  void anotherValidatorJudgesTheTrafficAlike() throws IOException {
    SpecValidator validator = new SpecValidator();
    List<String> otherwise = new ArrayList<>();
    for (Exchange exchange : exchanges(id -> true)) {
      if (!exchange.responseHeader("Content-Type").contains("application/problem+json")) {
        validator.ofResponse(exchange).forEach(difference -> otherwise.add(exchange + ": " + difference));
      }
    }
    int refused = 0;
    for (Exchange exchange : answeredByTheMock()) {
      List<SpecValidator.Difference> differences = new ArrayList<>(validator.ofRequest(exchange));
      differences.removeIf(difference -> difference.problem().equals("is not a parameter in the spec"));
      refused += exchange.status() == 200 ? 0 : 1;
      if ((exchange.status() == 200) != differences.isEmpty()) {
        otherwise.add(exchange + ": " + differences);
      }
    }

    assertThat(refused).isGreaterThan(10);
    assertThat(otherwise).isEmpty();
  }

  private static Exchange read(io.katapult.mock.Exchange exchange) {
    return new Exchange(
        exchange.method(),
        exchange.target(),
        exchange.requestHeaders(),
        exchange.status(),
        exchange.responseHeaders(),
        exchange.body());
  }

  /** Without exchanges that chose their response by name, which tells nothing about the request. */
  private static List<Exchange> answeredByTheMock() throws IOException {
    return exchanges(""::equals).stream()
        .filter(exchange -> exchange.requestHeader("Prefer").isEmpty())
        .toList();
  }

  private static List<Exchange> exchanges(Predicate<Object> ofId) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("katapult.prism.traffic")))) {
      // The folders have the traffic of other documents.
      files.filter(Files::isRegularFile)
          .flatMap(file -> Traffic.exchanges(file, ofId).stream())
          .forEach(exchange -> exchanges.add(read(exchange)));
    }
    return exchanges;
  }

  private static List<Covered> measure(List<Exchange> all, List<Exchange> answeredByTheMock) {
    ContractElements contract = new ContractElements();
    List<ContractElements.Message> any = messages(all);
    List<ContractElements.Message> ofRequests = messages(answeredByTheMock);
    return contract.elements().stream()
        .map(
            element ->
                new Covered(
                    element,
                    (element.isOfTheRequest() ? ofRequests : any)
                        .stream().filter(element::isShownBy).findFirst().map(message -> message.exchange)))
        .toList();
  }

  private static List<ContractElements.Message> messages(List<Exchange> exchanges) {
    return exchanges.stream().map(ContractElements.Message::new).toList();
  }

  private static void writeJson(List<Covered> all, List<String> uncovered) throws IOException {
    try (BufferedSink sink = Okio.buffer(Okio.sink(TARGET.resolve("contract-coverage.json")));
        JsonWriter json = JsonWriter.of(sink)) {
      json.setIndent("  ");
      json.beginObject();
      json.name("elements").value(all.size());
      json.name("covered").value(all.size() - uncovered.size());
      json.name("uncovered").beginArray();
      for (String name : uncovered) {
        json.value(name);
      }
      json.endArray();
      json.name("coveredBy").beginObject();
      for (Covered covered : all) {
        if (covered.by.isPresent()) {
          json.name(covered.name()).value(covered.by.get().status() + " " + covered.by.get().target());
        }
      }
      json.endObject();
      json.endObject();
    }
  }

  private static String html(List<Covered> all) {
    Map<String, List<Covered>> groups = new LinkedHashMap<>();
    all.forEach(covered -> groups.computeIfAbsent(covered.element.operation() + ": " + covered.element.group(), group -> new ArrayList<>()).add(covered));
    long count = all.stream().filter(covered -> covered.by.isPresent()).count();
    StringBuilder html =
        new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Contract coverage</title>
            <style>
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430}
            h1{margin:0}h1 b{color:#1a7f4b}h1 b.no{color:#c0392b}
            section{display:grid;grid-template-columns:18rem 1fr;gap:.5rem 1rem;border-top:1px solid #dde3ea;padding:.7rem 0}
            h2{font-size:1rem;margin:0;overflow-wrap:anywhere}h2 small{display:block;color:#68758a;font-weight:400}
            span{display:inline-block;margin:0 .3rem .3rem 0;padding:.1rem .5rem;border-radius:.3rem;background:#dff3e6;color:#14532d}
            span.no{background:#fbe0dd;color:#8e1b10;font-weight:600}
            </style>
            """);
    String shortfall = count == all.size() ? "" : " class=no";
    html.append("<h1>Contract coverage <b%s>%d of %d</b></h1>".formatted(shortfall, count, all.size()))
        .append(
            "<p>Each element of the spec, shown by a request of the tests or not. Point at one to see which.</p>\n");
    groups.forEach(
        (group, elements) -> {
          long covered = elements.stream().filter(element -> element.by.isPresent()).count();
          html.append(
              "<section><h2>%s<small>%d of %d</small></h2><div>".formatted(escape(group), covered, elements.size()));
          for (Covered element : elements) {
            html.append(
                "<span%s title=\"%s\">%s</span>"
                    .formatted(
                        element.by.isPresent() ? "" : " class=no",
                        escape(element.by.map(by -> by.status() + " " + by.target()).orElse("not shown")),
                        escape(element.element.name())));
          }
          html.append("</div></section>\n");
        });
    return html.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
