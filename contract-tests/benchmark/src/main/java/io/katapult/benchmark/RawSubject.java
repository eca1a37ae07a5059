package io.katapult.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Reads the bytes of a page without decoding them, as a lower bound. */
class RawSubject extends Subject {
  private OkHttpClient http;
  private HttpUrl baseUrl;
  CannedResponse canned;

  @Override
  void connect(String url) {
    http = new OkHttpClient();
    baseUrl = HttpUrl.get(url).newBuilder().addPathSegments("organizations/organization/api_tokens").build();
  }

  @Override
  Object call(int page, int perPage) throws IOException {
    try (Response response = http.newCall(request(List.of(), List.of(), page, perPage)).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("status " + response.code());
      }
      return read(response);
    }
  }

  @Override
  void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
  }

  @Override
  Object decode() throws IOException {
    return read(canned.response());
  }

  Object read(Response response) throws IOException {
    return response.body().bytes();
  }

  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) {
    return http.newCall(request(annotationKeys, annotationValues, 2, 100)).request();
  }

  private Request request(List<String> annotationKeys, List<String> annotationValues, int page, int perPage) {
    HttpUrl.Builder url = baseUrl.newBuilder();
    url.addEncodedQueryParameter("organization%5Bsub_domain%5D", SUB_DOMAIN);
    for (int i = 0; i < annotationKeys.size(); i++) {
      url.addQueryParameter("annotations[][key]", annotationKeys.get(i));
      url.addQueryParameter("annotations[][value]", annotationValues.get(i));
    }
    url.addQueryParameter("page", String.valueOf(page));
    url.addQueryParameter("per_page", String.valueOf(perPage));
    return new Request.Builder().url(url.build()).header("Authorization", "Bearer " + API_KEY).build();
  }

  @Override
  String url(Object request) {
    return ((Request) request).url().toString();
  }

  @Override
  String firstId(Object page) {
    String text = new String((byte[]) page, StandardCharsets.UTF_8);
    int begin = text.indexOf("\"id\":\"") + 6;
    return text.substring(begin, text.indexOf('"', begin));
  }

  @Override
  int count(Object page) {
    return new String((byte[]) page, StandardCharsets.UTF_8).split("\"id\":\"", -1).length - 1;
  }
}
