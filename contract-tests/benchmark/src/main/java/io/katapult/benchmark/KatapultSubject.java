package io.katapult.benchmark;

import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.DecodingProbe;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import java.io.IOException;
import java.util.List;
import okhttp3.Request;

/** This SDK. */
final class KatapultSubject extends Subject {
  private KatapultClient katapult;
  private CannedResponse canned;
  private DecodingProbe probe;

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
  Object call(int page, int perPage) {
    ListApiTokensRequest request = new ListApiTokensRequest().page(page).perPage(perPage);
    ApiResponse<ApiTokenPage> response = katapult.apiTokens().list(request);
    return response.body();
  }

  @Override
  void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
    probe = new DecodingProbe();
  }

  @Override
  Object decode() throws IOException {
    return probe.read(canned.response());
  }

  /** Includes the key, the checks and the ordering, but the OkHttp call is never executed. */
  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) {
    return katapult
        .api(ApiTokensApi.class)
        .listOrganizationApiTokens(null, SUB_DOMAIN, annotationKeys, annotationValues, 2, 100)
        .request();
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
