package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.katapult.verification.Probe.Answer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of the headers of all responses, and of what a response must not contain. Runs last. */
final class HeaderChecks extends Checks {
  /** That many 503 are no accident. */
  private static final int MANY = 3;

  /** Names of properties that would give away what nobody may see. */
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(secret|password|passwd|digest|backtrace|stack_?trace|private_key).*");

  HeaderChecks(Run run, ListOperation list) {
    super(run, list);
  }

  @Override
  void run() {
    String headers = "/components/headers/";
    check(
        "conditional",
        "A page that has not changed may come as 304",
        "If-None-Match is not read as HTTP says",
        headers + "ETag",
        this::conditional);
    check(
        "etag",
        "Different pages have different ETags",
        "An ETag is wrong",
        headers + "ETag",
        this::etags);
    check(
        "cache-control",
        "Only a private cache may store a page, and must revalidate it",
        "Cache-Control lets others store a page, or use it unseen",
        headers + "Cache-Control",
        this::cacheControl);
    check(
        "request-id",
        "Each response has an X-Request-Id of its own",
        "An X-Request-Id comes twice",
        headers + "X-Request-Id",
        this::requestIds);
    check(
        "rate-limit",
        "X-RateLimit-Remaining counts down within a minute",
        "X-RateLimit-Remaining does not count down within a minute",
        headers + "X-RateLimit-Remaining",
        this::rateLimit);
    check(
        "error-marked",
        "Only errors are marked by X-Api-Schema",
        "A page is marked as an error by X-Api-Schema",
        headers + "X-Api-Schema",
        () ->
            pages()
                .forEach(
                    answer -> {
                      String schema = answer.header("X-Api-Schema");
                      if ("json-error".equals(schema) && !answer.json().has("error")) {
                        fail(
                            answer,
                            "no X-Api-Schema: json-error",
                            "X-Api-Schema: json-error with status 200");
                      }
                    }));
    check(
        "retry-after",
        "Retry-After has seconds or a date",
        "Retry-After has neither seconds nor a date",
        headers + "Retry-After",
        this::retryAfter);
    check(
        "date",
        "Date is a date of HTTP",
        "Date is not a date of HTTP",
        list.contract() + "/responses",
        this::dates);
    check(
        "no-echo",
        "No response contains the API key",
        "A response contains the API key, or half of it",
        "/security",
        this::echoes);
    check(
        "no-secrets",
        "No response has a secret, or the inside of the server",
        "A response has a secret, or the inside of the server",
        "/components/schemas/ApiToken/properties/secret",
        this::secrets);
    check(
        "identity",
        "A body is compressed only if the request accepts that",
        "A body is compressed although the request does not accept that",
        list.contract() + "/responses",
        this::identity);
    check(
        "complete",
        "All responses come, and can be read",
        "Responses don't come, or can't be read",
        list.contract() + "/responses",
        () -> {
          Report.Example lost = probe.lastLost();
          if (lost != null && probe.lost().size() > 1) {
            fail(
                lost, "a response", Probe.counted(probe.lost().size(), "time") + " " + lost.came());
          }
        });
    check(
        "available",
        "The service is available",
        "HTTP 503 comes again and again",
        list.contract() + "/responses/503",
        () ->
            probe.answers().stream()
                .filter(answer -> answer.status() == 503 && probe.unavailable() >= MANY)
                .forEach(answer -> fail(answer, "a page", answer.example().came())));
  }

  private void identity() {
    String query = organization() + "&per_page=1";
    Answer answer =
        probe.get(list.path(), query, settings.apiKey(), Map.of("Accept-Encoding", "identity"));
    isPage(answer, "a body without Content-Encoding");
  }

  private Answer last() {
    return probe.answers().get(probe.answers().size() - 1);
  }

  private List<Answer> pages() {
    return probe.answers().stream().filter(answer -> answer.status() == 200).toList();
  }

  private void conditional() {
    Answer first = list("page=1", "per_page=1");
    String etag = first.header("ETag");
    if (etag == null) {
      throw new NotTestedException("the server sends no ETag");
    }
    Answer same =
        probe.get(
            list.path(),
            organization() + "&page=1&per_page=1",
            settings.apiKey(),
            Map.of("If-None-Match", etag));
    if (same.status() != 304 && same.status() != 200) {
      fail(same, "HTTP 304 or 200", same.example().came());
    }
    for (String other : List.of(etag, "W/\"" + madeUp + "\"")) {
      String query = organization() + (other.equals(etag) ? "&page=2" : "&page=1") + "&per_page=1";
      Answer answer =
          probe.get(list.path(), query, settings.apiKey(), Map.of("If-None-Match", other));
      if (answer.status() != 200) {
        fail(answer, "HTTP 200 with the page, whose ETag is another", answer.example().came());
      }
    }
  }

  private void etags() {
    Map<String, Answer> seen = new HashMap<>();
    for (Answer answer : pages()) {
      String etag = answer.header("ETag");
      if (etag != null && !etag.matches("(W/)?\"[!#-~]*\"")) {
        fail(answer, "an entity tag in quotes", "ETag: " + etag);
      }
      Answer before = etag == null ? null : seen.putIfAbsent(etag, answer);
      if (before != null && answer.json().isObject() && !before.json().equals(answer.json())) {
        fail(
            answer,
            "another ETag than that of another page",
            "ETag: " + etag + " again, with another body");
      }
    }
  }

  private void cacheControl() {
    for (Answer answer : probe.answers()) {
      String directives =
          String.join(",", answer.exchange().responseHeader("Cache-Control"))
              .toLowerCase(Locale.ROOT);
      boolean isReused =
          directives.matches(".*max-age=\"?0*[1-9].*")
              && !directives.contains("no-cache")
              && !directives.contains("no-store");
      if (directives.matches(".*\\b(public|s-maxage|immutable|stale-[a-z-]+)\\b.*") || isReused) {
        fail(
            answer, "max-age=0, private, must-revalidate, or less", "Cache-Control: " + directives);
      }
    }
  }

  private void requestIds() {
    Map<String, Answer> seen = new HashMap<>();
    for (Answer answer : probe.answers()) {
      String id = answer.header("X-Request-Id");
      if (id != null && seen.putIfAbsent(id, answer) != null) {
        fail(answer, "an id that no other response has", "X-Request-Id: " + id + " again");
      }
    }
  }

  /** Within a minute the number never grows. With some requests in a minute it falls, unless it is 0. */
  private void rateLimit() {
    Answer before = null;
    Set<Long> limits = new TreeSet<>();
    int pairs = 0;
    boolean hasFallen = false;
    for (Answer answer : probe.answers()) {
      Long remaining = number(answer, "X-RateLimit-Remaining");
      Long permitted = number(answer, "X-RateLimit-Permitted");
      if (remaining == null || permitted == null || !isOfTheKey(answer)) {
        continue;
      }
      limits.add(permitted);
      if (remaining > permitted) {
        fail(
            answer,
            "at most the " + permitted + " requests that are permitted",
            "X-RateLimit-Remaining: " + remaining);
      }
      Long last = before == null ? null : number(before, "X-RateLimit-Remaining");
      if (before != null && last != null && isWithinAMinute(before.date(), answer.date())) {
        pairs++;
        hasFallen |= remaining < last || remaining == 0;
        if (answer.status() == 429 && last > permitted / 2) {
          fail(
              answer,
              "a page, because " + last + " requests were left just before",
              answer.example().came());
        } else if (remaining > last) {
          fail(
              answer,
              "at most " + last + ", as before in this minute",
              "X-RateLimit-Remaining: " + remaining);
        }
      }
      before = answer;
    }
    if (limits.size() > 2) {
      fail(
          last(),
          "the same X-RateLimit-Permitted for the same key",
          "X-RateLimit-Permitted: " + limits);
    }
    if (pairs >= 5 && !hasFallen) {
      fail(
          last(),
          "less with each request",
          "X-RateLimit-Remaining: "
              + number(last(), "X-RateLimit-Remaining")
              + " after each of "
              + pairs
              + " requests");
    }
  }

  private boolean isOfTheKey(Answer answer) {
    return answer.exchange().requestHeader("Authorization").contains("Bearer " + settings.apiKey());
  }

  private static @Nullable Long number(Answer answer, String name) {
    String text = answer.header(name);
    return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
  }

  /** Give or take a second, because the limit and the Date header may come from different clocks. */
  private static boolean isWithinAMinute(Instant before, Instant now) {
    return Math.floorDiv(before.minusSeconds(1).getEpochSecond(), 60)
        == Math.floorDiv(now.plusSeconds(1).getEpochSecond(), 60);
  }

  private void retryAfter() {
    for (Answer answer : probe.answers()) {
      String value = answer.header("Retry-After");
      if (value != null && !value.matches("[0-9]+") && !isDate(value)) {
        fail(
            answer,
            "seconds, or a date such as Sun, 06 Nov 1994 08:49:37 GMT",
            "Retry-After: " + value);
      }
    }
  }

  private void dates() {
    for (Answer answer : probe.answers()) {
      String value = answer.header("Date");
      if (value != null && !isDate(value)) {
        fail(answer, "a date such as Sun, 06 Nov 1994 08:49:37 GMT", "Date: " + value);
      }
    }
  }

  private static boolean isDate(String text) {
    try {
      DateTimeFormatter.RFC_1123_DATE_TIME.parse(text);
      return text.endsWith(" GMT");
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void echoes() {
    Redaction redaction = new Redaction(settings.apiKey());
    for (Answer answer : probe.answers()) {
      StringBuilder text = new StringBuilder(answer.exchange().body()).append(answer.json());
      answer
          .exchange()
          .responseHeaders()
          .forEach((name, values) -> text.append('\n').append(name).append(values));
      // A wrong token may contain the right one. It must not be echoed either.
      if (redaction.isIn(text.toString())) {
        fail(answer, "no part of the key", "the key in the response");
      }
    }
  }

  /** Looks for properties that the spec does not have, and that sound like a secret. */
  private void secrets() {
    for (Answer answer : probe.answers()) {
      Set<String> names = new TreeSet<>();
      addSecrets(answer.json(), names);
      names.remove("secret");
      if (!names.isEmpty()) {
        fail(answer, "no secret, and nothing of the inside of the server", "the property " + names);
      }
    }
  }

  private static void addSecrets(JsonNode json, Set<String> names) {
    json.properties().stream()
        .filter(
            property ->
                !property.getValue().isNull() && SECRET.matcher(property.getKey()).matches())
        .forEach(property -> names.add(property.getKey()));
    json.forEach(child -> addSecrets(child, names));
  }
}
