package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.Pagination;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * 64 threads share one client for 50,000 calls, of which 1 in 100 meets a fault. Each call gets the answer to its own
 * question, nothing leaks, and the heap stays flat. {@code mvn verify -Pload}; the figures go to {@code
 * target/load.txt}.
 */
class SharedClientLoad {
  private static final int THREADS = 64;
  private static final int CALLS = 50_000;
  private static final int ONE_FAULT_IN = 100;

  private final ExecutorService serving = Executors.newFixedThreadPool(THREADS * 2);
  private final ExecutorService calling = Executors.newFixedThreadPool(THREADS);
  private final AtomicInteger requests = new AtomicInteger();
  private final LongAdder faults = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private HttpServer server;
  private OkHttpClient http;
  private KatapultClient katapult;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(serving);
    server.start();
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(THREADS);
    dispatcher.setMaxRequestsPerHost(THREADS);
    http = new OkHttpClient.Builder().dispatcher(dispatcher).build();
    katapult =
        KatapultClient.builder()
            .apiKey("key")
            .organization(Organization.subDomain("acme"))
            .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .callFactory(http)
            .retryPolicy(RetryPolicy.DEFAULT.attempts(10).waits(Duration.ofMillis(1), Duration.ofMillis(20)))
            .build();
  }

  @AfterEach
  void stop() {
    calling.shutdownNow();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    server.stop(0);
    serving.shutdownNow();
  }

  @Test
  void eachCallGetsItsOwnAnswer() throws Exception {
    call(CALLS / 10);
    long heapBefore = usedHeap();
    int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
    long begin = System.nanoTime();
    call(CALLS);
    long nanos = System.nanoTime() - begin;
    long heapAfter = usedHeap();
    int threadsAfter = ManagementFactory.getThreadMXBean().getThreadCount();

    assertThat(http.dispatcher().runningCallsCount()).isZero();
    assertThat(http.connectionPool().connectionCount()).isEqualTo(http.connectionPool().idleConnectionCount());
    // OkHttp starts one more thread now and then; a leak would be of thousands.
    assertThat(threadsAfter).isLessThan(threadsBefore + THREADS);
    assertThat(heapAfter).isLessThan(heapBefore + (2 << 20));
    assertThat(faults.sum()).isGreaterThan(CALLS / ONE_FAULT_IN / 2);
    Files.writeString(
        Path.of("target", "load.txt"),
        "%d threads, %d calls in %.1f s: %.0f calls/s; %d faults, %d calls retried, %d denied; heap %.1f -> %.1f MiB%n"
            .formatted(
                THREADS, CALLS, nanos / 1e9, CALLS * 1e9 / nanos, faults.sum(), retried.sum(), denied.sum(),
                heapBefore / 1048576.0, heapAfter / 1048576.0));
  }

  private void call(int calls) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          calling.submit(
              () -> {
                for (int page = next.incrementAndGet(); page <= calls; page = next.incrementAndGet()) {
                  callOnce(page);
                }
                return null;
              }));
    }
    for (Future<?> thread : threads) {
      thread.get(5, TimeUnit.MINUTES);
    }
  }

  /** Every other call is asynchronous, and every third one has annotations. */
  private void callOnce(int page) throws Exception {
    ListApiTokensRequest request = new ListApiTokensRequest().page(page);
    if (page % 3 == 0) {
      request = request.annotation("page", "is " + page).annotation("and", "so on");
    }
    try {
      ApiResponse<?> response =
          page % 2 == 0 ? katapult.apiTokens().list(request) : katapult.apiTokens().listAsync(request).join();
      assertThat(response.requestId()).isEqualTo("request " + page);
      assertThat(response.body()).isEqualTo(pageOf(page, page % 3 == 0 ? "is " + page : ""));
      if (!response.attempts().isEmpty()) {
        retried.increment();
      }
    } catch (ApiErrorException.Forbidden | CompletionException e) {
      assertThat(e instanceof CompletionException ? e.getCause() : e)
          .isInstanceOfSatisfying(
              ApiErrorException.Forbidden.class,
              error -> {
                assertThat(error.page()).isEqualTo(page);
                assertThat(error.requestId()).isEqualTo("request " + page);
              });
      denied.increment();
    }
  }

  private static ApiTokenPage pageOf(int page, String annotation) {
    Pagination pagination = Pagination.builder().currentPage(page).perPage(1).largeSet(true).build();
    return TokenServer.page(pagination, List.of(TokenServer.token("token " + page + " " + annotation)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Asked asked = Asked.of(exchange.getRequestURI().getRawQuery());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Request-Id", "request " + asked.page());
      int request = requests.incrementAndGet();
      if (request % ONE_FAULT_IN != 0) {
        send(exchange, 200, TokenServer.toJson(pageOf(asked.page(), asked.annotation())));
        return;
      }
      faults.increment();
      switch (request / ONE_FAULT_IN % 8) {
        case 0, 1 -> send(
            exchange, 503, "{\"error\":{\"code\":\"service_unavailable\",\"description\":null,\"detail\":{}}}");
        case 2 -> send(exchange, 502, "<h1>Bad Gateway</h1>");
        case 3 -> {
          exchange.getResponseHeaders().set("Retry-After", "0");
          send(exchange, 429, "{\"error\":{\"code\":\"rate_limit_reached\",\"description\":null,\"detail\":{}}}");
        }
        case 4, 5 -> {
          // More is promised than comes: the connection is closed in the body.
          exchange.sendResponseHeaders(200, 10_000);
          exchange.getResponseBody().write("{\"pagination\":{".getBytes(UTF_8));
        }
        case 6 -> {
          // The connection is closed without a word.
        }
        default -> send(
            exchange, 403, "{\"error\":{\"code\":\"permission_denied\",\"description\":null,\"detail\":{}}}");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static long usedHeap() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(50);
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** What a query asks for: the page, and the value of its first annotation. */
  private record Asked(int page, String annotation) {
    static Asked of(String query) {
      int page = 0;
      String annotation = "";
      for (String pair : query.split("&", -1)) {
        String[] parts = URLDecoder.decode(pair, UTF_8).split("=", 2);
        if (parts[0].equals("page")) {
          page = Integer.parseInt(parts[1]);
        } else if (parts[0].equals("annotations[][value]") && annotation.isEmpty()) {
          annotation = parts[1];
        }
      }
      return new Asked(page, annotation);
    }
  }
}
