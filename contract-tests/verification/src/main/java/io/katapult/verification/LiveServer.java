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
 * The server under verification. This class sends GET requests only, limits their number, and waits before the rate
 * limit is reached. It validates each exchange against the spec.
 *
 * <p>Reads {@code KATAPULT_API_KEY} and {@code KATAPULT_ORGANIZATION} from the environment. {@code KATAPULT_BASE_URL}
 * replaces the server URL of the spec.
 */
final class LiveServer implements AutoCloseable {
  static final int MAX_REQUESTS = 59;

  private final String madeUpToken = "token-" + UUID.randomUUID();

  private final String madeUpName = "nobody-" + UUID.randomUUID();
  private final String apiKey;
  private final String subDomain;
  private final HttpUrl baseUrl;
  private final KatapultClient katapult;
  private final SecondOracle validator;
  private final LiveReport report;
  private final Pause pause;
  private final OkHttpClient http;
  private volatile RateLimit last;

  /** Waits. A test replaces this to save time. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /** The rate limit in the previous response. */
  private record RateLimit(long remaining, Instant date) {}

  /** The parameters that break the spec on purpose. */
  private record Broken(List<String> parameters) {}

  /**
   * Sends no request yet.
   *
   * @throws IllegalStateException if a variable is missing or invalid; the message says what to set
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
              + ". KATAPULT_API_KEY is an API token with the scope api_tokens or api_tokens:read."
              + " KATAPULT_ORGANIZATION is the sub-domain of its organization. Set KATAPULT_BASE_URL to verify another"
              + " server than "
              + ApiTokensApi.BASE_URL);
    }
    apiKey = environment.get("KATAPULT_API_KEY");
    subDomain = environment.get("KATAPULT_ORGANIZATION");
    http =
        new OkHttpClient.Builder()
            // The spec has no redirects, and no other server must get the token.
            .followRedirects(false)
            .callTimeout(Duration.ofSeconds(60))
            .addInterceptor(this::validated)
            .build();
    try {
      katapult =
          KatapultClient.builder()
              .environment(environment)
              .retryPolicy(RetryPolicy.NONE)
              // Hides the OkHttpClient: otherwise KatapultClient would hide the token from the interceptor.
              .callFactory(request -> http.newCall(request))
              .build();
    } catch (ParameterException e) {
      // Drop the cause: it adds nothing to its message.
      throw new IllegalStateException(
          "KATAPULT_API_KEY, KATAPULT_ORGANIZATION or KATAPULT_BASE_URL: " + e.getMessage());
    }
    HttpUrl url = HttpUrl.get(environment.getOrDefault("KATAPULT_BASE_URL", ApiTokensApi.BASE_URL));
    String path = url.encodedPath().replaceAll("/+$", "");
    baseUrl = url.newBuilder().encodedPath(path.isEmpty() ? "/" : path).build();
    validator = new SecondOracle(path);
    report =
        new LiveReport(baseUrl.newBuilder().username("").password("").build().toString(), List.of(apiKey, madeUpToken));
  }

  LiveReport report() {
    return report;
  }

  /** A client whose requests are counted and validated too. */
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
   * @param path relative to the base URL
   * @param query the encoded query; null for none
   * @param token null for none
   * @param broken the parameters that break the spec on purpose
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

  /** Lists API tokens, authorized with the API key. */
  Answer list(String query, String... broken) throws IOException {
    return get("organizations/organization/api_tokens", query, apiKey, broken);
  }

  /** Waits for the next minute if the rate limit leaves fewer requests than this. */
  void awaitRoomFor(int requests) throws IOException {
    RateLimit limit = last;
    if (limit != null && limit.remaining < requests) {
      awaitNextMinute(limit.date);
    }
  }

  private void awaitNextMinute(Instant now) throws IOException {
    // Add a second in case the rate limit and the Date header use different clocks.
    Duration wait = Duration.ofSeconds(61 - Math.floorMod(now.getEpochSecond(), 60));
    report.note("waited " + wait.toSeconds() + " s for the rate limit");
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for the next minute", e);
    }
    last = null;
  }

  private Response validated(Interceptor.Chain chain) throws IOException {
    Response response = proceed(chain);
    // Another program may use the same token.
    for (int i = 0; i < 2 && response.code() == 429; i++) {
      awaitNextMinute(date(response.headers("Date")));
      response = proceed(chain);
    }
    return response;
  }

  private Response proceed(Interceptor.Chain chain) throws IOException {
    awaitRoomFor(3);
    if (report.request() > MAX_REQUESTS) {
      throw new IOException("Exceeded the maximum of " + MAX_REQUESTS + " requests");
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
    validate(exchange, chain.request().tag(Broken.class));
    if (("Bearer " + apiKey).equals(chain.request().header("Authorization"))) {
      checkRateLimit(exchange);
    }
    return readable;
  }

  private void validate(Exchange exchange, Broken broken) {
    List<String> ofRequest = validator.ofRequest(exchange);
    List<String> onPurpose = broken == null ? List.of() : broken.parameters;
    for (String difference : ofRequest) {
      if (onPurpose.stream().noneMatch(parameter -> difference.startsWith("request " + parameter + ":"))) {
        difference(exchange, "a valid request", difference);
      }
    }
    for (String parameter : onPurpose) {
      if (ofRequest.stream().noneMatch(difference -> difference.startsWith("request " + parameter + ":"))) {
        difference(exchange, parameter + " breaks the spec", "the validator accepted the request");
      }
    }
    for (String difference : validator.ofResponse(exchange)) {
      difference(exchange, "a valid response", difference);
    }
  }

  /** The remaining requests may only increase when a new minute begins, give or take a second. */
  private void checkRateLimit(Exchange exchange) {
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
          "X-RateLimit-Remaining does not increase within a minute",
          "%d at %s, after %d at %s".formatted(now.remaining, now.date, before.remaining, before.date));
    }
  }

  private static long minute(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), 60);
  }

  /** The local time if the server sends no date. */
  private static Instant date(List<String> headers) {
    try {
      return ZonedDateTime.parse(String.join("", headers), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }

  private void difference(Exchange exchange, String expected, String actual) {
    String requestId = Headers.values(exchange.responseHeaders(), "X-Request-Id").stream().findFirst().orElse(null);
    report.difference(exchange.target(), exchange.status(), requestId, expected, actual);
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

  /** A response with assertions. A failed assertion is reported, and the check continues. */
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
      String actual = at(pointer).isMissingNode() ? "missing" : at(pointer).asText();
      return is(actual.equals(String.valueOf(value)), pointer + " is " + value, pointer + " is " + actual);
    }

    Answer is(boolean condition, String expected, String actual) {
      if (!condition) {
        difference(exchange, expected, actual);
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
      // The spec gives this value only as an example, but the real server never sent another one.
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
