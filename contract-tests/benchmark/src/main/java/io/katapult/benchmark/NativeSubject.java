package io.katapult.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.katapult.benchmark.nativejackson.ApiClient;
import io.katapult.benchmark.nativejackson.ApiException;
import io.katapult.benchmark.nativejackson.api.ApiTokensApi;
import io.katapult.benchmark.nativejackson.model.ApiTokenPage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.Charset;
import java.util.List;

/** The stock client for java.net.http, with Jackson. */
final class NativeSubject extends Subject {
  private ApiTokensApi api;
  private ApiTokensApi requests;
  private UnsentHttpClient unsent;
  private byte[] body;
  private ObjectMapper mapper;

  @Override
  void connect(String baseUrl) {
    api = new ApiTokensApi(configured(new ApiClient(), baseUrl));
  }

  private static ApiClient configured(ApiClient client, String baseUrl) {
    client.updateBaseUri(baseUrl);
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + API_KEY));
    return client;
  }

  @Override
  Object call(int page, int perPage) throws ApiException {
    return api.listOrganizationApiTokens(null, SUB_DOMAIN, null, null, page, perPage);
  }

  @Override
  void prepareDecoding(byte[] body) {
    this.body = body;
    mapper = ApiClient.createDefaultObjectMapper();
  }

  /** Copies the decoding from a generated method that also sends the request. */
  @Override
  Object decode() throws IOException {
    try (InputStream in = new ByteArrayInputStream(body)) {
      String text = new String(in.readAllBytes(), Charset.defaultCharset());
      return text.isBlank() ? null : mapper.readValue(text, new TypeReference<ApiTokenPage>() {});
    }
  }

  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) throws ApiException {
    if (requests == null) {
      unsent = new UnsentHttpClient();
      requests = new ApiTokensApi(configured(unsent.apiClient(), "http://127.0.0.1"));
    }
    requests.listOrganizationApiTokens(null, SUB_DOMAIN, annotationKeys, annotationValues, 2, 100);
    return unsent.last;
  }

  @Override
  String url(Object request) {
    return ((HttpRequest) request).uri().toString();
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
