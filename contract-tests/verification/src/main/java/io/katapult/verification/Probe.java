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

  /** Begins the message of a StoppedException if the server answers, but wrongly. */
  static final String UNREADABLE = "A response of the server can't be read: ";

  private final VerificationSettings settings;
  private final OkHttpClient http;
  private final SpecValidator validator;
  private final Findings findings;
  private final Redaction redaction;
  private final Consumer<String> progress;
  private final Pause pause;
  private final List<Answer> answers = new ArrayList<>();
  private @Nullable RateLimit limit;
  private final List<String> lost = new ArrayList<>();
  private Report.@Nullable Example lastLost;
  private int unavailable;
  private int failuresInARow;
  private int requestsSinceWait;
  private int shortWaits;

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

    /** The first value of a response header; null if it is missing. */
    @Nullable String header(String name) {
      return exchange.responseHeader(name).stream().findFirst().orElse(null);
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
      if (answer.status() == 503 && attempt < ATTEMPTS) {
        unavailable++;
        awaitService(answer);
        continue;
      }
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
    if (last != null && last.remaining <= Math.min(1, last.permitted / 4) && shortWaits < 2) {
      // A limit that is reached again at once can't be right. Then only a 429 counts.
      shortWaits = last.permitted > 4 && requestsSinceWait <= 2 ? shortWaits + 1 : 0;
      awaitNextMinute(last.date, "the rate limit is " + last.permitted + " requests per minute");
    }
  }

  private void awaitService(Answer answer) {
    String retryAfter = answer.header("Retry-After");
    boolean isSeconds = retryAfter != null && retryAfter.matches("[0-9]{1,4}");
    long seconds = isSeconds ? Math.min(60, Long.parseLong(retryAfter)) : 2;
    sleep(Duration.ofSeconds(seconds), "the server answered 503");
  }

  private void awaitNextMinute(Instant now, String why) {
    // One more second, in case that the rate limit and the Date header come from different clocks.
    Duration wait = Duration.ofSeconds(61 - Math.floorMod(now.getEpochSecond(), 60));
    sleep(wait, why);
    limit = null;
    requestsSinceWait = 0;
  }

  private void sleep(Duration wait, String why) {
    progress.accept("Waiting " + wait.toSeconds() + " s: " + why);
    try {
      pause.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException("The verification was interrupted");
    }
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
    requestsSinceWait++;
    while (true) {
      boolean hasBegun = false;
      try (Response response = http.newCall(request.build()).execute()) {
        hasBegun = true;
        Answer answer = read(request.build(), response, token);
        failuresInARow = 0;
        return answer;
      } catch (IOException e) {
        String what = hasBegun ? "a response that can't be read: " : "no response: ";
        progress.accept("Got " + what + reason(e));
        lost.add(what + reason(e));
        String target = "GET " + url.encodedPath() + (query == null ? "" : "?" + query);
        lastLost =
            new Report.Example(target, what + reason(e), "", null, curl(request.build(), token));
        if (++failuresInARow == ATTEMPTS) {
          throw new StoppedException(
              hasBegun
                  ? UNREADABLE + reason(e)
                  : "The server at " + settings.server() + " does not answer: " + reason(e));
        }
      }
    }
  }

  private String reason(IOException e) {
    if (e instanceof InterruptedIOException) {
      return "nothing came within 60 s";
    }
    String message = String.valueOf(e.getMessage());
    return message.contains("ID1ID2")
        ? "Content-Encoding is gzip, but the body is not"
        : redaction.redact(message.equals("null") ? "the connection failed" : message);
  }

  /** Responses that did not come or could not be read, and what happened to each. */
  List<String> lost() {
    return lost;
  }

  Report.@Nullable Example lastLost() {
    return lastLost;
  }

  /** How often a 503 came and the request was sent again. */
  int unavailable() {
    return unavailable;
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
    // OkHttp asks for gzip, and removes the header when it has decompressed the body.
    String encoding = answer.header("Content-Encoding");
    if (encoding != null && !encoding.equals("identity")) {
      String problem = "is " + encoding + ", which the request did not accept";
      report(answer, "Content-Encoding", "Content-Encoding", problem, "/paths");
      return;
    }
    for (SpecValidator.Difference difference : validator.ofResponse(answer.exchange)) {
      // Each check knows the status that it expects.
      if (!difference.problem().equals("is not documented")) {
        String kind = difference.problem().equals("is missing") ? "missing " : "";
        String id = kind + difference.place();
        report(answer, id, difference.place(), difference.problem(), difference.contract());
      }
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
              boolean isOdd = token == null && header.getFirst().equals("Authorization");
              if (isOdd
                  || List.of("If-None-Match", "Accept-Encoding").contains(header.getFirst())) {
                String value = header.getSecond().replaceAll("[\\\\\"`$]", "\\\\$0");
                value = value.replace(settings.apiKey(), "$KATAPULT_API_KEY");
                curl.append(" -H \"")
                    .append(header.getFirst())
                    .append(": ")
                    .append(value)
                    .append('"');
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
