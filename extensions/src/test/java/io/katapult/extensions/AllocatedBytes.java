package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import com.sun.management.ThreadMXBean;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.ApiOperation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;

/** Prints how many bytes this thread allocates for parts of a call, one line each. */
final class AllocatedBytes {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TIMES = 20;
  private static final ApiOperation<ApiTokenPage> LIST =
      new ApiOperation<>("GET", "organizations/organization/api_tokens", ApiTokenPage.class, ApiTokenPage::pagination);

  private AllocatedBytes() {}

  private interface Part {
    Object run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.setDispatcher(
          new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              HttpUrl url = request.getUrl();
              return page(Integer.parseInt(String.valueOf(url.queryParameter("per_page"))));
            }
          });
      server.start();
      try (KatapultClient katapult =
          KatapultClient.builder()
              .apiKey("0123456789abcdef")
              .organization(Organization.subDomain("acme"))
              .baseUrl(server.url("/").toString())
              .build()) {
        ApiTokensApi api = katapult.api(ApiTokensApi.class);
        for (int size : List.of(0, 20)) {
          print("request with " + size + " annotations", () -> katapult.newCall(LIST, request(size)));
          List<String> cells = Collections.nCopies(size, "a");
          print(
              "Retrofit request with " + size + " annotations",
              () -> api.listOrganizationApiTokens(null, "acme", cells, cells, 2, 100).request());
        }
        for (int size : List.of(0, 30, 100)) {
          ListApiTokensRequest request = new ListApiTokensRequest().perPage(size + 1);
          print("call with " + size + " tokens", () -> katapult.apiTokens().list(request));
        }
      }
    }
  }

  private static ListApiTokensRequest request(int annotations) {
    ListApiTokensRequest request = new ListApiTokensRequest().page(2).perPage(100);
    for (int i = 0; i < annotations; i++) {
      request = request.annotation("a", "a");
    }
    return request;
  }

  private static MockResponse page(int perPage) {
    List<ApiToken> tokens = IntStream.range(1, perPage).mapToObj(AllocatedBytes::token).toList();
    Pagination pagination =
        Pagination.builder().currentPage(1).totalPages(1).total(9L).perPage(perPage).largeSet(false).build();
    ApiTokenPage page = ApiTokenPage.builder().pagination(pagination).apiTokens(tokens).build();
    String body =
        new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ApiTokenPage.class).toJson(page);
    return new MockResponse.Builder().setHeader("Content-Type", "application/json").body(body).build();
  }

  private static ApiToken token(int number) {
    return ApiToken.builder()
        .id("apitoken_%016d".formatted(number))
        .name("Token %03d".formatted(number))
        .organizationId(null)
        .authorizedIpAddresses(List.of())
        .expiresAt(null)
        .rateLimit(1000)
        .scopes(List.of("api_tokens:read", "organizations:read"))
        .secret(null)
        .build();
  }

  private static void print(String what, Part part) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      part.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < TIMES; i++) {
      part.run();
    }
    System.out.println(what + ": " + (THREADS.getCurrentThreadAllocatedBytes() - before) / TIMES);
  }
}
