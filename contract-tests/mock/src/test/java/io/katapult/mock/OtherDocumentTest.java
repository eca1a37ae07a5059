package io.katapult.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Serves a document that has nothing to do with the API: the example of {@code spec/parameter-rules}. */
class OtherDocumentTest {
  private static final Path DOCUMENT = Path.of("../../spec/parameter-rules/example.yaml");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static PrismMock mock;

  @BeforeAll
  static void start() {
    mock = PrismMock.start(DOCUMENT);
  }

  @AfterAll
  static void stop() {
    mock.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/shelves/a/books",
        "/shelves/a/books?isbn=9780000000",
        "/shelves/a/books?title=&limit=1",
        "/shelves/a/books?author[]=Ann&author[]=Bo&limit=1",
        "/loans",
        "/loans?filter[][field]=a&filter[][operator]=eq&filter[][value]=1",
        "/loans?filter[][field]=a&filter[][operator]=eq&filter[][value]=1&page=2"
            + "&filter[][field]=b&filter[][operator]=ne&filter[][value]=",
        "/readers?card=1&tag[][key]=a&tag[][value]=1&tag[][key]=b&tag[][value]=2",
        "/readers?sort[][by]=a&tag[][key]=a&sort[][direction]=up&tag[][value]=1"
            + "&tag[][key]=b&sort[][by]=b&tag[][value]=2&sort[][direction]=up",
        "/readers?tag%5B%5D%5Bkey%5D=a&tag%5B%5D%5Bvalue%5D=1&unknown=1",
      })
  void acceptsWhatTheRulesAllow(String target) throws Exception {
    HttpResponse<String> response = get(target);

    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    assertThat(response.headers().firstValue("sl-violations")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // Documented: 400.
    "/shelves/a/books?isbn=9780000000&title=a, 400, mutuallyExclusive",
    "/shelves/a/books?title=a&author[]=Ann, 400, mutuallyExclusive",
    "/shelves/a/books?isbn=9780000000&title=, 400, mutuallyExclusive",
    "/shelves/a/books?isbn=, 400, minLength",
    "/shelves/a/books?limit=, 400, type",
    "/shelves/a/books?isbn=1, 400, minLength",
    "/shelves/a/books?limit=0, 400, minimum",
    "/shelves/a/books?author[]=Ann&author[]=Bo&author[]=Cy, 400, maxItems",
    // Documented: 422.
    "/readers?card=1&name=a, 422, mutuallyExclusive",
    "/readers?card=1&name=a&tag[][key]=a, 422, mutuallyExclusive",
    "/readers?tag[][key]=a, 422, rows",
    "/readers?tag%5B%5D%5Bvalue%5D=a, 422, rows",
    "/readers?tag[][key]=a&tag[][value]=1&sort[][direction]=up&sort[][by]=a, 422, rows",
    "/readers?tag[][key]=a&tag[][key]=b&tag[][value]=1&tag[][value]=2, 422, rows",
    // Not documented.
    "/loans?filter[][field]=a&filter[][value]=1&filter[][operator]=eq, 422, rows",
    "/loans?filter[][field]=a&filter[][operator]=eq&filter[][value]=1&filter[][field]=b, 422, rows",
    "/loans?page=0, 422, minimum",
  })
  void refusesWhatBreaksARule(String target, int status, String rule) throws Exception {
    HttpResponse<String> response = get(target);

    assertThat(response.statusCode()).isEqualTo(status);
    if (target.startsWith("/loans")) {
      assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(response.body()).contains("\"code\":\"" + rule + "\"");
    } else {
      assertThat(response.headers().firstValue("sl-violations").orElse(""))
          .contains("\"code\":\"" + rule + "\"");
    }
    if (status == 400) {
      assertThat(response.body()).contains("\"problem\":");
    }
  }

  @Test
  void recordsTheRequestsApartFromThoseToTheApi() throws Exception {
    try (PrismMock another = PrismMock.start(DOCUMENT)) {
      MockApi api = another.api();
      send(api.baseUrl() + "/loans?page=1");

      assertThat(api.exchanges()).extracting(Exchange::target).containsExactly("/v1/loans?page=1");
    }
    assertThat(Path.of(System.getProperty("katapult.prism.traffic")).resolve("example.yaml")).isDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'servers: [{url: /}]', ''",
    "'servers: [{url: /v2/}]', /v2",
    "'servers: [{url: \"https://{host}/{version}\", variables: {host: {default: a.b}, version: {default: v3}}}]', /v3",
  })
  void servesBelowThePathOfAnyServerUrl(String servers, String path, @TempDir Path folder) throws Exception {
    Path document = Files.writeString(folder.resolve("paths.yaml"), document(servers, "rows: [[x, y]]"));
    try (PrismMock other = PrismMock.start(document)) {
      assertThat(URI.create(other.baseUrl()).getPath()).isEqualTo(path);
      assertThat(send(other.baseUrl() + "/things/mine?x=1&y=2").statusCode()).isEqualTo(204);
      assertThat(send(other.baseUrl() + "/things/mine?y=1&x=2").statusCode()).isEqualTo(422);
      assertThat(send(other.baseUrl() + "/things/1?y=1&x=2").statusCode()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'onlyOne: [[x, y]]', the unknown kind onlyOne",
    "'rows: [xx, yy]', rows must be a list of lists",
    "'rows: [[]]', rows must be a list of lists",
    "'mutuallyExclusive: x', mutuallyExclusive must be a list of lists",
  })
  void doesNotStartWithRulesThatItCannotEnforce(String rules, String problem, @TempDir Path folder)
      throws IOException {
    Path document = Files.writeString(folder.resolve("wrong.yaml"), document("", rules));

    assertThatThrownBy(() -> PrismMock.start(document))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("get /things/mine: x-parameter-rules")
        .hasMessageContaining(problem);
  }

  private static String document(String servers, String rules) {
    return """
        openapi: 3.0.3
        info: {title: Things, version: 1.0.0}
        %s
        paths:
          /things/{id}:
            get:
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {'204': {description: A thing.}}
          /things/mine:
            get:
              x-parameter-rules: {%s}
              parameters:
                - {name: x, in: query, schema: {type: array, items: {type: string}}}
                - {name: y, in: query, schema: {type: array, items: {type: string}}}
              responses: {'204': {description: A thing.}}
        """
        .formatted(servers, rules);
  }

  private static HttpResponse<String> get(String target) throws Exception {
    return send(mock.baseUrl() + target);
  }

  private static HttpResponse<String> send(String url) throws Exception {
    URI uri = URI.create(url.replace("[", "%5B").replace("]", "%5D"));
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
