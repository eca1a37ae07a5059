package io.katapult.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.ConnectionException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RetryPolicy;
import io.katapult.mock.Answers;
import io.katapult.mock.Exchange;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PrismExtension.class)
class RecipesTest {
  private static final ListApiTokensRequest ALL = new ListApiTokensRequest();
  private static final RetryPolicy AT_ONCE =
      RetryPolicy.DEFAULT.waits(Duration.ofMillis(1), Duration.ofMillis(1));
  private static final String PAGE =
      """
      {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
       "api_tokens": []}
      """;

  @Test
  void filtersByAnnotation(MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      assertThat(FilterTokens.of("production", "billing", katapult)).hasSize(5);
    }
    assertThat(api.exchanges().get(0).query())
        .contains(
            "annotations%5B%5D%5Bkey%5D=environment&annotations%5B%5D%5Bvalue%5D=production"
                + "&annotations%5B%5D%5Bkey%5D=team&annotations%5B%5D%5Bvalue%5D=billing");
  }

  @Test
  void filtersByAnythingElse(KatapultClient katapult) {
    assertThat(FilterTokens.withScope("virtual_machines", katapult))
        .extracting(ApiToken::name)
        .containsExactly("Continuous deployment", "Terraform");
    assertThat(FilterTokens.expiredAt(Instant.parse("2027-01-01T00:00:00Z"), katapult))
        .extracting(ApiToken::name)
        .containsExactly("Continuous deployment", "DNS updater");
    assertThat(FilterTokens.firstThatNeverExpires(katapult)).map(ApiToken::name).contains("Nightly audit");
  }

  @Test
  void resumes(@Answers({"first page", "unhandled exception"}) MockApi api) {
    List<String> names = new ArrayList<>();
    try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
      assertThat(ResumeListing.list(katapult, ALL, 1, page -> page.forEach(token -> names.add(token.name()))))
          .hasValue(2);
      assertThat(names).containsExactly("Continuous deployment", "Nightly audit");

      assertThat(ResumeListing.list(katapult, ALL, 2, page -> page.forEach(token -> names.add(token.name()))))
          .isEmpty();
      assertThat(names).hasSize(5).doesNotHaveDuplicates();
    }
  }

  @Test
  void listsOrganizations(MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      assertThat(ListOrganizations.list(katapult, List.of("acme", "umbrella")).join())
          .containsOnlyKeys("acme", "umbrella")
          .allSatisfy((organization, tokens) -> assertThat(tokens).hasSize(5));
    }
    assertThat(api.exchanges()).hasSize(6).filteredOn(exchange -> exchange.query().contains("umbrella")).hasSize(3);
  }

  @Test
  void saysThatAnOrganizationCouldNotBeListed(@Answers("organization not found") KatapultClient katapult) {
    assertThatThrownBy(() -> ListOrganizations.list(katapult, List.of("acme", "umbrella")).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ApiErrorException.NotFound.class);
  }

  @Test
  void retriesAccordingToThePolicy(@Answers({"unhandled exception", "unhandled exception"}) MockApi api) {
    try (KatapultClient katapult = api.client().retryPolicy(ChooseRetries.SOMETHING_ELSE_RETRIES).build()) {
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL))
          .isInstanceOf(ApiErrorException.InternalServerError.class);
    }
    try (KatapultClient katapult = api.client().retryPolicy(ChooseRetries.SOMEBODY_WAITS).build()) {
      assertThat(ChooseRetries.history(katapult.apiTokens().list(ALL)))
          .matches(
              "HTTP 500: unhandled_exception \\(request .*\\); the server failed, and the next attempt is due in"
                  + " 0\\.[0-9] s\nHTTP 200");
    }
  }

  @Test
  void givesUpAccordingToThePolicy(
      @Answers({"unhandled exception", "unhandled exception", "unhandled exception"}) MockApi api) {
    RetryPolicy soon = ChooseRetries.SOMEBODY_WAITS.waits(Duration.ofMillis(1), Duration.ofMillis(1));
    try (KatapultClient katapult = api.client().retryPolicy(soon).build()) {
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL))
          .isInstanceOfSatisfying(
              ApiErrorException.InternalServerError.class, e -> assertThat(e.attempts()).hasSize(2));
    }
    RetryPolicy late = ChooseRetries.NOBODY_WAITS.waits(Duration.ofMillis(1), Duration.ofMillis(1));
    try (KatapultClient katapult = api.client().retryPolicy(late).build()) {
      assertThat(katapult.apiTokens().list(ALL).attempts()).hasSize(1);
    }
  }

  @Test
  void usesAProxy() throws Exception {
    HeldCertificate certificate = new HeldCertificate.Builder().addSubjectAlternativeName("katapult.example").build();
    try (MockWebServer proxy = new MockWebServer();
        KatapultClient katapult = throughProxy(proxy, certificate)) {
      proxy.enqueue(new MockResponse.Builder().inTunnel().build());
      proxy.enqueue(json(200, PAGE));

      assertThat(katapult.apiTokens().list(ALL).status()).isEqualTo(200);

      RecordedRequest connect = proxy.takeRequest();
      assertThat(connect.getMethod()).isEqualTo("CONNECT");
      assertThat(connect.getHeaders().get("Proxy-Authorization")).isEqualTo(Credentials.basic("me", "myPassword"));
      assertThat(connect.getHeaders().get("Authorization")).isNull();
      RecordedRequest inTunnel = proxy.takeRequest();
      assertThat(inTunnel.getHeaders().get("Authorization")).isEqualTo("Bearer theApiKey");
      assertThat(inTunnel.getHeaders().get("Proxy-Authorization")).isNull();
    }
  }

  @Test
  void givesUpIfTheProxyRejectsTheCredentials() throws Exception {
    HeldCertificate certificate = new HeldCertificate.Builder().addSubjectAlternativeName("katapult.example").build();
    try (MockWebServer proxy = new MockWebServer();
        KatapultClient katapult = throughProxy(proxy, certificate)) {
      for (int i = 0; i < 3; i++) {
        proxy.enqueue(new MockResponse.Builder().code(407).setHeader("Proxy-Authenticate", "Basic").inTunnel().build());
      }

      assertThatThrownBy(() -> katapult.apiTokens().list(ALL))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("Failed to authenticate with proxy");
      assertThat(proxy.getRequestCount()).isEqualTo(1);
    }
  }

  /** The server acts as the proxy and, inside the tunnel, as the API. */
  private static KatapultClient throughProxy(MockWebServer proxy, HeldCertificate certificate) throws IOException {
    proxy.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory());
    proxy.start();
    HandshakeCertificates trusting =
        new HandshakeCertificates.Builder().addTrustedCertificate(certificate.certificate()).build();
    OkHttpClient http =
        UseProxy.through(proxy.getSocketAddress(), "me", "myPassword")
            .newBuilder()
            .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
            .build();
    return KatapultClient.builder()
        .apiKey("theApiKey")
        .organization(Organization.subDomain("acme"))
        .baseUrl("https://katapult.example/core/v1")
        .retryPolicy(RetryPolicy.NONE)
        .callFactory(http)
        .build();
  }

  @Test
  void readsTheKeyFromTheFileEachTime(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("key");
    Files.writeString(file, "old\n");
    try (MockWebServer server = serverThatTakes("old");
        KatapultClient katapult = client(server).apiKey(RotateKey.inFile(file)).build()) {
      assertThat(katapult.apiTokens().list(ALL).status()).isEqualTo(200);
      Files.writeString(file, "new\n");
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL)).isInstanceOf(ApiErrorException.Forbidden.class);
      Files.delete(file);
      assertThatThrownBy(() -> katapult.apiTokens().list(ALL)).hasMessageContaining("key");
      assertThat(server.getRequestCount()).isEqualTo(2);
    }
  }

  @Test
  void repeatsTheRequestWithANewKey() throws IOException {
    List<String> keys = new ArrayList<>(List.of("old", "new", "new"));
    RotateKey.Remembered key = new RotateKey.Remembered(() -> keys.remove(0));
    try (MockWebServer server = serverThatTakes("new");
        KatapultClient katapult = client(server).apiKey(key).build()) {
      Supplier<ApiResponse<ApiTokenPage>> request = () -> katapult.apiTokens().list(ALL);

      assertThat(RotateKey.send(key, request).status()).isEqualTo(200);
      assertThat(RotateKey.send(key, request).status()).isEqualTo(200);

      assertThat(server.getRequestCount()).isEqualTo(3);
      assertThat(keys).containsExactly("new");
      assertThat(key.insteadOf("old")).as("another thread, whose key was rejected too").isEqualTo("new");
      assertThat(keys).containsExactly("new");
    }
  }

  @Test
  void doesNotRepeatTheRequestWithTheSameKey() throws IOException {
    RotateKey.Remembered key = new RotateKey.Remembered(() -> "old");
    try (MockWebServer server = serverThatTakes("new");
        KatapultClient katapult = client(server).apiKey(key).build()) {
      assertThatThrownBy(() -> RotateKey.send(key, () -> katapult.apiTokens().list(ALL)))
          .isInstanceOf(ApiErrorException.Forbidden.class);
      assertThat(server.getRequestCount()).isEqualTo(1);
    }
  }

  @Test
  void doesNotRepeatTheRequestAfterAnotherError(@Answers("permission denied") MockApi api) {
    List<String> keys = new ArrayList<>(List.of("old", "new"));
    RotateKey.Remembered key = new RotateKey.Remembered(() -> keys.remove(0));
    try (KatapultClient katapult = api.client().apiKey(key).build()) {
      assertThatThrownBy(() -> RotateKey.send(key, () -> katapult.apiTokens().list(ALL)))
          .isInstanceOf(ApiErrorException.Forbidden.class);
    }
    assertThat(api.exchanges()).extracting(Exchange::status).containsExactly(403);
  }

  @Test
  void cachesPages(@TempDir Path folder) throws Exception {
    OkHttpClient http = CachePages.in(folder);
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      KatapultClient katapult = client(server).apiKey("theApiKey").callFactory(http).build();
      server.enqueue(
          json(200, PAGE)
              .newBuilder()
              .setHeader("ETag", "W/\"1\"")
              .setHeader("Cache-Control", "max-age=0, private, must-revalidate")
              .build());
      server.enqueue(new MockResponse.Builder().code(304).build());

      assertThat(katapult.apiTokens().list(ALL).fromCache()).isFalse();
      assertThat(katapult.apiTokens().list(ALL).fromCache()).isTrue();

      server.takeRequest();
      assertThat(server.takeRequest().getHeaders().get("If-None-Match")).isEqualTo("W/\"1\"");
    } finally {
      http.cache().close();
    }
  }

  @Test
  void tracesAListing(@Answers({"first page", "unhandled exception"}) MockApi api) throws IOException {
    List<SpanData> spans =
        spans(
            api,
            (tracing, katapult) -> {
              List<ApiToken> tokens =
                  tracing.inSpan("list tokens", ALL, all -> katapult.apiTokens().all(all).stream().toList());
              assertThat(tokens).hasSize(5);
            });

    String recipe = Files.readString(Path.of("src/main/java/io/katapult/recipes/TraceRequests.java"));
    assertThat(recipe).contains("<pre>\n" + tree(spans, SpanId.getInvalid(), " * ") + " * </pre>");
    assertThat(spans).extracting(SpanData::getTraceId).containsOnly(spans.get(0).getTraceId());
    assertThat(api.exchanges()).allSatisfy(e -> assertThat(e.requestHeaders()).doesNotContainKey("x-traced-operation"));
  }

  @Test
  void tracesAFailure(@Answers({"unhandled exception", "permission denied"}) MockApi api) {
    List<SpanData> spans =
        spans(
            api,
            (tracing, katapult) ->
                assertThatThrownBy(() -> tracing.inSpan("get a page", ALL, katapult.apiTokens()::list))
                    .isInstanceOf(ApiErrorException.Forbidden.class));

    assertThat(tree(spans, SpanId.getInvalid(), ""))
        .isEqualTo(
            """
            get a page  ERROR
              GET  http.response.status_code=500  error.type=500
              GET  http.response.status_code=403  http.request.resend_count=1  error.type=403
            """);
  }

  @Test
  void tracesRequestsOutsideASpan(MockApi api) {
    assertThat(tree(spans(api, (tracing, katapult) -> katapult.apiTokens().list(ALL)), SpanId.getInvalid(), ""))
        .isEqualTo("GET  http.response.status_code=200\n");
  }

  /** The finished spans. Checks that none has the API key, and that those of attempts have the URL. */
  private static List<SpanData> spans(MockApi api, BiConsumer<TraceRequests, KatapultClient> use) {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (OpenTelemetrySdk telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build())
            .build()) {
      TraceRequests tracing = new TraceRequests(new OkHttpClient(), telemetry);
      try (KatapultClient katapult =
          api.client().apiKey("theApiKey").retryPolicy(AT_ONCE).callFactory(tracing).build()) {
        use.accept(tracing, katapult);
      }
      List<SpanData> spans = exporter.getFinishedSpanItems();
      assertThat(spans).isNotEmpty().allSatisfy(span -> assertThat(span.toString()).doesNotContain("theApiKey"));
      assertThat(spans)
          .filteredOn(span -> span.getKind() == SpanKind.CLIENT)
          .allSatisfy(span -> assertThat(text(span, "url.full")).startsWith(api.baseUrl()));
      return spans;
    }
  }

  /** The spans below a parent, each on its line, in the order in which they began. */
  private static String tree(List<SpanData> spans, String parent, String indent) {
    StringBuilder tree = new StringBuilder();
    spans.stream()
        .filter(span -> span.getParentSpanId().equals(parent))
        .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
        .forEach(
            span -> {
              tree.append(indent).append(span.getName());
              if (span.getKind() != SpanKind.CLIENT && span.getStatus().getStatusCode() == StatusCode.ERROR) {
                tree.append("  ERROR");
              }
              HttpUrl url = HttpUrl.parse(String.valueOf(text(span, "url.full")));
              if (url != null && url.queryParameter("page") != null) {
                tree.append("  page=").append(url.queryParameter("page"));
              }
              for (String name : List.of("http.response.status_code", "http.request.resend_count")) {
                Long number = span.getAttributes().get(AttributeKey.longKey(name));
                tree.append(number == null ? "" : "  " + name + '=' + number);
              }
              String error = text(span, "error.type");
              tree.append(error == null ? "" : "  error.type=" + error).append('\n');
              tree.append(tree(spans, span.getSpanId(), indent + "  "));
            });
    return tree.toString();
  }

  private static @Nullable String text(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }

  private static MockWebServer serverThatTakes(String key) throws IOException {
    MockWebServer server = new MockWebServer();
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return ("Bearer " + key).equals(request.getHeaders().get("Authorization"))
                ? json(200, PAGE)
                : json(403, "{\"error\":{\"code\":\"invalid_api_token\",\"description\":null,\"detail\":{}}}");
          }
        });
    server.start();
    return server;
  }

  private static KatapultClient.Builder client(MockWebServer server) {
    return KatapultClient.builder()
        .organization(Organization.subDomain("acme"))
        .baseUrl(server.url("/").toString())
        .retryPolicy(AT_ONCE);
  }

  private static MockResponse json(int status, String body) {
    return new MockResponse.Builder().code(status).setHeader("Content-Type", "application/json").body(body).build();
  }
}
