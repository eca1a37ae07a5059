package io.katapult.contract.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.squareup.moshi.Moshi;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Listing;
import io.katapult.extensions.Organization;
import io.katapult.extensions.Pages;
import io.katapult.extensions.RetryPolicy;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import io.katapult.mock.Answers;
import io.katapult.mock.Exchange;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.converter.moshi.MoshiConverterFactory;

/** Compiles and runs the Java code in the README. */
@ExtendWith(PrismExtension.class)
class ReadmeTest {
  private final String apiKey = "readme";
  private final OkHttpClient okHttpClient = new OkHttpClient();

  static Stream<String> snippets() throws IOException {
    return Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(Files.readString(Path.of("../../README.md")))
        .results()
        .map(match -> match.group(1));
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void everySnippetStandsInThisFile(String snippet) throws IOException {
    assertStandsIn(ReadmeTest.class, snippet);
  }

  static void assertStandsIn(Class<?> test, String snippet) throws IOException {
    String source = Files.readString(Path.of("src/test/java", test.getName().replace('.', '/') + ".java"));
    int endOfImports = snippet.startsWith("import ") ? snippet.indexOf("\n\n") + 2 : 0;

    assertThat(source.lines()).containsAll(snippet.substring(0, endOfImports).strip().lines().toList());
    assertThat(unindented(source)).contains(unindented(snippet.substring(endOfImports)));
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    Matcher links = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(Path.of("../../README.md")));

    assertThat(links.results().map(link -> Path.of("..", "..", link.group(1)))).isNotEmpty().allMatch(Files::exists);
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  /** Replaces KatapultClient in the first snippet, which would call the real server. */
  private final class ToTheMock {
    private final MockApi api;

    ToTheMock(MockApi api) {
      this.api = api;
    }

    KatapultClient.Builder builder() {
      return KatapultClient.builder().baseUrl(api.baseUrl()).callFactory(okHttpClient);
    }
  }

  @Test
  void useIt(MockApi api) {
    ToTheMock KatapultClient = new ToTheMock(api);

    try (KatapultClient katapult = KatapultClient.builder().apiKey(apiKey).build()) {
      ListApiTokensRequest request =
          new ListApiTokensRequest()
              .organization(Organization.subDomain("acme"))
              .annotation("environment", "production")
              .annotation("team", "billing");
      for (ApiToken token : katapult.apiTokens().all(request)) {
        System.out.println(token.name() + " " + token.scopes() + " expires " + token.expiresAt());
      }
    }

    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(200, 200, 200);
  }

  @Test
  void pageByPage(MockApi api) {
    KatapultClient katapult =
        new ToTheMock(api).builder().apiKey(apiKey).organization(Organization.subDomain("acme")).build();

    Listing<ApiTokenPage, ApiToken> listing =
        katapult
            .apiTokens()
            .all(new ListApiTokensRequest().perPage(2))
            .ahead(4)
            .onPage(progress -> System.out.println(progress.page() + " of " + progress.totalPages()));
    try (Pages<ApiTokenPage, ApiToken> pages = listing.pages()) {
      while (pages.hasNext()) {
        ApiResponse<ApiTokenPage> page = pages.next();
        System.out.println(page.body().apiTokens().size() + " tokens, " + page.attempts().size() + " failed attempts");
      }
    }

    assertThat(listing.stream().count()).isEqualTo(5);
  }

  @Test
  void aRefusalIsReported(@Answers("permission denied") MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      assertThrows(ApiErrorException.Forbidden.class, () -> katapult.apiTokens().list());
    }
    assertEquals("organization%5Bsub_domain%5D=acme", api.exchanges().get(0).query());
  }

  @Test
  void asynchronously(MockApi api) {
    KatapultClient katapult =
        new ToTheMock(api).builder().apiKey(apiKey).organization(Organization.subDomain("acme")).build();

    CompletableFuture<Void> listed =
        katapult.apiTokens().all().forEachAsync(token -> System.out.println(token.name()));
    listed.join();

    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(200, 200, 200);
  }

  @Test
  void retries() {
    KatapultClient patient =
        KatapultClient.builder()
            .apiKey(apiKey)
            .retryPolicy(RetryPolicy.DEFAULT.attempts(8).deadline(Duration.ofMinutes(10)))
            .build();
    patient.close();
  }

  @Test
  void whenSomethingGoesWrong(@Answers("rate limit reached") MockApi api) {
    KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build();

    try {
      katapult.apiTokens().list();
    } catch (ApiErrorException.TooManyRequests e) {
      System.err.println("At most " + e.detail().totalPermitted() + " requests per minute");
    } catch (ApiErrorException e) {
      System.err.println(e.status() + " " + e.code() + ", request " + e.requestId());
    }

    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(429);
  }

  @Test
  void theGeneratedInterface(MockApi api) throws IOException {
    KatapultClient katapult = new ToTheMock(api).builder().apiKey(apiKey).build();

    Call<ApiTokenPage> call =
        katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "acme", List.of("a", "b"), List.of("1", "2"), 1, 30);
    Response<ApiTokenPage> response = call.execute();

    assertThat(response.code()).isEqualTo(200);
  }

  @Test
  void aRetrofitThatYouBuildYourself(PrismMock mock) throws IOException {
    String baseUrl = mock.baseUrl() + "/";

    Retrofit retrofit =
        new Retrofit.Builder()
            .baseUrl(baseUrl)
            .callFactory(new ParameterRulesCallFactory(okHttpClient))
            .addConverterFactory(
                MoshiConverterFactory.create(new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build()))
            .build();
    ApiTokensApi api = retrofit.create(ApiTokensApi.class);

    Response<ApiTokenPage> withoutAKey =
        api.listOrganizationApiTokens(null, "acme", List.of("a", "b"), List.of("1", "2"), 1, 30).execute();
    assertThat(withoutAKey.code()).isEqualTo(401);
    assertThat(withoutAKey.raw().header(PrismMock.REQUEST_TARGET)).contains("key%5D=a&annotations%5B%5D%5Bvalue%5D=1&");
  }
}
