package io.katapult.benchmark;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.Pages;
import io.katapult.extensions.Probe;
import java.io.IOException;
import java.util.List;
import okhttp3.Request;

/** This SDK, by the requests of its client. */
class KatapultSubject extends Subject {
  KatapultClient katapult;
  private CannedResponse canned;
  private Probe probe;

  @Override
  void connect(String baseUrl) {
    katapult =
        KatapultClient.builder()
            .apiKey(API_KEY)
            .organization(Organization.subDomain(SUB_DOMAIN))
            .baseUrl(baseUrl)
            .build();
  }

  @Override
  Object call(int page, int perPage) throws IOException {
    ListApiTokensRequest request = new ListApiTokensRequest().page(page).perPage(perPage);
    ApiResponse<ApiTokenPage> response = katapult.apiTokens().list(request);
    return response.body();
  }

  /** By the listing of this SDK, which gets the next page ahead. */
  @Override
  Object list(int number, int perPage) {
    ListApiTokensRequest request = new ListApiTokensRequest().perPage(perPage);
    try (Pages<ApiTokenPage, ApiToken> pages = katapult.apiTokens().all(request).pages()) {
      ApiTokenPage last = pages.next().body();
      for (int page = 2; page <= number; page++) {
        last = pages.next().body();
      }
      return last;
    }
  }

  @Override
  void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
    probe = new Probe();
  }

  @Override
  Object decode() throws IOException {
    return probe.read(canned.response());
  }

  /** Includes the key and the checks, but the OkHttp call is never executed. */
  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) {
    ListApiTokensRequest request = new ListApiTokensRequest().page(2).perPage(100);
    for (int i = 0; i < annotationKeys.size(); i++) {
      request = request.annotation(annotationKeys.get(i), annotationValues.get(i));
    }
    return Probe.build(katapult, request);
  }

  @Override
  String url(Object request) {
    return ((Request) request).url().toString();
  }

  @Override
  String firstId(Object page) {
    return ((ApiTokenPage) page).apiTokens().get(0).id();
  }

  @Override
  int count(Object page) {
    return ((ApiTokenPage) page).apiTokens().size();
  }
}
