package io.katapult.contract.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import com.squareup.moshi.JsonWriter;
import io.katapult.contract.coverage.CoveragePage.Covered;
import io.katapult.mock.Traffic;
import io.katapult.verification.Exchange;
import io.katapult.verification.SpecValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void everyElementOfTheSpecIsShown() throws IOException {
    List<Covered> all = measure(exchanges(id -> true), answeredByTheMock());
    List<String> uncovered = all.stream().filter(covered -> covered.by().isEmpty()).map(Covered::name).toList();
    writeJson(all, uncovered);
    Files.writeString(TARGET.resolve("contract-coverage.html"), CoveragePage.html(all));

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
        if (covered.by().isPresent()) {
          json.name(covered.name()).value(covered.by().get().status() + " " + covered.by().get().target());
        }
      }
      json.endObject();
      json.endObject();
    }
  }
}
