package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import com.sun.management.ThreadMXBean;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.client.model.Pagination;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Prints how many bytes this thread allocates for parts of a call, one line each. */
final class AllocatedBytes {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TIMES = 20;

  private static final MediaType JSON = MediaType.get("application/json");
  private static final Map<Integer, byte[]> PAGES = new HashMap<>();

  private AllocatedBytes() {}

  private interface Part {
    Object run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey("0123456789abcdef")
            .organization(Organization.subDomain("acme"))
            .callFactory(new OkHttpClient.Builder().addInterceptor(AllocatedBytes::respond).build())
            .build()) {
      ApiTokensApi api = katapult.api(ApiTokensApi.class);
      for (int size : List.of(0, 20)) {
        ListApiTokensRequest request = request(size);
        print("request with " + size + " annotations", () -> katapult.newCall(ApiTokens.LIST, request));
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

  /** Without a network, whose buffers are sometimes new and sometimes used again. */
  private static Response respond(Interceptor.Chain chain) {
    int perPage = Integer.parseInt(String.valueOf(chain.request().url().queryParameter("per_page")));
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("OK")
        .body(ResponseBody.create(PAGES.computeIfAbsent(perPage, AllocatedBytes::page), JSON))
        .build();
  }

  private static ListApiTokensRequest request(int annotations) {
    ListApiTokensRequest request = new ListApiTokensRequest().page(2).perPage(100);
    for (int i = 0; i < annotations; i++) {
      request = request.annotation("a", "a");
    }
    return request;
  }

  private static byte[] page(int perPage) {
    List<ApiToken> tokens = IntStream.range(1, perPage).mapToObj(AllocatedBytes::token).toList();
    Pagination pagination =
        Pagination.builder().currentPage(1).totalPages(1).total(9L).perPage(perPage).largeSet(false).build();
    ApiTokenPage page = ApiTokenPage.builder().pagination(pagination).apiTokens(tokens).build();
    return new Moshi.Builder()
        .add(new KatapultJsonAdapterFactory())
        .build()
        .adapter(ApiTokenPage.class)
        .toJson(page)
        .getBytes(StandardCharsets.UTF_8);
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
