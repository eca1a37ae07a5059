package io.katapult.contract.requests;

import static org.assertj.core.api.Assertions.assertThat;

import com.squareup.moshi.Moshi;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Spec;
import java.io.IOException;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import retrofit2.Retrofit;
import retrofit2.converter.moshi.MoshiConverterFactory;

/** Sends requests without the extensions, to prove that the mock refuses wrong ones. */
@ExtendWith(PrismExtension.class)
class RawRequestsTest {
  private static final String PATH = Spec.operation("listOrganizationApiTokens").path();
  private final OkHttpClient http = new OkHttpClient();

  @AfterEach
  void disconnect() {
    http.connectionPool().evictAll();
  }

  @ParameterizedTest
  @CsvSource({
    "page=0, page, minimum",
    "page=-1, page, minimum",
    "page=abc, page, type",
    "page=1.5, page, type",
    "per_page=0, per_page, minimum",
    "per_page=many, per_page, type",
    "organization[id]=a&organization[id]=b, organization[id], type",
    "organization%5Bid%5D=a&organization%5Bid%5D=b, organization[id], type",
    "organization[sub_domain]=a&organization[sub_domain]=b, organization[sub_domain], type",
  })
  void prismRefusesAWrongParameter(String query, String parameter, String keyword, PrismMock mock) throws IOException {
    try (Response response = send(mock, PATH + "?" + query, "Bearer raw")) {
      assertThat(response.code()).isEqualTo(400);
      assertThat(response.header("sl-violations"))
          .contains("[\"request\",\"query\",\"" + parameter + "\"]", "\"code\":\"" + keyword + "\"");
      assertThat(response.body().string()).contains("\"code\":\"invalid_argument\"", "\"issue\":\"validation_errors\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"organization[id]=a", "organization[sub_domain]=a", "page=1&per_page=1", "unknown=1"})
  void prismTakesWhatIsJustRight(String query, PrismMock mock) throws IOException {
    try (Response response = send(mock, PATH + "?" + query, "Bearer raw")) {
      assertThat(response.code()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "organization[id]=a&organization[sub_domain]=b, invalid_argument",
    "organization%5Bid%5D=a&organization%5Bsub_domain%5D=b, invalid_argument",
    "organization[id]=&organization[sub_domain]=b, invalid_argument",
    "organization[id]=, invalid_argument",
    "organization[sub_domain]=, invalid_argument",
    "page=, invalid_argument",
    "annotations[][key]=a&annotations[][key]=b&annotations[][value]=1&annotations[][value]=2, missing_required_argument",
    "annotations[][value]=1&annotations[][key]=a, missing_required_argument",
    "annotations[][key]=a&annotations[][key]=b&annotations[][value]=1, missing_required_argument",
    "annotations[][key]=a&annotations[][value]=1&annotations[][value]=2, missing_required_argument",
    "annotations[][key]=a, missing_required_argument",
    "annotations%5B%5D%5Bvalue%5D=1, missing_required_argument",
  })
  void mockRefusesABrokenRule(String query, String code, PrismMock mock) throws IOException {
    try (Response response = send(mock, PATH + "?" + query, "Bearer raw")) {
      assertThat(response.code()).isEqualTo(400);
      assertThat(response.body().string()).contains("\"code\":\"" + code + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource(value = {"NULL", "Basic cmF3Og=="}, nullValues = "NULL")
  void prismRefusesARequestWithoutABearerToken(String authorization, PrismMock mock) throws IOException {
    try (Response response = send(mock, PATH, authorization)) {
      assertThat(response.code()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource({"/organizations/organization/api_token", "/organizations"})
  void prismKnowsNoOtherPath(String path, PrismMock mock) throws IOException {
    try (Response response = send(mock, path, "Bearer raw")) {
      assertThat(response.code()).isEqualTo(404);
    }
  }

  /** Without the extensions, Retrofit sends the annotations column by column. */
  @Test
  void generatedInterfaceAloneIsRefusedWithTwoAnnotations(PrismMock mock) throws IOException {
    Moshi moshi = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();
    ApiTokensApi api =
        new Retrofit.Builder()
            .baseUrl(mock.baseUrl() + "/")
            .client(
                http.newBuilder()
                    .addInterceptor(
                        chain ->
                            chain.proceed(
                                chain.request().newBuilder().header("Authorization", "Bearer raw").build()))
                    .build())
            .addConverterFactory(MoshiConverterFactory.create(moshi))
            .build()
            .create(ApiTokensApi.class);

    assertThat(
            api.listOrganizationApiTokens(null, "acme", List.of("a", "b"), List.of("1", "2"), null, null)
                .execute()
                .errorBody()
                .string())
        .contains("missing_required_argument");
    assertThat(
            api.listOrganizationApiTokens(null, "acme", List.of("a"), List.of("1"), null, null).execute().code())
        .isEqualTo(200);
  }

  private Response send(PrismMock mock, String target, String authorization) throws IOException {
    Request.Builder request = new Request.Builder().url(mock.baseUrl() + target);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return http.newCall(request.build()).execute();
  }
}
