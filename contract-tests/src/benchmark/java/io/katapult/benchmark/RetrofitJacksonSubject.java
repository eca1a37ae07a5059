package io.katapult.benchmark;

import io.katapult.benchmark.retrofitjackson.ApiClient;
import io.katapult.benchmark.retrofitjackson.api.ApiTokensApi;
import io.katapult.benchmark.retrofitjackson.model.ApiTokenPage;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.List;
import okhttp3.Request;
import okhttp3.ResponseBody;
import retrofit2.Converter;
import retrofit2.Response;

/** The stock client for Retrofit, with Jackson. */
final class RetrofitJacksonSubject extends Subject {
  private ApiTokensApi api;
  private CannedResponse canned;
  private Converter<ResponseBody, ApiTokenPage> converter;

  @Override
  void connect(String baseUrl) {
    ApiClient client = new ApiClient("Authenticator").setBearerToken(API_KEY);
    client.getAdapterBuilder().baseUrl(baseUrl + "/");
    api = client.createService(ApiTokensApi.class);
  }

  @Override
  Object call(int page, int perPage) throws IOException {
    Response<ApiTokenPage> response =
        api.listOrganizationApiTokens(null, SUB_DOMAIN, null, null, page, perPage).execute();
    if (!response.isSuccessful()) {
      throw new IOException("status " + response.code());
    }
    return response.body();
  }

  @Override
  void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
    converter =
        new ApiClient().getAdapterBuilder().build().responseBodyConverter(ApiTokenPage.class, new Annotation[0]);
  }

  @Override
  Object decode() throws IOException {
    return converter.convert(canned.response().body());
  }

  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) {
    return request(api.listOrganizationApiTokens(null, SUB_DOMAIN, annotationKeys, annotationValues, 2, 100));
  }

  private static Request request(retrofit2.Call<?> call) {
    return call.request();
  }

  @Override
  String url(Object request) {
    return ((Request) request).url().toString();
  }

  @Override
  String firstId(Object page) {
    return ((ApiTokenPage) page).getApiTokens().get(0).getId();
  }

  @Override
  int count(Object page) {
    return ((ApiTokenPage) page).getApiTokens().size();
  }
}
