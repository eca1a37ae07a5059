package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.Pagination;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Answers without a network: pages of two tokens. */
final class PagesInMemory implements Interceptor {
  static final int PER_PAGE = 2;

  final List<Integer> requestedPages = new CopyOnWriteArrayList<>();
  final OkHttpClient http = new OkHttpClient.Builder().addInterceptor(this).build();
  volatile long tokens = 7;
  volatile int failingPage;

  KatapultClient.Builder client() {
    return KatapultClient.builder().apiKey("key").organization(Organization.id("o")).callFactory(http);
  }

  @Override
  public Response intercept(Chain chain) {
    int page = Integer.parseInt(String.valueOf(chain.request().url().queryParameter("page")));
    requestedPages.add(page);
    long all = tokens;
    List<ApiToken> onPage =
        LongStream.rangeClosed((page - 1L) * PER_PAGE + 1, Math.min((long) page * PER_PAGE, all))
            .mapToObj(number -> TokenServer.token("token" + number))
            .toList();
    Pagination pagination =
        Pagination.builder()
            .currentPage(page)
            .perPage(PER_PAGE)
            .largeSet(false)
            .total(all)
            .totalPages((int) ((all + PER_PAGE - 1) / PER_PAGE))
            .build();
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(page == failingPage ? 403 : 200)
        .message("")
        .body(ResponseBody.create(TokenServer.toJson(TokenServer.page(pagination, onPage)), MediaType.get("a/json")))
        .build();
  }
}
