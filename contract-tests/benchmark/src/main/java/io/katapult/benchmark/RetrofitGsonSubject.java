package io.katapult.benchmark;

import io.katapult.benchmark.retrofitgson.ApiClient;
import io.katapult.benchmark.retrofitgson.api.ApiTokensApi;
import io.katapult.benchmark.retrofitgson.model.ApiTokenPage;
import java.util.List;
import retrofit2.Call;
import retrofit2.Retrofit;

/** The stock client for Retrofit, with Gson. */
final class RetrofitGsonSubject extends RetrofitSubject<ApiTokenPage> {
  private ApiTokensApi api;

  RetrofitGsonSubject() {
    super(ApiTokenPage.class);
  }

  @Override
  void connect(String baseUrl) {
    ApiClient client = new ApiClient("Authenticator").setBearerToken(API_KEY);
    client.getAdapterBuilder().baseUrl(baseUrl + "/");
    api = client.createService(ApiTokensApi.class);
  }

  @Override
  Retrofit stockRetrofit() {
    return new ApiClient().getAdapterBuilder().build();
  }

  @Override
  Call<ApiTokenPage> list(List<String> annotationKeys, List<String> annotationValues, int page, int perPage) {
    return api.listOrganizationApiTokens(null, SUB_DOMAIN, annotationKeys, annotationValues, page, perPage);
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
