package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.JsonWriter;
import com.squareup.moshi.Moshi;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import retrofit2.CallAdapter;
import retrofit2.Retrofit;

class KatapultClientTest {
  private static final String KEY = "aVerySecretKey";
  private static final Organization ACME = Organization.subDomain("acme");
  private static final String EMPTY_PAGE =
      """
      {"pagination": {"current_page": 1, "total_pages": 0, "total": 0, "per_page": 30, "large_set": false},
       "api_tokens": []}
      """;

  private final MockWebServer server = new MockWebServer();
  private final OkHttpClient http = new OkHttpClient();

  @BeforeEach
  void start() throws IOException {
    // Answers a request that nobody expects with 404, not with silence.
    QueueDispatcher dispatcher = new QueueDispatcher();
    dispatcher.setFailFast(true);
    server.setDispatcher(dispatcher);
    server.start();
  }

  @AfterEach
  void stop() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    server.close();
  }

  private KatapultClient.Builder builder() {
    return KatapultClient.builder()
        .apiKey(KEY)
        .organization(ACME)
        .callFactory(http)
        .retryPolicy(RetryPolicy.NONE)
        .baseUrl(server.url("/core/v1").toString());
  }

  private static MockResponse page() {
    return page(1);
  }

  private static MockResponse page(int number) {
    String body = EMPTY_PAGE.replace("\"current_page\": 1", "\"current_page\": " + number);
    return new MockResponse.Builder().setHeader("Content-Type", "application/json").body(body).build();
  }

  @Test
  void sendsTheRequestAndReadsThePage() throws Exception {
    server.enqueue(page(2));

    ApiTokenPage page =
        builder()
            .build()
            .apiTokens().list(
                new ListApiTokensRequest()
                    .organization(Organization.id("org_1"))
                    .annotation("a", "1")
                    .annotation("b", "2")
                    .page(2)
                    .perPage(50))
            .body();

    RecordedRequest request = server.takeRequest();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/core/v1/organizations/organization/api_tokens");
    assertThat(request.getUrl().query())
        .isEqualTo(
            "organization[id]=org_1&annotations[][key]=a&annotations[][value]=1&annotations[][key]=b"
                + "&annotations[][value]=2&page=2&per_page=50");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
    assertThat(page.apiTokens()).isEmpty();
    assertThat(page.pagination().total()).isZero();
  }

  @Test
  void takesTheShortestOrganization() throws Exception {
    server.enqueue(page());

    builder().build().apiTokens().list(new ListApiTokensRequest().organization(Organization.id("🐢")));

    assertThat(server.takeRequest().getUrl().query()).isEqualTo("organization[id]=🐢");
  }

  @Test
  void usesItsOwnOrganizationIfTheRequestNamesNone() throws Exception {
    server.enqueue(page());

    builder().build().apiTokens().list();

    assertThat(server.takeRequest().getUrl().query()).isEqualTo("organization[sub_domain]=acme");
  }

  @Test
  void rawInterfaceCarriesTheKeyAndIsChecked() throws Exception {
    server.enqueue(page());
    KatapultClient katapult = builder().build();

    katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "acme", List.of("a", "b"), List.of("1", "2"), null, null).execute();

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
    assertThat(request.getUrl().query())
        .isEqualTo(
            "organization[sub_domain]=acme&annotations[][key]=a&annotations[][value]=1&annotations[][key]=b"
                + "&annotations[][value]=2");
    assertThatThrownBy(
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens("org_1", "acme", null, null, null, null).execute())
        .isInstanceOf(ParameterException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 30, page is 0", "-1, 30, page is -1", "1, 0, per_page is 0", "1, -7, per_page is -7"})
  void rejectsPagesBelowOne(int page, int perPage, String message) {
    assertThatThrownBy(
            () -> builder().build().apiTokens().list(new ListApiTokensRequest().page(page).perPage(perPage)))
        .isInstanceOf(ParameterException.class)
        .hasMessage(message + ": give at least 1");
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // Not all callers check.
  void rejectsANullAnnotation() {
    assertThatThrownBy(
            () ->
                builder()
                    .build()
                    .apiTokens().list(new ListApiTokensRequest().annotation("a", "1").annotation("b", null)))
        .isInstanceOf(ParameterException.class)
        .hasMessage("annotations[][value] at index 1 is null: give it a value, or leave the whole row out");
    assertThat(server.getRequestCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\udc22", "\udc22\ud83d", "ab\ud83dc"})
  void rejectsHalfACharacter(String text) {
    assertThatThrownBy(() -> builder().build().apiTokens().list(new ListApiTokensRequest().annotation("a", text)))
        .isInstanceOf(ParameterException.class)
        .hasMessageMatching("annotations\\[]\\[value] at index 0 has half a character at index [02]: give whole ones");
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void rejectsARequestWithoutAnOrganization() {
    KatapultClient katapult =
        KatapultClient.builder().apiKey(KEY).callFactory(http).baseUrl(server.url("/").toString()).build();

    ParameterException exception =
        catchThrowableOfType(ParameterException.class, () -> katapult.apiTokens().list());

    assertThat(exception.parameters()).containsExactly("organization[id]", "organization[sub_domain]");
    assertThat(server.getRequestCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\t"})
  void rejectsABlankOrganization(String blank) {
    assertThatThrownBy(() -> Organization.id(blank))
        .isInstanceOf(ParameterException.class)
        .hasMessage("organization[id] is blank: give it a value");
    assertThatThrownBy(() -> Organization.subDomain(blank))
        .isInstanceOf(ParameterException.class)
        .hasMessage("organization[sub_domain] is blank: give it a value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "~", "a.b-c_d/e+f="})
  void takesAnApiKeyThatAHeaderCanHold(String key) throws Exception {
    server.enqueue(page());

    builder().apiKey(key).build().apiTokens().list();

    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "secret\u007f", "secret\n", "secret\r\nX-Evil: 1", "sec ret", "sécret", "secret\u0000"})
  void rejectsAnApiKeyThatNoHeaderCanHold(String key) {
    ParameterException exception =
        catchThrowableOfType(ParameterException.class, () -> KatapultClient.builder().apiKey(key));

    assertThat(exception.parameters()).containsExactly("apiKey");
    assertThat(exception.getMessage()).doesNotContain("cret");
  }

  @Test
  void rejectsAMissingApiKey() {
    assertThatThrownBy(() -> KatapultClient.builder().build())
        .isInstanceOf(ParameterException.class)
        .hasMessage("apiKey is missing: set the environment variable KATAPULT_API_KEY for fromEnvironment(), or pass a key to the"
                + " builder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "api.katapult.io", "localhost:1", "ftp://api.katapult.io", "file:///etc", "https://", "nonsense"})
  void rejectsABaseUrlThatIsNotHttp(String url) {
    assertThatThrownBy(() -> KatapultClient.builder().apiKey(KEY).baseUrl(url).build())
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("baseUrl is not a URL that begins with http:// or https://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://api.katapult.io/core/v1?page=2", "https://api.katapult.io/#top"})
  void rejectsABaseUrlWithMoreThanAPath(String url) {
    assertThatThrownBy(() -> KatapultClient.builder().apiKey(KEY).baseUrl(url).build())
        .isInstanceOf(ParameterException.class)
        .hasMessage("baseUrl has a query or a fragment: leave it out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://api.katapult.io/core/v1",
        "http://192.168.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[2001:db8::1]"
      })
  void rejectsPlainHttpToAnotherHost(String url) {
    assertThatThrownBy(() -> KatapultClient.builder().apiKey(KEY).baseUrl(url).build())
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("baseUrl is plain http to ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://api.katapult.io/core/v1", "http://localhost:1", "http://127.0.0.2", "http://[::1]:80/x/"})
  void takesHttpsAndLoopback(String url) {
    try (KatapultClient katapult = KatapultClient.builder().apiKey(KEY).baseUrl(url).build()) {
      assertThat(katapult.toString()).contains("baseUrl=" + url.replace(":80/", "/")).doesNotContain(KEY);
    }
  }

  @Test
  void defaultsToTheServerOfTheSpec() {
    try (KatapultClient katapult = KatapultClient.builder().apiKey(KEY).build()) {
      assertThat(katapult).hasToString("KatapultClient{baseUrl=https://api.katapult.io/core/v1/, organization=null}");
    }
  }

  @Test
  void readsTheEnvironment() throws Exception {
    server.enqueue(page());

    KatapultClient.builder()
        .callFactory(http)
        .environment(
            Map.of(
                "KATAPULT_API_KEY",
                "fromEnvironment",
                "KATAPULT_ORGANIZATION",
                "initech",
                "KATAPULT_BASE_URL",
                server.url("/").toString()))
        .build()
        .apiTokens().list();

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer fromEnvironment");
    assertThat(request.getUrl().query()).isEqualTo("organization[sub_domain]=initech");
  }

  @ParameterizedTest
  @ValueSource(strings = {"KATAPULT_API_KEY", "KATAPULT_ORGANIZATION", "KATAPULT_BASE_URL"})
  void rejectsABlankEnvironmentVariable(String name) {
    assertThatThrownBy(() -> KatapultClient.builder().environment(Map.of(name, " ")))
        .isInstanceOf(ParameterException.class)
        .hasMessage(name + " is blank: give it a value");
  }

  @Test
  void leavesWhatTheEnvironmentDoesNotSet() throws Exception {
    server.enqueue(page());

    builder().environment(Map.of()).build().apiTokens().list();

    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  @Test
  void makesAnInterfaceByTheRetrofitOfTheUser() throws Exception {
    server.enqueue(page());
    AtomicInteger adapted = new AtomicInteger();
    Retrofit retrofit =
        new Retrofit.Builder()
            .baseUrl("https://elsewhere.example/")
            .addCallAdapterFactory(
                new CallAdapter.Factory() {
                  @Override
                  public @Nullable CallAdapter<?, ?> get(Type type, Annotation[] annotations, Retrofit of) {
                    adapted.incrementAndGet();
                    return null;
                  }
                })
            .build();

    ApiTokensApi api = builder().build().api(ApiTokensApi.class, retrofit);
    assertThat(api.listOrganizationApiTokens(null, "acme", null, null, null, null).execute().isSuccessful()).isTrue();

    assertThat(adapted).hasPositiveValue();
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  private interface PaginationReader {
    Pagination read(JsonReader reader) throws IOException;
  }

  /** A Moshi of the user, with an adapter of its own. */
  private static Moshi readingPaginationBy(PaginationReader pagination) {
    return new Moshi.Builder()
        .add(
            Pagination.class,
            new JsonAdapter<Pagination>() {
              @Override
              public Pagination fromJson(JsonReader reader) throws IOException {
                return pagination.read(reader);
              }

              @Override
              public void toJson(JsonWriter writer, Pagination value) {
                throw new UnsupportedOperationException();
              }
            })
        .build();
  }

  @Test
  void prefersTheAdaptersOfTheUser() {
    server.enqueue(page());
    Pagination mine =
        Pagination.builder().currentPage(7).totalPages(7).total(7L).perPage(7).largeSet(false).build();
    Moshi moshi =
        readingPaginationBy(
            reader -> {
              reader.skipValue();
              return mine;
            });

    ApiTokenPage page = builder().moshi(moshi).build().apiTokens().list(new ListApiTokensRequest().page(7)).body();
    assertThat(page.pagination()).isSameAs(mine);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/problem+json", "APPLICATION/JSON; charset=utf-8", ""})
  void readsJsonUnderItsNamesAndWithoutOne(String contentType) {
    MockResponse.Builder page = page().newBuilder();
    server.enqueue(
        contentType.isEmpty()
            ? page.removeHeader("Content-Type").build()
            : page.setHeader("Content-Type", contentType).build());

    assertThat(builder().build().apiTokens().list().body().apiTokens()).isEmpty();
  }

  @Test
  void readsPastAByteOrderMark() {
    server.enqueue(page().newBuilder().body("\ufeff" + EMPTY_PAGE).build());

    assertThat(builder().build().apiTokens().list().body().apiTokens()).isEmpty();
  }

  @Test
  void anAdapterOfTheUserMayFailWithoutAWord() {
    server.enqueue(page());
    Moshi moshi =
        readingPaginationBy(
            reader -> {
              throw new JsonDataException();
            });

    assertThatThrownBy(() -> builder().moshi(moshi).build().apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessage(
            "HTTP 200 from "
                + server.url("/core/v1/organizations/organization/api_tokens")
                + ": the body has another shape");
  }

  /** The page arrived, so that another attempt would get the same. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAdapterOfTheUserThatFailsIsAskedOnce(boolean isChecked) {
    server.enqueue(page());
    Moshi moshi =
        readingPaginationBy(
            reader -> {
              if (isChecked) {
                throw new IOException("no such file");
              }
              throw new IllegalStateException("no such file");
            });
    KatapultClient katapult = builder().moshi(moshi).retryPolicy(RetryPolicy.DEFAULT).build();

    assertThatThrownBy(() -> katapult.apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("the body can't be read at path $.pagination: java.")
        .hasMessageEndingWith("no such file")
        .cause()
        .hasMessage("no such file");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aBrokenRuleIsTheSameWhereAValueIsGivenAndWhereItIsSent() {
    KatapultClient katapult = builder().build();
    Map<ThrowingCallable, ThrowingCallable> givenAndSent =
        Map.of(
            () -> new ListApiTokensRequest().page(0),
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "acme", null, null, 0, null).execute(),
            () -> new ListApiTokensRequest().perPage(-1),
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "acme", null, null, null, -1).execute(),
            () -> Organization.id(""),
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens("", null, null, null, null, null).execute(),
            () -> Organization.subDomain(""),
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "", null, null, null, null).execute(),
            () -> new ListApiTokensRequest().annotation("\ud83d", "1"),
            () -> katapult.api(ApiTokensApi.class).listOrganizationApiTokens(null, "a", List.of("\ud83d"), List.of("1"), 1, 1).execute(),
            () -> new ListApiTokensRequest().annotation("a", "1").annotation("b", "\udc22"),
            () ->
                katapult.api(ApiTokensApi.class)
                    .listOrganizationApiTokens(null, "a", List.of("a", "b"), List.of("1", "\udc22"), 1, 1)
                    .execute());

    givenAndSent.forEach(
        (given, sent) -> {
          ParameterException atOnce = catchThrowableOfType(ParameterException.class, given);
          ParameterException later = catchThrowableOfType(ParameterException.class, sent);
          assertThat(atOnce.rule()).isEqualTo(later.rule()).isNotNull();
          assertThat(atOnce.parameters()).isEqualTo(later.parameters());
          assertThat(atOnce).hasMessage(later.getMessage());
        });
    assertThat(server.getRequestCount()).isZero();
    assertThatThrownBy(() -> new ListApiTokensRequest().deadline(Duration.ZERO))
        .isInstanceOf(ParameterException.class)
        .hasMessage("deadline is PT0S: give more than 0");
  }

  @Test
  void saysWhatTheApiSays() {
    server.enqueue(
        new MockResponse.Builder()
            .code(403)
            .setHeader("Content-Type", "application/json")
            .setHeader("X-Request-Id", "4711")
            .body(
                "{\"error\":{\"code\":\"permission_denied\",\"description\":\"No.\",\"detail\":{\"details\":\"why\"}}}")
            .build());

    ApiErrorException exception =
        catchThrowableOfType(
            ApiErrorException.class, () -> builder().build().apiTokens().list());

    assertThat(exception).hasMessage("HTTP 403: permission_denied: No. {details=why} (request 4711)");
    assertThat(exception.code()).isEqualTo("permission_denied");
    assertThat(exception.description()).isEqualTo("No.");
    assertThat(exception.detail().details()).isEqualTo("why");
    assertThat(exception.requestId()).isEqualTo("4711");
    assertThat(exception.headers().get("x-request-id")).isEqualTo("4711");
  }

  @Test
  void saysWhichRequestItWas() {
    server.enqueue(page().newBuilder().setHeader("X-Request-Id", "4711").build());

    assertThat(builder().build().apiTokens().list().requestId()).isEqualTo("4711");
  }

  @Test
  void believesNoResponseFromElsewhere() throws Exception {
    try (MockWebServer other = new MockWebServer()) {
      other.start();
      other.enqueue(page());
      HttpUrl elsewhere = other.url("/elsewhere#access_token=hush");
      server.enqueue(new MockResponse.Builder().code(302).setHeader("Location", elsewhere).build());

      assertThatThrownBy(() -> builder().build().apiTokens().list())
          .isInstanceOf(UnexpectedResponseException.class)
          .hasMessageContaining("/elsewhere: not the API, which redirected there: if it has moved, set baseUrl");
      assertThat(other.takeRequest().getHeaders().get("Authorization")).isNull();
    }
  }

  @Test
  void closesAnHttpClientOfItsOwn() throws Exception {
    server.enqueue(page());
    KatapultClient katapult =
        KatapultClient.builder().apiKey(KEY).organization(ACME).baseUrl(server.url("/").toString()).build();
    katapult.apiTokens().listAsync().get(10, TimeUnit.SECONDS);

    katapult.close();

    assertThat(katapult.apiTokens().listAsync())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    katapult
        .api(ApiTokensApi.class)
        .listOrganizationApiTokens(null, "acme", null, null, 1, 30)
        .enqueue(
            new retrofit2.Callback<>() {
              @Override
              public void onResponse(
                  retrofit2.Call<ApiTokenPage> call, retrofit2.Response<ApiTokenPage> response) {
                refused.completeExceptionally(new AssertionError("answered"));
              }

              @Override
              public void onFailure(retrofit2.Call<ApiTokenPage> call, Throwable failure) {
                refused.complete(failure);
              }
            });
    assertThat(refused).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(InterruptedIOException.class);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  /** What connects to elsewhere is brought back here, so that no packet leaves the machine. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsNothingInPlainHttpThoughALoopbackNameLeadsElsewhere(boolean byProxy) throws Exception {
    InetAddress elsewhere = InetAddress.getByAddress("localhost", new byte[] {(byte) 192, 0, 2, 1});
    SocketFactory back =
        new SocketFactory() {
          @Override
          public Socket createSocket() {
            return new Socket() {
              @Override
              public void connect(SocketAddress endpoint, int timeout) throws IOException {
                super.connect(server.getSocketAddress(), timeout);
              }
            };
          }

          @Override
          public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
          }
        };
    OkHttpClient.Builder led = http.newBuilder().socketFactory(back);
    if (byProxy) {
      led.proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(elsewhere, 1)));
    } else {
      led.dns(host -> List.of(elsewhere));
    }
    KatapultClient katapult =
        builder().callFactory(led.build()).baseUrl("http://localhost:1/").retryPolicy(RetryPolicy.DEFAULT).build();

    assertThatThrownBy(() -> katapult.apiTokens().list())
        .isInstanceOf(ConnectionException.class)
        .hasMessageEndingWith("the API key would go to a proxy or another host in plain http: use https");
    assertThat(server.getRequestCount()).isZero();
  }

  /** OkHttp waits for a new connection in a way of its own. */
  @Test
  void reportsAnInterruptedThreadThatWaitsForAConnection() {
    KatapultClient katapult = builder().build();
    Thread.currentThread().interrupt();

    Throwable failure = catchThrowable(() -> katapult.apiTokens().list());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("interrupted while waiting");
  }

  /** All threads of the common pool may be busy with something of the user's. */
  @Test
  void waitsOnNoThreadThatIsNotItsOwn() {
    CompletableFuture<Thread> thread = new CompletableFuture<>();

    Clock.SYSTEM.execute(() -> thread.complete(Thread.currentThread()));

    assertThat(thread)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(own -> assertThat(own.getName()).isEqualTo("katapult"))
        .satisfies(own -> assertThat(own.isDaemon()).isTrue());
  }

  @Test
  @SuppressWarnings("NullAway") // Not all callers check.
  void saysWhatIsNull() {
    KatapultClient katapult = builder().build();

    assertThatThrownBy(() -> katapult.apiTokens().list(null)).hasMessage("request");
    assertThatThrownBy(() -> katapult.apiTokens().all(null)).hasMessage("request");
    assertThatThrownBy(() -> katapult.apiTokens().all().forEachAsync(null)).hasMessage("action");
    assertThatThrownBy(() -> new ListApiTokensRequest().deadline(null)).hasMessage("deadline");
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.deadline(null)).hasMessage("deadline");
  }

  @Test
  void beginsNothingOnceItIsClosed() {
    KatapultClient katapult = builder().build();
    Listing<ApiTokenPage, ApiToken> listing = katapult.apiTokens().all();
    katapult.close();

    assertThatThrownBy(() -> katapult.apiTokens().list())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been closed");
    assertThatThrownBy(() -> listing.iterator().hasNext()).isInstanceOf(IllegalStateException.class);
    assertThat(listing.forEachAsync(token -> {}))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void beginsNoFurtherAttemptOnceItIsClosed() {
    server.enqueue(new MockResponse.Builder().code(503).build());
    FakeClock clock = new FakeClock();
    KatapultClient katapult = builder().retryPolicy(RetryPolicy.DEFAULT).clock(clock).build();
    clock.onWait = katapult::close;

    assertThatThrownBy(() -> katapult.apiTokens().list())
        .isInstanceOf(IllegalStateException.class)
        .cause()
        .hasMessageContaining("HTTP 503");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void showsWhatIsAskedFor() {
    ListApiTokensRequest request =
        new ListApiTokensRequest()
            .organization(ACME)
            .annotation("team", "billing")
            .page(2)
            .perPage(50)
            .header("X-Trace", "hush")
            .deadline(Duration.ofSeconds(5));
    String shown =
        "ListApiTokensRequest{organization=" + ACME + ", annotation team=billing, page=2, perPage=50,"
            + " headers=[X-Trace], deadline=PT5S}";

    assertThat(request).hasToString(shown);
    assertThat(request.organization()).isEqualTo(ACME);
    assertThat(request.annotations()).containsExactly(new ListApiTokensRequest.Annotation("team", "billing"));
    assertThat(request.page()).isEqualTo(2);
    assertThat(request.perPage()).isEqualTo(50);
    assertThat(request.headers().get("X-Trace")).isEqualTo("hush");
    assertThat(request.deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(new ListApiTokensRequest()).hasToString("ListApiTokensRequest{}");
    assertThat(RetryPolicy.DEFAULT)
        .hasToString("RetryPolicy[attempts=4, deadline=PT2M, firstWait=PT0.25S, longestWait=PT8S]");
    try (KatapultClient katapult = builder().build()) {
      assertThat(katapult.apiTokens().all(new ListApiTokensRequest().perPage(50)).fromPage(2).ahead(3))
          .hasToString("Listing{ListApiTokensRequest{perPage=50}, fromPage=2, expectedPages=0, ahead=3}");
    }
  }

  /** A connection that is kept open would be, for five minutes. */
  @Test
  void closesTheConnectionsOfAnHttpClientOfItsOwn() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      KatapultClient katapult =
          KatapultClient.builder()
              .apiKey(KEY)
              .organization(ACME)
              .baseUrl("http://127.0.0.1:" + listening.getLocalPort())
              .build();
      CompletableFuture<ApiResponse<ApiTokenPage>> response = katapult.apiTokens().listAsync();
      try (Socket socket = listening.accept()) {
        socket.setSoTimeout(10_000);
        BufferedReader request = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        while (!request.readLine().isEmpty()) {
          // To the end of the headers.
        }
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + EMPTY_PAGE.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + EMPTY_PAGE).getBytes(UTF_8));
        response.get(10, TimeUnit.SECONDS);

        katapult.close();

        assertThat(request.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void closesOnlyAnHttpClientOfItsOwn() {
    server.enqueue(page());
    builder().build().close();

    assertThat(builder().build().apiTokens().list().body().apiTokens()).isEmpty();
    assertThat(http.dispatcher().executorService().isShutdown()).isFalse();
  }

  @Test
  void reportsAConnectionThatFails() {
    KatapultClient katapult = builder().build();
    server.close();

    ConnectionException exception =
        catchThrowableOfType(ConnectionException.class, () -> katapult.apiTokens().list());

    assertThat(exception).hasMessageStartingWith("No complete response from ");
    assertThat(exception.getCause()).isInstanceOf(IOException.class);
  }

  @Test
  void showsTheKeyToNoInterceptorOfTheUser() throws Exception {
    server.enqueue(page());
    List<String> seen = new ArrayList<>();
    Interceptor logging =
        chain -> {
          seen.add(chain.request().headers() + " " + chain.request().header("Authorization") + " " + chain.request());
          okhttp3.Response response = chain.proceed(chain.request());
          seen.add(response.request().header("Authorization") + " ██");
          okhttp3.Response network = response.networkResponse();
          seen.add((network == null ? null : network.request().header("Authorization")) + " ██");
          return response;
        };
    OkHttpClient logged = http.newBuilder().addInterceptor(logging).addNetworkInterceptor(logging).build();

    builder().callFactory(logged).build().apiTokens().list();

    assertThat(seen).hasSize(6).allSatisfy(line -> assertThat(line).contains("██").doesNotContain(KEY));
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  @Test
  void keepsTheKeyFromTheCacheThoughResponsesVaryByIt(@TempDir File directory) throws Exception {
    server.enqueue(
        page().newBuilder().setHeader("Vary", "Authorization").setHeader("Cache-Control", "max-age=60").build());
    try (Cache cache = new Cache(directory, 1 << 20)) {
      KatapultClient katapult = builder().callFactory(http.newBuilder().cache(cache).build()).build();
      katapult.apiTokens().list();
    }

    StringBuilder cached = new StringBuilder();
    for (File file : directory.listFiles()) {
      cached.append(Files.readString(file.toPath(), ISO_8859_1));
    }
    assertThat(cached.toString()).contains("api_tokens").doesNotContain(KEY);
  }

  /** With one key it hits; another key never gets what was kept for the first. */
  @Test
  void servesAPageThatVariesByTheKeyFromTheCacheForTheSameKeyOnly(@TempDir File directory) throws Exception {
    MockResponse page =
        page().newBuilder().setHeader("Vary", "Authorization").setHeader("Cache-Control", "max-age=60").build();
    server.enqueue(page);
    server.enqueue(page);
    try (Cache cache = new Cache(directory, 1 << 20)) {
      OkHttpClient cached = http.newBuilder().cache(cache).build();
      KatapultClient katapult = builder().callFactory(cached).build();
      KatapultClient other = builder().callFactory(cached).apiKey("another key".replace(' ', '-')).build();

      assertThat(katapult.apiTokens().list().fromCache()).isFalse();
      assertThat(katapult.apiTokens().list().fromCache()).isTrue();
      assertThat(other.apiTokens().list().fromCache()).isFalse();
    }
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void keepsTheKeyFromInterceptorsBelowTheRulesOfTheUser() throws Exception {
    server.enqueue(page());
    List<String> seen = new ArrayList<>();
    OkHttpClient logged =
        http.newBuilder()
            .addInterceptor(
                chain -> {
                  seen.add(chain.request().headers().toString());
                  return chain.proceed(chain.request());
                })
            .build();

    builder().callFactory(new ParameterRulesCallFactory(logged)).build().apiTokens().list();

    assertThat(seen).hasSize(1).allSatisfy(line -> assertThat(line).doesNotContain(KEY));
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  @Test
  void respectsWhatASubclassOfOkHttpClientDoes() {
    server.enqueue(page());
    List<String> seen = new ArrayList<>();
    OkHttpClient special =
        new OkHttpClient() {
          @Override
          public Call newCall(okhttp3.Request request) {
            seen.add(request.url().encodedPath());
            return super.newCall(request);
          }
        };

    builder().callFactory(special).build().apiTokens().list();

    assertThat(seen).hasSize(1);
    special.dispatcher().executorService().shutdown();
    special.connectionPool().evictAll();
  }

  @Test
  void makesOneCallAndAsksForTheKeyOnce() {
    server.enqueue(page());
    AtomicInteger keys = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    OkHttpClient counted =
        http.newBuilder()
            .eventListenerFactory(
                call -> {
                  calls.incrementAndGet();
                  return EventListener.NONE;
                })
            .build();

    builder()
        .callFactory(counted)
        .apiKey(
            () -> {
              keys.incrementAndGet();
              return KEY;
            })
        .build()
        .apiTokens().list();

    assertThat(keys).hasValue(1);
    assertThat(calls).hasValue(1);
  }

  /** As an interceptor may do that sends a slow request twice. */
  @Test
  void aCloneOfACallHasTheKeyToo() throws Exception {
    server.enqueue(page());
    AtomicBoolean isClone = new AtomicBoolean();
    Interceptor cloning =
        chain -> isClone.getAndSet(true) ? chain.proceed(chain.request()) : chain.call().clone().execute();

    builder().callFactory(http.newBuilder().addInterceptor(cloning).build()).build().apiTokens().list();

    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  @Test
  void aKeySupplierThatFailsFailsTheFuture() {
    assertThat(
            builder()
                .apiKey(
                    () -> {
                      throw new IllegalStateException("no key");
                    })
                .build()
                .apiTokens().listAsync())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void showsNoPasswordOfABaseUrl() {
    assertThat(builder().baseUrl("https://me:hidden@localhost/core").build())
        .hasToString("KatapultClient{baseUrl=https://localhost/core/, organization=" + ACME + "}");
  }

  @Test
  void takesTheKeyToAnotherCallFactoryWithTheRequest() throws Exception {
    server.enqueue(page());
    Call.Factory any = request -> http.newCall(request);

    builder().callFactory(any).build().apiTokens().list();

    assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer " + KEY);
  }

  @Test
  void saysWhoIsAsking() throws Exception {
    server.enqueue(page());

    builder().build().apiTokens().list();

    assertThat(server.takeRequest().getHeaders().get("User-Agent"))
        .matches("katapult-java/[0-9.]+(-SNAPSHOT)? Java/" + Pattern.quote(System.getProperty("java.version")));
  }

  /** As when a server sends an answer twice: the second one would be taken for that to the next request. */
  @Test
  void refusesAnotherPageThanWasAskedFor() {
    server.enqueue(page(1));
    server.enqueue(page(1));

    assertThatThrownBy(() -> builder().build().apiTokens().list(new ListApiTokensRequest().page(2)))
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageEndingWith("the body is page 1, not the one that was asked for, page 2");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void sendsTheHeadersOfTheRequest() throws Exception {
    server.enqueue(page(2));

    builder()
        .build()
        .apiTokens().list(new ListApiTokensRequest().header("X-Trace", "1").header("User-Agent", "mine").page(2));

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("X-Trace")).isEqualTo("1");
    assertThat(request.getHeaders().get("User-Agent")).isEqualTo("mine");
    assertThat(request.getUrl().queryParameter("page")).isEqualTo("2");
  }

  @Test
  void anUnchangedPageCostsA304WithACacheOfTheUser(@TempDir File directory) throws Exception {
    server.enqueue(
        page().newBuilder()
            .setHeader("ETag", "W/\"1\"")
            .setHeader("Cache-Control", "max-age=0, private, must-revalidate")
            .build());
    server.enqueue(new MockResponse.Builder().code(304).build());
    try (Cache cache = new Cache(directory, 1 << 20)) {
      KatapultClient katapult = builder().callFactory(http.newBuilder().cache(cache).build()).build();

      ApiResponse<ApiTokenPage> first = katapult.apiTokens().list();
      ApiResponse<ApiTokenPage> second = katapult.apiTokens().list();

      assertThat(second.body()).isEqualTo(first.body());
      assertThat(first.fromCache()).isFalse();
      assertThat(second.fromCache()).isTrue();
    }
    server.takeRequest();
    assertThat(server.takeRequest().getHeaders().get("If-None-Match")).isEqualTo("W/\"1\"");
  }

  @Test
  void aPageThatIsStillFreshInTheCacheOfTheUserCostsNothing(@TempDir File directory) throws Exception {
    server.enqueue(page().newBuilder().setHeader("Cache-Control", "max-age=60").build());
    try (Cache cache = new Cache(directory, 1 << 20)) {
      KatapultClient katapult = builder().callFactory(http.newBuilder().cache(cache).build()).build();

      assertThat(katapult.apiTokens().list().fromCache()).isFalse();
      assertThat(katapult.apiTokens().list().fromCache()).isTrue();
    }
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aPageThatHasChangedIsNotFromTheCache(@TempDir File directory) throws Exception {
    MockResponse page =
        page().newBuilder()
            .setHeader("ETag", "W/\"1\"")
            .setHeader("Cache-Control", "max-age=0, must-revalidate")
            .build();
    server.enqueue(page);
    server.enqueue(page.newBuilder().setHeader("ETag", "W/\"2\"").build());
    try (Cache cache = new Cache(directory, 1 << 20)) {
      KatapultClient katapult = builder().callFactory(http.newBuilder().cache(cache).build()).build();

      katapult.apiTokens().list();
      assertThat(katapult.apiTokens().list().fromCache()).isFalse();
    }
  }

  @Test
  void refusesABodyBeyondTheLimitAndTakesOneUpToIt() {
    server.enqueue(page());
    server.enqueue(page());

    assertThat(builder().maxBodyBytes(EMPTY_PAGE.length()).build().apiTokens().list().status())
        .isEqualTo(200);
    assertThatThrownBy(
            () -> builder().maxBodyBytes(EMPTY_PAGE.length() - 1).build().apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("the body is longer than " + (EMPTY_PAGE.length() - 1) + " bytes");
    assertThatThrownBy(() -> builder().maxBodyBytes(0)).isInstanceOf(ParameterException.class);
    assertThat(builder().maxBodyBytes(1)).isNotNull();
  }

  @Test
  void refusesASmallBombThatGrows() throws IOException {
    Buffer bomb = new Buffer();
    try (BufferedSink sink = Okio.buffer(new GzipSink(bomb))) {
      sink.writeUtf8("{\"padding\": \"").writeUtf8("0".repeat(5_000_000)).writeUtf8("\"}");
    }
    assertThat(bomb.size()).isLessThan(100_000);
    server.enqueue(page().newBuilder().setHeader("Content-Encoding", "gzip").body(bomb).build());

    assertThatThrownBy(
            () -> builder().maxBodyBytes(1_000_000).build().apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("the body is longer than 1000000 bytes");
  }

  @Test
  void readsAsynchronousResponsesOnTheExecutorOfTheUser() throws Exception {
    server.enqueue(page());
    AtomicInteger tasks = new AtomicInteger();

    builder()
        .executor(
            task -> {
              tasks.incrementAndGet();
              task.run();
            })
        .build()
        .apiTokens().listAsync()
        .get(10, TimeUnit.SECONDS);

    assertThat(tasks).hasValue(1);
  }

  @Test
  void anExecutorThatRefusesFailsTheFuture() {
    server.enqueue(page());
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("full");
        };

    assertThat(builder().executor(refusing).build().apiTokens().listAsync())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void readsNoJsonThatSaysItIsSomethingElse() {
    server.enqueue(page().newBuilder().setHeader("Content-Type", "text/html").build());

    assertThatThrownBy(() -> builder().build().apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("the body is text/html, not JSON");
  }

  @Test
  void noticesThatTheFirstByteIsNotUtf8() {
    server.enqueue(page().newBuilder().body(new Buffer().writeByte(0xff).writeUtf8("{}")).build());

    assertThatThrownBy(() -> builder().build().apiTokens().list())
        .isInstanceOf(UnexpectedResponseException.class)
        .hasMessageContaining("the body is not UTF-8 at byte 0");
  }

  @Test
  void showsAResponseWithoutItsBody() {
    server.enqueue(page().newBuilder().setHeader("X-Request-Id", "r1").build());

    assertThat(builder().build().apiTokens().list())
        .hasToString("ApiResponse{status=200, requestId=r1, rateLimit=null, failedAttempts=0, fromCache=false}");
  }

  /** The excerpt has fewer characters than bytes. */
  @Test
  void leavesNoPartOfTheKeyAtTheEndOfAnExcerpt() {
    for (int before = 5452; before < 5464; before++) {
      server.enqueue(
          new MockResponse.Builder()
              .code(502)
              .setHeader("Content-Type", "text/html; charset=utf-8")
              .body("€".repeat(before) + KEY)
              .build());
      UnexpectedResponseException exception =
          catchThrowableOfType(
              UnexpectedResponseException.class, () -> builder().build().apiTokens().list());

      assertThat(exception.excerpt()).doesNotContain(KEY.substring(0, 2));
    }
  }

  @Test
  void leavesNoPartOfTheKeyThoughItIsEchoedOften() {
    String longKey = "ab".repeat(23);
    server.enqueue(new MockResponse.Builder().code(502).body(longKey.repeat(1000)).build());

    UnexpectedResponseException exception =
        catchThrowableOfType(
            UnexpectedResponseException.class,
            () -> builder().apiKey(longKey).build().apiTokens().list());

    assertThat(exception.excerpt()).matches("\\*+");
  }

  @Test
  void showsTheKeyNowhereThoughAnAdapterOfTheUserRepeatsIt() {
    server.enqueue(page().newBuilder().setHeader("X-Request-Id", KEY).build());
    Moshi moshi =
        readingPaginationBy(
            reader -> {
              throw new JsonDataException("Unexpected " + KEY);
            });

    UnexpectedResponseException exception =
        catchThrowableOfType(
            UnexpectedResponseException.class,
            () -> builder().moshi(moshi).build().apiTokens().list());

    StringWriter all = new StringWriter();
    exception.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).contains("Unexpected █").contains("(request **").doesNotContain(KEY);
  }

  @Test
  void showsTheKeyNowhereThoughAProxyEchoesIt() {
    server.enqueue(
        new MockResponse.Builder()
            .code(502)
            .setHeader("Content-Type", "text/html")
            .body("<h1>Bad Gateway</h1><pre>Authorization: Bearer " + KEY + "</pre>")
            .build());

    UnexpectedResponseException exception =
        catchThrowableOfType(
            UnexpectedResponseException.class, () -> builder().build().apiTokens().list());

    StringWriter all = new StringWriter();
    exception.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain(KEY);
    assertThat(exception.excerpt()).isEqualTo("<h1>Bad Gateway</h1><pre>Authorization: Bearer **************</pre>");
    assertThat(exception.status()).isEqualTo(502);
    assertThat(exception.requestId()).isNull();
  }
}
