package io.katapult.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.swagger.v3.core.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the reference pages of several documents with these documents. */
@DisabledIfSystemProperty(named = "documentation.skip", matches = "true", disabledReason = "needs Redocly")
class ReferenceTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final Map<String, String> RULES =
      Map.of("mutuallyExclusive", "at most one of", "rows", "row by row");
  private static final Map<String, String> NOTES =
      Map.of("mutuallyExclusive", "not together with", "rows", "row by row");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("KATAPULT_API_KEY", "a key", "KATAPULT_ORGANIZATION", "an \"organization\"");

  @TempDir private static Path directory;
  private static final List<Reference> REFERENCES = new ArrayList<>();

  /** A document without references to other files, and its page. */
  record Reference(String name, JsonNode document, Document page) {
    @Override
    public String toString() {
      return name;
    }

    JsonNode resolved(JsonNode node) {
      return node.has("$ref") ? resolved(document.at(node.get("$ref").asText().substring(1))) : node;
    }

    List<Operation> operations() {
      List<Operation> operations = new ArrayList<>();
      document
          .get("paths")
          .properties()
          .forEach(
              item ->
                  item.getValue()
                      .properties()
                      .forEach(
                          field -> {
                            String method = field.getKey();
                            if (METHODS.contains(method)) {
                              operations.add(
                                  new Operation(this, item.getKey(), item.getValue(), method, field.getValue()));
                            }
                          }));
      return operations;
    }
  }

  record Operation(Reference of, String path, JsonNode item, String method, JsonNode node) {
    Element article() {
      String id = node.get("operationId").asText();
      Element article = of.page.getElementById(id);
      assertThat(article).as("the article %s", id).isNotNull();
      return article;
    }

    List<JsonNode> parameters() {
      return Stream.of(item, node).flatMap(it -> stream(it.path("parameters"))).map(of::resolved).toList();
    }

    List<String> names(String place) {
      return parameters().stream()
          .filter(parameter -> parameter.get("in").asText().equals(place))
          .map(parameter -> parameter.get("name").asText())
          .toList();
    }

    /** The rules of a kind. */
    List<List<String>> rules(String kind) {
      return stream(node.at("/x-parameter-rules/" + kind)).map(ReferenceTest::texts).toList();
    }

    /** Each documented response by its status. */
    Map<String, JsonNode> responses() {
      Map<String, JsonNode> responses = new LinkedHashMap<>();
      node.get("responses").properties().forEach(it -> responses.put(it.getKey(), of.resolved(it.getValue())));
      return responses;
    }
  }

  @BeforeAll
  static void build() throws Exception {
    for (Path document :
        List.of(
            Path.of("openapi.yaml"),
            Path.of("parameter-rules/example.yaml"),
            Path.of("../contract-tests/growth/openapi.yaml"))) {
      Path bundle = directory.resolve("bundle.json");
      Path page = directory.resolve("reference.html");
      run("bundle", document.toString(), "--config=parameter-rules/redocly.yaml", "--output=" + bundle);
      run("reference", document.toString(), page.toString());
      REFERENCES.add(
          new Reference(
              document.toString(),
              Json.mapper().readTree(Files.readString(bundle)),
              Jsoup.parse(Files.readString(page))));
    }
  }

  static List<Reference> references() {
    return REFERENCES;
  }

  static Stream<Operation> operations() {
    return REFERENCES.stream().flatMap(reference -> reference.operations().stream());
  }

  @ParameterizedTest
  @MethodSource("references")
  void loadsNothingAndRunsNothing(Reference reference) {
    Document page = reference.page;

    assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .isEqualTo("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    assertThat(page.select("script, img, iframe, object, embed, video, audio, form, [src], [srcset]")).isEmpty();
    assertThat(page.select("link").eachAttr("href")).containsExactly("data:,");
    assertThat(page.select("style").html()).isNotEmpty().doesNotContain("url(", "@import");
  }

  @ParameterizedTest
  @MethodSource("references")
  void hasHeadingsLandmarksAndLinksInOrder(Reference reference) {
    Document page = reference.page;
    List<Integer> levels =
        page.select("h1, h2, h3, h4, h5, h6").stream().map(it -> Integer.parseInt(it.tagName().substring(1))).toList();
    List<String> ids = page.select("[id]").eachAttr("id");

    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("meta[name=viewport]")).hasSize(1);
    assertThat(page.select("body > *").stream().map(Element::tagName)).containsExactly("a", "header", "nav", "main");
    assertThat(page.select("nav").attr("aria-label")).isNotEmpty();
    JsonNode info = reference.document.get("info");
    assertThat(page.select("h1").text()).isEqualTo(info.get("title").asText() + " " + info.get("version").asText());
    assertThat(levels).startsWith(1).containsOnlyOnce(1);
    for (int i = 1; i < levels.size(); i++) {
      int highest = levels.get(i - 1) + 1;
      assertThat(levels.get(i)).as("the level of heading %d of %s", i, levels).isLessThanOrEqualTo(highest);
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(page.select("a[href^=#]").eachAttr("href"))
        .isNotEmpty()
        .allMatch(href -> ids.contains(href.substring(1)));
    assertThat(page.select("a:not([href^=#])").eachAttr("href")).allMatch(href -> href.startsWith("https://"));
    assertThat(page.select("nav a").eachAttr("href"))
        .containsAll(reference.operations().stream().map(it -> "#" + it.article().id()).toList());
  }

  /** A name, a scope or a code is one word. */
  @ParameterizedTest
  @MethodSource("references")
  void breaksNoWords(Reference reference) {
    assertThat(reference.page.select("style").html()).doesNotContain("overflow-wrap", "word-break", "hyphens");
    for (Element wordBreak : reference.page.select("wbr")) {
      Node before = wordBreak.previousSibling();
      assertThat(before instanceof TextNode text ? text.getWholeText() : "&").matches("(?s).*[ /&=]");
    }
    assertThat(reference.page.select("wbr")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void showsTheCall(Operation operation) {
    Element article = operation.article();

    assertThat(article.select("h3").text())
        .isEqualTo(operation.node.path("summary").asText(operation.node.get("operationId").asText()));
    assertThat(article.select(".call").text())
        .isEqualTo(operation.method.toUpperCase(Locale.ROOT) + " " + operation.path);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void showsEachParameterWithItsRules(Operation operation) {
    Element section = section(operation.article(), "Parameters");
    List<Element> rules = new ArrayList<>(section.select(".rules > li"));
    Map<String, Element> descriptions = new HashMap<>();
    for (Element name : section.select("> dl > dt > code")) {
      descriptions.put(name.text(), name.parent().nextElementSibling());
    }

    assertThat(section.select("> dl > dt > code").eachText())
        .containsExactlyElementsOf(operation.parameters().stream().map(it -> it.get("name").asText()).toList());
    RULES.forEach(
        (kind, sentence) -> {
          for (List<String> names : operation.rules(kind)) {
            List<Element> found =
                rules.stream()
                    .filter(it -> it.text().contains(sentence))
                    .filter(it -> Collections.indexOfSubList(it.select("code").eachText(), names) == 0)
                    .toList();
            assertThat(found).as("%s %s in words", kind, names).hasSize(1);
            for (String name : names) {
              String link = "p:has(a[href=#" + found.get(0).id() + "])";
              List<String> others = new ArrayList<>(names);
              others.remove(name);
              String note = descriptions.get(name).select(link).text();
              assertThat(note).as("the rule of %s", name).contains(NOTES.get(kind)).contains(others);
            }
            rules.removeAll(found);
          }
        });
    assertThat(rules).as("rules that are not in the document").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void showsEachScope(Operation operation) {
    Set<String> scopes = new HashSet<>();
    operation.of.document.path("security").forEach(it -> it.forEach(of -> scopes.addAll(texts(of))));

    assertThat(section(operation.article(), "Authentication").select("code").eachText()).containsAll(scopes);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void showsEachResponseWithItsCodesHeadersPropertiesAndExamples(Operation operation) throws IOException {
    Element section = section(operation.article(), "Responses");

    assertThat(section.select("h5").stream().map(it -> it.ownText().strip()))
        .containsExactlyElementsOf(operation.responses().keySet());
    for (Map.Entry<String, JsonNode> response : operation.responses().entrySet()) {
      Element shown = section.select(".response:has(> h5:contains(" + response.getKey() + "))").first();
      List<String> headers = section.select("> dl > dt > code").eachText();
      headers.addAll(shown.select("> dl > dt > code").eachText());
      assertThat(headers).containsAll(namesOf(response.getValue().path("headers")));
      List<JsonNode> examples = new ArrayList<>();
      for (Element example : shown.select("details pre")) {
        examples.add(jsonOrText(example.wholeText()));
      }
      List<JsonNode> expected = new ArrayList<>();
      Set<String> properties = new HashSet<>();
      Set<JsonNode> codes = new HashSet<>();
      for (JsonNode media : response.getValue().path("content")) {
        media.path("examples").forEach(it -> expected.add(operation.of.resolved(it).get("value")));
        if (media.has("example")) {
          expected.add(media.get("example"));
        }
        collect(operation.of, media.get("schema"), properties, codes, new HashSet<>());
      }
      assertThat(examples).containsExactlyElementsOf(expected);
      Element described =
          shown.select("a[href^=#schema-]").isEmpty()
              ? shown
              : operation.of.page.getElementById(shown.select("a[href^=#schema-]").attr("href").substring(1));
      assertThat(described.select("dt > code").eachText()).containsAll(properties);
      codes.removeIf(code -> !code.get("status").asText().equals(response.getKey()));
      assertThat(shown.select(".codes > li").stream().map(it -> it.select("code").eachText()))
          .containsExactlyInAnyOrderElementsOf(codes.stream().map(ReferenceTest::codeAndDetail).toList());
    }
  }

  /** Runs the example with a shell, in which curl prints its arguments. */
  @ParameterizedTest
  @MethodSource("operations")
  @DisabledOnOs(OS.WINDOWS)
  void hasACommandThatKeepsTheRules(Operation operation) throws Exception {
    Command command = Command.run(section(operation.article(), "Example").select("pre").first().wholeText(), directory);
    List<String> names = command.pairs.stream().map(Map.Entry::getKey).toList();
    boolean hasBody = operation.node.has("requestBody");

    assertThat(command.url)
        .matches(
            (operation.of.document.at("/servers/0/url").asText() + operation.path)
                .replace(".", "\\.")
                .replaceAll("\\{[^}]*}", "[A-Za-z0-9]+"));
    assertThat(command.method).isEqualTo(operation.method.toUpperCase(Locale.ROOT));
    assertThat(command.body.isMissingNode()).isEqualTo(!hasBody);
    assertThat(command.headers.contains("Authorization: Bearer a key"))
        .isEqualTo(operation.of.document.has("security"));
    assertThat(operation.names("query")).containsAll(names);
    for (List<String> exclusive : operation.rules("mutuallyExclusive")) {
      assertThat(names.stream().filter(exclusive::contains)).as("sent of %s", exclusive).hasSize(1);
    }
    for (List<String> columns : operation.rules("rows")) {
      assertThat(names.stream().filter(columns::contains).toList())
          .as("two rows of %s", columns)
          .isEqualTo(Stream.of(columns, columns).flatMap(List::stream).toList());
    }
    for (JsonNode parameter : operation.parameters()) {
      String name = parameter.get("name").asText();
      if (parameter.path("example").isArray()) {
        assertThat(command.values(name)).isEqualTo(texts(parameter.get("example")));
      }
    }
    for (JsonNode parameter : operation.of.document.path("x-client-parameters")) {
      String name = parameter.get("parameter").asText();
      if (operation.names("query").contains(name)) {
        assertThat(command.values(name)).containsExactly(ENVIRONMENT.get(parameter.get("environment").asText()));
      }
    }
  }

  /** The arguments of curl. */
  private record Command(
      String url, String method, List<String> headers, List<Map.Entry<String, String>> pairs, JsonNode body) {

    static Command run(String line, Path directory) throws IOException, InterruptedException {
      Path curl = directory.resolve("curl");
      Files.writeString(curl, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
      assertThat(curl.toFile().setExecutable(true)).isTrue();
      ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", line).redirectErrorStream(true);
      shell.environment().putAll(ENVIRONMENT);
      shell.environment().put("PATH", directory.toString());
      Process process = shell.start();
      List<String> arguments = new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      assertThat(process.waitFor()).as("the exit code of %s: %s", line, arguments).isZero();

      List<String> rest = new ArrayList<>();
      Map<String, List<String>> options = new HashMap<>();
      for (int i = 0; i < arguments.size(); i++) {
        String argument = arguments.get(i);
        if (argument.startsWith("--") && !argument.equals("--get")) {
          i++;
          options.computeIfAbsent(argument, option -> new ArrayList<>()).add(arguments.get(i));
        } else {
          rest.add(argument);
        }
      }
      assertThat(options.keySet()).isSubsetOf("--header", "--request", "--data-urlencode", "--url-query", "--json");
      // Otherwise, the pairs would be the body.
      assertThat(rest.remove("--get")).isEqualTo(options.containsKey("--data-urlencode"));
      assertThat(rest).as("the URL").hasSize(1);
      List<Map.Entry<String, String>> pairs =
          Stream.of("--data-urlencode", "--url-query")
              .flatMap(option -> options.getOrDefault(option, List.of()).stream())
              .map(pair -> Map.entry(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1)))
              .toList();
      List<String> bodies = options.getOrDefault("--json", List.of());
      return new Command(
          rest.get(0),
          options.getOrDefault("--request", List.of("GET")).get(0),
          options.getOrDefault("--header", List.of()),
          pairs,
          bodies.isEmpty() ? MissingNode.getInstance() : Json.mapper().readTree(bodies.get(0)));
    }

    List<String> values(String name) {
      return pairs.stream().filter(pair -> pair.getKey().equals(name)).map(Map.Entry::getValue).toList();
    }
  }

  private static Element section(Element within, String title) {
    return within.select("section:has(> h4:containsOwn(" + title + "))").stream()
        .findFirst()
        .orElseGet(() -> new Element("section"));
  }

  /** The names of all properties of a schema, and the documented codes. */
  private static void collect(
      Reference reference, JsonNode schema, Set<String> properties, Set<JsonNode> codes, Set<JsonNode> seen) {
    JsonNode resolved = reference.resolved(schema);
    if (!seen.add(resolved)) {
      return;
    }
    properties.addAll(namesOf(resolved.path("properties")));
    resolved.path("x-error-codes").forEach(codes::add);
    Stream.of(resolved.path("properties"), resolved.path("allOf"))
        .flatMap(ReferenceTest::stream)
        .forEach(it -> collect(reference, it, properties, codes, seen));
    if (resolved.has("items")) {
      collect(reference, resolved.get("items"), properties, codes, seen);
    }
  }

  private static List<String> codeAndDetail(JsonNode code) {
    return Stream.concat(Stream.of(code.get("code").asText()), texts(code.get("detail")).stream()).toList();
  }

  private static JsonNode jsonOrText(String text) throws IOException {
    boolean isJson = text.startsWith("{") || text.startsWith("[");
    return isJson ? Json.mapper().readTree(text) : Json.mapper().getNodeFactory().textNode(text);
  }

  private static Collection<String> namesOf(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Stream<JsonNode> stream(JsonNode container) {
    List<JsonNode> nodes = new ArrayList<>();
    container.forEach(nodes::add);
    return nodes.stream();
  }

  private static List<String> texts(JsonNode array) {
    return stream(array).map(JsonNode::asText).toList();
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "src/redocly/run.mjs"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("the exit code of %s: %s", command, output).isZero();
  }
}
