package io.katapult.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends GET requests to the server, and validates each response. Waits for the next minute before the rate limit is
 * reached; no timeout covers that wait. Not thread-safe.
 */
final class Probe {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long LONGEST_BODY = 64L << 20;
  private static final int ATTEMPTS = 3;

  private final VerificationSettings settings;
  private final OkHttpClient http;
  private final SpecValidator validator;
  private final Findings findings;
  private final Redaction redaction;
  private final Consumer<String> progress;
  private final Pause pause;
  private final List<Answer> answers = new ArrayList<>();
  private @Nullable RateLimit limit;
  private int lostConnections;
  private int failuresInARow;

  /** Waits. A test replaces this to save time. */
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** The rate limit in the previous response, and the server's time. */
  private record RateLimit(long permitted, long remaining, Instant date) {}

  /** Ends a verification. The message is a sentence for the report. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String message) {
      super(message);
    }
  }

  Probe(
      VerificationSettings settings,
      Findings findings,
      Redaction redaction,
      Consumer<String> progress,
      Pause pause) {
    this.settings = settings;
    this.findings = findings;
    this.redaction = redaction;
    this.progress = progress;
    this.pause = pause;
    validator = new SpecValidator(settings.basePath());
    OkHttpClient.Builder builder = settings.httpClient().newBuilder();
    // No other server must get the key.
    builder.followRedirects(false).cache(null).callTimeout(Duration.ZERO);
    http = builder.connectTimeout(TIMEOUT).readTimeout(TIMEOUT).writeTimeout(TIMEOUT).build();
  }

  /** All answers so far, in the order of the requests. */
  List<Answer> answers() {
    return answers;
  }

  /**
   * A response, and the request that it answers.
   *
   * @param json the body; missing if it is not JSON
   * @param date the time of the server, or of this machine if the server sends none
   */
  record Answer(
      int number, Exchange exchange, JsonNode json, Instant date, Report.Example example) {
    int status() {
      return exchange.status();
    }

    JsonNode at(String pointer) {
      return json.at(pointer);
    }
  }

  /**
   * Sends a request, again if the rate limit is reached.
   *
   * @param path below the base URL, without a slash at the beginning
   * @param query percent-encoded; null for none
   * @param token null for none
   * @throws StoppedException if the server can't be reached
   */
  Answer get(
      String path, @Nullable String query, @Nullable String token, Map<String, String> headers) {
    awaitRoom();
    for (int attempt = 1; ; attempt++) {
      Answer answer = answer(path, query, token, headers);
      if (answer.status() != 429) {
        return answer;
      }
      if (attempt == ATTEMPTS) {
        throw new StoppedException("The server still answers 429 after the minute has ended twice");
      }
      awaitNextMinute(answer.date, "the server answered 429");
    }
  }

  private void awaitRoom() {
    RateLimit last = limit;
    // Leaves a request to other programs that use the same key, if the limit allows it.
    if (last != null && last.remaining <= Math.min(1, last.permitted / 4)) {
      awaitNextMinute(last.date, "the rate limit is " + last.permitted + " requests per minute");
    }
  }

  private void awaitNextMinute(Instant now, String why) {
    // One more second, in case that the rate limit and the Date header come from different clocks.
    Duration wait = Duration.ofSeconds(61 - Math.floorMod(now.getEpochSecond(), 60));
    progress.accept("Waiting " + wait.toSeconds() + " s: " + why);
    try {
      pause.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException("The verification was interrupted");
    }
    limit = null;
  }

  private Answer answer(
      String path, @Nullable String query, @Nullable String token, Map<String, String> headers) {
    HttpUrl url =
        settings.baseUrl().newBuilder().addEncodedPathSegments(path).encodedQuery(query).build();
    Request.Builder request =
        new Request.Builder().url(url).header("User-Agent", "katapult-verification");
    headers.forEach(request::header);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    while (true) {
      try (Response response = http.newCall(request.build()).execute()) {
        Answer answer = read(request.build(), response, token);
        failuresInARow = 0;
        return answer;
      } catch (IOException e) {
        progress.accept("No response: " + reason(e));
        lostConnections++;
        if (++failuresInARow == ATTEMPTS) {
          throw new StoppedException(
              "The server at " + settings.server() + " does not answer: " + reason(e));
        }
      }
    }
  }

  private String reason(IOException e) {
    String message =
        e instanceof InterruptedIOException ? "no response within 60 s" : e.getMessage();
    return redaction.redact(message == null ? "the connection failed" : message);
  }

  /** Connections that the server ended before its response did. */
  int lostConnections() {
    return lostConnections;
  }

  private Answer read(Request request, Response response, @Nullable String token)
      throws IOException {
    if (response.body().source().request(LONGEST_BODY + 1)) {
      throw new IOException("the body is longer than 64 MiB");
    }
    byte[] bytes = response.body().bytes();
    String query = request.url().encodedQuery();
    Exchange exchange =
        new Exchange(
            request.method(),
            request.url().encodedPath() + (query == null ? "" : "?" + query),
            request.headers().toMultimap(),
            response.code(),
            response.headers().toMultimap(),
            new String(bytes, StandardCharsets.UTF_8));
    JsonNode json;
    try {
      json = SpecValidator.json(exchange.body());
    } catch (JsonProcessingException e) {
      json = MissingNode.getInstance();
    }
    Report.Example example =
        new Report.Example(
            "GET " + exchange.target(),
            came(exchange, json),
            "",
            response.header("X-Request-Id"),
            curl(request, token));
    Instant date = date(response.header("Date"));
    Answer answer = new Answer(findings.response(response.code()), exchange, json, date, example);
    answers.add(answer);
    validate(answer, bytes);
    if (settings.apiKey().equals(token)) {
      limit = limit(exchange, date);
    }
    return answer;
  }

  private void validate(Answer answer, byte[] bytes) {
    for (SpecValidator.Difference difference : validator.ofResponse(answer.exchange)) {
      // Each check knows the status that it expects.
      if (!difference.problem().equals("is not documented")) {
        String kind = difference.problem().equals("is missing") ? "missing " : "";
        report(
            answer,
            kind + difference.place(),
            difference.place(),
            difference.problem(),
            difference.contract());
      }
    }
    // OkHttp asks for gzip, and removes the header when it has decompressed the body.
    List<String> encodings = answer.exchange.responseHeader("Content-Encoding");
    if (!encodings.isEmpty() && !encodings.contains("identity")) {
      report(
          answer,
          "Content-Encoding",
          "Content-Encoding",
          "is " + encodings.get(0) + ", which the request did not accept",
          "/paths");
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      report(answer, "utf-8", "the body", "is not UTF-8", "/components/schemas");
    }
  }

  /** Adds a mistake of a response, which begins with a place and goes on with a problem. */
  void report(Answer answer, String id, String place, String problem, String contract) {
    String sentence = Character.toUpperCase(place.charAt(0)) + place.substring(1) + " " + problem;
    Report.Example example = answer.example;
    findings.ofResponse(
        id.replace("the header ", "").replace("the body", "body").replace(' ', '-'),
        sentence,
        contract,
        answer.number,
        new Report.Example(
            example.asked(),
            example.came() + (sentence.startsWith("HTTP ") ? "" : "; " + place + " " + problem),
            "",
            example.requestId(),
            example.curl()));
  }

  private static String came(Exchange exchange, JsonNode json) {
    String came = "HTTP " + exchange.status();
    JsonNode code = json.at("/error/code");
    if (code.isTextual()) {
      JsonNode issue = json.at("/error/detail/issue");
      return came + " " + code.asText() + (issue.isTextual() ? " (" + issue.asText() + ")" : "");
    }
    JsonNode pagination = json.path("pagination");
    if (!pagination.isObject()) {
      return came + (json.isMissingNode() ? ", not JSON" : ", JSON without error and pagination");
    }
    StringBuilder text = new StringBuilder(came);
    json.properties().stream()
        .filter(property -> property.getValue().isArray())
        .findFirst()
        .ifPresent(items -> text.append(" with ").append(counted(items.getValue().size(), "item")));
    List.of("current_page", "per_page", "total")
        .forEach(
            name ->
                text.append(pagination.has(name) ? ", " + name + " " + pagination.get(name) : ""));
    return text.toString();
  }

  /** A number and a noun. */
  static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** A command for a shell. It names the key instead of having it. */
  private String curl(Request request, @Nullable String token) {
    StringBuilder curl = new StringBuilder("curl -sSig");
    if (settings.apiKey().equals(token)) {
      curl.append(" -H \"Authorization: Bearer $KATAPULT_API_KEY\"");
    } else if (token != null) {
      curl.append(" -H 'Authorization: Bearer ").append(redaction.redact(token)).append('\'');
    }
    request
        .headers()
        .forEach(
            header -> {
              if (header.getFirst().equals("If-None-Match")) {
                curl.append(" -H 'If-None-Match: ")
                    .append(header.getSecond().replace("'", "'\\''"))
                    .append('\'');
              }
            });
    HttpUrl url = request.url().newBuilder().username("").password("").build();
    return curl.append(" '").append(url.toString().replace("'", "%27")).append('\'').toString();
  }

  private static @Nullable RateLimit limit(Exchange exchange, Instant date) {
    String permitted = String.join("", exchange.responseHeader("X-RateLimit-Permitted"));
    String remaining = String.join("", exchange.responseHeader("X-RateLimit-Remaining"));
    return permitted.matches("[0-9]{1,9}") && remaining.matches("[0-9]{1,9}")
        ? new RateLimit(Long.parseLong(permitted), Long.parseLong(remaining), date)
        : null;
  }

  private static Instant date(@Nullable String header) {
    try {
      return ZonedDateTime.parse(header == null ? "" : header, DateTimeFormatter.RFC_1123_DATE_TIME)
          .toInstant();
    } catch (DateTimeParseException e) {
      return Instant.now();
    }
  }
}
