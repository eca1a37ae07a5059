package io.katapult.contract.documentation;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.converter.moshi.MoshiConverterFactory;

/** Compiles and runs the Java code in the documents; {@link DocumentsTest} finds it here. */
@ExtendWith(PrismExtension.class)
class SnippetsTest {
  private final String apiKey = "snippets";
  private final OkHttpClient okHttpClient = new OkHttpClient();

  /** Replaces KatapultClient, which would call the real server. */
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
  void listTokens(MockApi api) throws Exception {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ListTokens.class.getName());
    program.environment().put("KATAPULT_API_KEY", apiKey);
    program.environment().put("KATAPULT_ORGANIZATION", "acme");
    program.environment().put("KATAPULT_BASE_URL", api.baseUrl());
    Process process = program.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines()).hasSize(5).contains("Nightly audit [api_tokens:read, organizations:read] expires null");
  }

  @Test
  void makeAClient(MockApi api) {
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
  void limitsOfARequest() {
    ListApiTokensRequest request = new ListApiTokensRequest().deadline(Duration.ofSeconds(5)).header("X-Trace", "42");

    assertThat(request.headers().get("X-Trace")).isEqualTo("42");
  }

  @Test
  void mockOfAnotherApi() {
    Path openApiDocument = Path.of("../../spec/parameter-rules/example.yaml");

    try (PrismMock mock = PrismMock.start(openApiDocument)) {
      System.out.println("The API is at " + mock.baseUrl());
    }
  }

  @Test
  void errors(@Answers("rate limit reached") MockApi api) {
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
        katapult
            .api(ApiTokensApi.class)
            .listOrganizationApiTokens(null, "acme", List.of("a", "b"), List.of("1", "2"), 1, 30);
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
