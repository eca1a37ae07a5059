package io.katapult.benchmark;

import io.katapult.benchmark.okhttpgson.ApiClient;
import io.katapult.benchmark.okhttpgson.ApiException;
import io.katapult.benchmark.okhttpgson.api.ApiTokensApi;
import io.katapult.benchmark.okhttpgson.auth.HttpBearerAuth;
import io.katapult.benchmark.okhttpgson.model.ApiTokenPage;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import okhttp3.Request;

/** The stock client for OkHttp, with Gson. */
final class OkHttpGsonSubject extends Subject {
  private static final Type PAGE = ApiTokenPage.class;

  private ApiTokensApi api;
  private CannedResponse canned;
  private ApiClient decoding;

  @Override
  void connect(String baseUrl) {
    ApiClient client = new ApiClient().setBasePath(baseUrl);
    ((HttpBearerAuth) client.getAuthentication("Authenticator")).setBearerToken(API_KEY);
    api = new ApiTokensApi(client);
  }

  @Override
  Object call(int page, int perPage) throws ApiException {
    return api.listOrganizationApiTokens(null, SUB_DOMAIN, null, null, page, perPage);
  }

  @Override
  void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
    decoding = new ApiClient();
  }

  @Override
  Object decode() throws IOException {
    try {
      return decoding.handleResponse(canned.response(), PAGE);
    } catch (ApiException e) {
      throw new IOException(e);
    }
  }

  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) throws ApiException {
    return api.listOrganizationApiTokensCall(null, SUB_DOMAIN, annotationKeys, annotationValues, 2, 100, null)
        .request();
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
