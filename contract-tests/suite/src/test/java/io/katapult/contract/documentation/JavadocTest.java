package io.katapult.contract.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RetryPolicy;
import io.katapult.mock.Answers;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.verification.VerificationSettings;
import io.katapult.verification.junit.ServerContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles and runs the Java code in the Javadoc of the artifacts. */
@ExtendWith(PrismExtension.class)
class JavadocTest {
  private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* *\\}</pre>", Pattern.DOTALL);

  /** A code block in Javadoc, with the asterisks before its lines. */
  private record Example(Path file, String code) {
    boolean isJava() {
      return code.contains(";");
    }

    String unadorned() {
      return Pattern.compile("^ *\\* ?", Pattern.MULTILINE).matcher(code).replaceAll("");
    }

    @Override
    public String toString() {
      return file.getFileName().toString();
    }
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder :
        List.of(
            "../../extensions/src/main/java",
            "../mock/src/main/java",
            "../verification/src/main/java",
            "../../generated-client/src/main/templates")) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }

  private static Stream<Example> examples(Path file, String source) {
    return EXAMPLE.matcher(source).results().map(match -> new Example(file, match.group(1)));
  }

  static List<Example> examplesInJava() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (Path file : files()) {
      examples(file, Files.readString(file)).filter(Example::isJava).forEach(examples::add);
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examplesInJava")
  void everyExampleStandsInThisFile(Example example) {
    String source = Repository.read(Path.of("src/test/java", JavadocTest.class.getName().replace('.', '/') + ".java"));

    assertThat(source).matches(all -> Repository.contains(all, example.unadorned()), "has " + example.unadorned());
  }

  /** JDK 17 has no other form for code blocks. */
  @Test
  void noCodeIsWrittenInAnotherForm() throws IOException {
    for (Path file : files()) {
      String source = Files.readString(file);
      long begun = Pattern.compile("^ *\\* .*(<pre|@snippet)", Pattern.MULTILINE).matcher(source).results().count();
      assertThat(examples(file, source)).as(file.toString()).hasSize((int) begun);
    }
  }

  /** Replaces KatapultClient, which would call the real server. */
  private record ToTheMock(MockApi api) {
    KatapultClient fromEnvironment() {
      return api.client().build();
    }
  }

  @Test
  void prismMock() throws Exception {
    Path openApiDocument = Path.of("../../spec/parameter-rules/example.yaml");

    try (PrismMock mock = PrismMock.start(openApiDocument)) {
      URI readers = URI.create(mock.baseUrl() + "/readers?card=1&name=Ann");
      HttpRequest request = HttpRequest.newBuilder(readers).build();
      assertEquals(422, HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode());
    }
  }

  @Test
  void katapultClient(MockApi api) {
    ToTheMock KatapultClient = new ToTheMock(api);

    try (KatapultClient katapult = KatapultClient.fromEnvironment()) {
      for (ApiToken token : katapult.apiTokens().all()) {
        System.out.println(token.name() + " expires " + token.expiresAt());
      }
    }
  }

  @Test
  void listApiTokensRequest(KatapultClient katapult) {
    ListApiTokensRequest request =
        new ListApiTokensRequest()
            .organization(Organization.subDomain("acme"))
            .annotation("environment", "production")
            .annotation("team", "billing")
            .perPage(100);

    assertThat(katapult.apiTokens().list(request).body().apiTokens()).isNotEmpty();
  }

  @Test
  void listing(KatapultClient katapult) {
    List<ApiToken> withoutAnEnd =
        katapult.apiTokens().all().stream().filter(token -> token.expiresAt() == null).toList();

    assertThat(withoutAnEnd).hasSize(2);
  }

  @Test
  void retryPolicy(MockApi api) {
    KatapultClient.Builder builder = api.client();

    builder.retryPolicy(RetryPolicy.DEFAULT.attempts(10).deadline(Duration.ofMinutes(30)));

    builder.build().close();
  }

  @Test
  void aRefusalIsReported(@Answers("permission denied") KatapultClient katapult) {
    assertThrows(ApiErrorException.Forbidden.class, () -> katapult.apiTokens().list());
  }

  @Test
  void mockApi(MockApi api) {
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      katapult.apiTokens().list(new ListApiTokensRequest().page(2));
    }
    assertEquals("organization%5Bsub_domain%5D=acme&page=2", api.exchanges().get(0).query());
  }

  @Test
  void verificationSettings() {
    String key = "key-of-the-documentation";
    VerificationSettings settings =
        VerificationSettings.of("http://localhost:8080/core/v1", key, "acme").annotation("team", "billing");

    assertThat(settings.toString()).doesNotContain(key);
  }

  @SuppressWarnings("ClassCanBeStatic") // As a user would write it.
  class ContractTest extends ServerContract {
    @Override
    protected VerificationSettings server() {
      return VerificationSettings.of("http://localhost:8080/core/v1", "key", "acme").annotation("team", "billing");
    }
  }
}
