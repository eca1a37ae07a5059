package io.katapult.benchmark;

import io.katapult.client.api.ApiTokensApi;
import java.io.IOException;
import java.util.List;

/** This SDK, by the generated Retrofit interface. */
final class KatapultRawSubject extends KatapultSubject {
  private ApiTokensApi api;

  @Override
  void connect(String baseUrl) {
    super.connect(baseUrl);
    api = katapult.api(ApiTokensApi.class);
  }

  @Override
  Object call(int page, int perPage) throws IOException {
    return api.listOrganizationApiTokens(null, SUB_DOMAIN, null, null, page, perPage).execute().body();
  }

  /** Includes the key, the checks and the ordering. */
  @Override
  Object request(List<String> annotationKeys, List<String> annotationValues) {
    return api.listOrganizationApiTokens(null, SUB_DOMAIN, annotationKeys, annotationValues, 2, 100).request();
  }
}
