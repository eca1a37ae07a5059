package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.client.model.Pagination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.net.ServerSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** An organization with tokens, as the API shows it page by page. */
final class TokenServer implements AutoCloseable {
  private static final Moshi MOSHI = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();

  final MockWebServer http = new MockWebServer();
  final List<Integer> requestedPages = new CopyOnWriteArrayList<>();
  volatile List<String> ids;
  volatile boolean largeSet;
  volatile int perPage = 2;

  /** What to answer for a page instead; null for the page itself. */
  volatile IntFunction<MockResponse> instead = page -> null;

  TokenServer(int tokens) throws IOException {
    ids = ids(tokens);
    http.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            String parameter = request.getUrl().queryParameter("page");
            int page = parameter == null ? 1 : Integer.parseInt(parameter);
            requestedPages.add(page);
            MockResponse other = instead.apply(page);
            return other == null ? page(page) : other;
          }
        });
    http.setServerSocketFactory(new WithoutDelay());
    http.start();
  }

  static List<String> ids(int tokens) {
    return IntStream.rangeClosed(1, tokens).mapToObj(i -> "token" + i).toList();
  }

  KatapultClient.Builder client() {
    return KatapultClient.builder()
        .apiKey("key")
        .organization(Organization.subDomain("acme"))
        .baseUrl(http.url("/").toString());
  }

  MockResponse page(int page) {
    return page(page, page);
  }

  /** The tokens of a page, under the number of another one. */
  MockResponse page(int page, int number) {
    List<String> all = ids;
    List<ApiToken> tokens = new ArrayList<>();
    for (int i = (page - 1) * perPage; i < Math.min(page * perPage, all.size()); i++) {
      tokens.add(token(all.get(i)));
    }
    Pagination pagination =
        Pagination.builder()
            .currentPage(number)
            .perPage(perPage)
            .largeSet(largeSet)
            .total(largeSet ? null : (long) all.size())
            .totalPages(largeSet ? null : (all.size() + perPage - 1) / perPage)
            .build();
    return json(200, toJson(page(pagination, tokens)));
  }

  static String toJson(ApiTokenPage page) {
    return MOSHI.adapter(ApiTokenPage.class).toJson(page);
  }

  static ApiTokenPage page(Pagination pagination, List<ApiToken> tokens) {
    return ApiTokenPage.builder().pagination(pagination).apiTokens(tokens).build();
  }

  static ApiToken token(String id) {
    return ApiToken.builder()
        .id(id)
        .name("Token " + id)
        .authorizedIpAddresses(List.of())
        .rateLimit(200)
        .scopes(List.of("api_tokens:read"))
        .build();
  }

  static MockResponse error(int status, String code) {
    return json(status, "{\"error\":{\"code\":\"" + code + "\",\"description\":null,\"detail\":{}}}");
  }

  static MockResponse json(int status, String body) {
    return new MockResponse.Builder().code(status).setHeader("Content-Type", "application/json").body(body).build();
  }

  @Override
  public void close() {
    http.close();
  }

  /** Otherwise the last packet of a response is held back for 40 ms, to see whether there is more. */
  private static final class WithoutDelay extends ServerSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new ServerSocket() {
        @Override
        public Socket accept() throws IOException {
          Socket socket = super.accept();
          socket.setTcpNoDelay(true);
          return socket;
        }
      };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
