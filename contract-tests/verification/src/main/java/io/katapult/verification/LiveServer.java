package io.katapult.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.RetryPolicy;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.mock.Exchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * The server that is verified. Only GET requests go to it, a limited number of them, and none when its limit of
 * requests per minute is nearly reached. Each exchange is judged by the spec, in this process.
 *
 * <p>It takes {@code KATAPULT_API_KEY} and {@code KATAPULT_ORGANIZATION} from the environment and, for another server
 * than that of the spec, {@code KATAPULT_BASE_URL}.
 */
final class LiveServer implements AutoCloseable {
  /** More requests than that are refused here. */
  static final int MOST_REQUESTS = 59;

  /** A token that no server knows, and a name that nobody has; others each time. */
  private final String madeUpToken = "token-" + UUID.randomUUID();

  private final String madeUpName = "nobody-" + UUID.randomUUID();
  private final String apiKey;
  private final String subDomain;
  private final HttpUrl baseUrl;
  private final KatapultClient katapult;
  private final SecondOracle oracle;
  private final LiveReport report;
  private final Pause pause;
  private final OkHttpClient http;
  private volatile RateLimit last;

  /** Waits; a test can do so without passing time. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /** What the response before said. */
  private record RateLimit(long remaining, Instant date) {}

  /** Which parameters of a request break the spec, on purpose. */
  private record Broken(List<String> parameters) {}

  /**
   * Prepares a verification; sends nothing yet.
   *
   * @throws IllegalStateException if a variable is missing, or can't be right; the message says what to set
   */
  LiveServer(Map<String, String> environment, Pause pause) {
    this.pause = pause;
    List<String> missing =
        Stream.of("KATAPULT_API_KEY", "KATAPULT_ORGANIZATION")
            .filter(name -> environment.getOrDefault(name, "").isBlank())
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Set "
              + String.join(" and ", missing)
              + ": KATAPULT_API_KEY is an API token with the scope api_tokens or api_tokens:read, KATAPULT_ORGANIZATION"
              + " the sub-domain of its organization. KATAPULT_BASE_URL is for another server than "
              + ApiTokensApi.BASE_URL);
    }
    apiKey = environment.get("KATAPULT_API_KEY");
    subDomain = environment.get("KATAPULT_ORGANIZATION");
    http =
        new OkHttpClient.Builder()
            // A redirect is no response of the spec, and the token is for this server only.
            .followRedirects(false)
            .callTimeout(Duration.ofSeconds(60))
            .addInterceptor(this::judged)
            .build();
    try {
      katapult =
          KatapultClient.builder()
              .environment(environment)
              .retryPolicy(RetryPolicy.NONE)
              // Not the OkHttpClient itself: its interceptor would not get to see the token.
              .callFactory(request -> http.newCall(request))
              .build();
    } catch (ParameterException e) {
      // Without the cause: its message is all there is to it.
      throw new IllegalStateException(
          "KATAPULT_API_KEY, KATAPULT_ORGANIZATION or KATAPULT_BASE_URL: " + e.getMessage());
    }
    HttpUrl url = HttpUrl.get(environment.getOrDefault("KATAPULT_BASE_URL", ApiTokensApi.BASE_URL));
    String path = url.encodedPath().replaceAll("/+$", "");
    baseUrl = url.newBuilder().encodedPath(path.isEmpty() ? "/" : path).build();
    oracle = new SecondOracle(path);
    report =
        new LiveReport(baseUrl.newBuilder().username("").password("").build().toString(), List.of(apiKey, madeUpToken));
  }

  LiveReport report() {
    return report;
  }

  /** A client of the server, whose requests count here. */
  KatapultClient katapult() {
    return katapult;
  }

  String apiKey() {
    return apiKey;
  }

  String subDomain() {
    return subDomain;
  }

  String madeUpToken() {
    return madeUpToken;
  }

  String madeUpName() {
    return madeUpName;
  }

  /**
   * Sends one request.
   *
   * @param path below the base URL
   * @param query as it shall stand in the request line; null for none
   * @param token null for none
   * @param broken the parameters by which the request breaks the spec, on purpose
   */
  Answer get(String path, String query, String token, String... broken) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(baseUrl.newBuilder().addEncodedPathSegments(path).encodedQuery(query).build())
            .tag(Broken.class, new Broken(Arrays.asList(broken)));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return new Answer(exchange(request.build(), response));
    }
  }

  /** Sends one request to list API tokens, with the right token. */
  Answer list(String query, String... broken) throws IOException {
    return get("organizations/organization/api_tokens", query, apiKey, broken);
  }

  /** Makes sure that so many requests can be sent before the next wait. */
  void awaitRoomFor(int requests) throws IOException {
    RateLimit limit = last;
    if (limit != null && limit.remaining < requests) {
      awaitNextMinute(limit.date);
    }
  }

  private void awaitNextMinute(Instant now) throws IOException {
    // A second more, because the limit may go by another clock than Date.
    Duration wait = Duration.ofSeconds(61 - Math.floorMod(now.getEpochSecond(), 60));
    report.note("waited " + wait.toSeconds() + " s for the next minute of the limit");
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for the next minute", e);
    }
    last = null;
  }

  private Response judged(Interceptor.Chain chain) throws IOException {
    Response response = answered(chain);
    // Somebody else uses the same token.
    for (int i = 0; i < 2 && response.code() == 429; i++) {
      awaitNextMinute(date(response.headers("Date")));
      response = answered(chain);
    }
    return response;
  }

  private Response answered(Interceptor.Chain chain) throws IOException {
    awaitRoomFor(3);
    if (report.request() > MOST_REQUESTS) {
      throw new IOException("There would be more than " + MOST_REQUESTS + " requests");
    }
    Response response = chain.proceed(chain.request());
    byte[] bytes = response.body().bytes();
    Response readable = response.newBuilder().body(ResponseBody.create(bytes, response.body().contentType())).build();
    Exchange exchange = exchange(chain.request(), readable);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      difference(exchange, "JSON in UTF-8", "bytes that are not UTF-8");
    }
    judge(exchange, chain.request().tag(Broken.class));
    if (("Bearer " + apiKey).equals(chain.request().header("Authorization"))) {
      checkLimit(exchange);
    }
    return readable;
  }

  private void judge(Exchange exchange, Broken broken) {
    List<String> ofRequest = oracle.ofRequest(exchange);
    List<String> onPurpose = broken == null ? List.of() : broken.parameters;
    for (String difference : ofRequest) {
      if (onPurpose.stream().noneMatch(parameter -> difference.startsWith("request " + parameter + ":"))) {
        difference(exchange, "a request that fits its parameters", difference);
      }
    }
    for (String parameter : onPurpose) {
      if (ofRequest.stream().noneMatch(difference -> difference.startsWith("request " + parameter + ":"))) {
        difference(exchange, parameter + " breaks the spec", "nothing is found wrong with the request");
      }
    }
    for (String difference : oracle.ofResponse(exchange)) {
      difference(exchange, "a response that fits its schema", difference);
    }
  }

  /** What remains can only become less, except at the turn of the minute, a second more or less. */
  private void checkLimit(Exchange exchange) {
    List<String> remaining = Headers.values(exchange.responseHeaders(), "X-RateLimit-Remaining");
    if (remaining.isEmpty() || !remaining.get(0).matches("[0-9]{1,9}")) {
      return;
    }
    RateLimit before = last;
    RateLimit now =
        new RateLimit(Long.parseLong(remaining.get(0)), date(Headers.values(exchange.responseHeaders(), "Date")));
    last = now;
    if (before != null
        && now.remaining > before.remaining
        && minute(now.date.plusSeconds(1)) == minute(before.date.minusSeconds(1))) {
      difference(
          exchange,
          "X-RateLimit-Remaining does not grow within a minute",
          "%d at %s, after %d at %s".formatted(now.remaining, now.date, before.remaining, before.date));
    }
  }

  private static long minute(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), 60);
  }

  /** Ours if the server sends none. */
  private static Instant date(List<String> headers) {
    try {
      return ZonedDateTime.parse(String.join("", headers), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }

  private void difference(Exchange exchange, String spec, String came) {
    String requestId = Headers.values(exchange.responseHeaders(), "X-Request-Id").stream().findFirst().orElse(null);
    report.difference(exchange.target(), exchange.status(), requestId, spec, came);
  }

  private static Exchange exchange(Request request, Response response) throws IOException {
    String query = request.url().encodedQuery();
    return new Exchange(
        request.method(),
        request.url().encodedPath() + (query == null ? "" : "?" + query),
        request.headers().toMultimap(),
        response.code(),
        response.headers().toMultimap(),
        response.peekBody(Long.MAX_VALUE).string());
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /** A response, and what a check expects of it. Whatever is different is reported, and the check goes on. */
  final class Answer {
    private final Exchange exchange;
    private final JsonNode body;

    private Answer(Exchange exchange) {
      this.exchange = exchange;
      JsonNode json;
      try {
        json = new JsonMapper().readTree(exchange.body());
      } catch (JsonProcessingException e) {
        json = MissingNode.getInstance();
      }
      body = json;
    }

    JsonNode at(String pointer) {
      return body.at(pointer);
    }

    Answer has(String pointer, Object value) {
      String came = at(pointer).isMissingNode() ? "nothing" : at(pointer).asText();
      return is(came.equals(String.valueOf(value)), pointer + " is " + value, pointer + " is " + came);
    }

    Answer is(boolean asTheSpecSays, String spec, String came) {
      if (!asTheSpecSays) {
        difference(exchange, spec, came);
      }
      return this;
    }

    Answer isPage() {
      return is(exchange.status() == 200, "status 200", "status " + exchange.status() + code());
    }

    Answer isError(int status, String code) {
      List<String> schema = Headers.values(exchange.responseHeaders(), "X-Api-Schema");
      is(
          exchange.status() == status && at("/error/code").asText().equals(code),
          "status " + status + " and code " + code,
          "status " + exchange.status() + code());
      // The spec has it as an example only; it was never seen with another value.
      return is(
          exchange.status() < 400 || schema.equals(List.of("json-error")),
          "X-Api-Schema: json-error",
          "X-Api-Schema: " + String.join(", ", schema));
    }

    private String code() {
      return at("/error/code").isMissingNode() ? "" : " and code " + at("/error/code").asText();
    }
  }
}
