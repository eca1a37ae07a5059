package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each difference that the validator must find, by an exchange that has only this one. */
class SpecValidatorTest {
  private static final String TARGET = "/core/v1/organizations/organization/api_tokens";
  private static final Map<String, List<String>> BEARER =
      Map.of("Authorization", List.of("Bearer secret-of-mine"));
  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "content-type", List.of("application/json; charset=utf-8"),
          "x-request-id", List.of("0b2f6c1e-7f0d-4f0c-9d51-3c1b8f6b9a10"),
          "x-ratelimit-permitted", List.of("1000"),
          "x-ratelimit-remaining", List.of("987"),
          "x-api-schema", List.of("json-error"));
  private static final String PAGE =
      "{'pagination':{'current_page':1,'total_pages':1,'total':1,'per_page':30,'large_set':false},"
          + "'api_tokens':[{'id':'a','name':'b','organization_id':null,'authorized_ip_addresses':[],"
          + "'expires_at':null,'rate_limit':200,'scopes':['x'],'secret':null}]}";
  private static final String ERROR =
      "{'error':{'code':'missing_api_token','description':'d','detail':{}}}";

  private final SpecValidator validator = new SpecValidator();

  static Stream<Spec.Example> examples() {
    return Spec.examples();
  }

  static Stream<Vectors.Case> sent() throws IOException {
    return Vectors.requests().filter(vector -> vector.get("query") != null);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void examplesOfTheSpecAreRight(Spec.Example example) throws IOException {
    String body = new JsonMapper().writeValueAsString(example.value());

    assertThat(differences(new Exchange("GET", TARGET, BEARER, example.status(), HEADERS, body)))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sent")
  void queriesOfTheVectorsAreRight(Vectors.Case vector) {
    assertThat(differences(request("GET", TARGET + "?" + vector.get("query"), BEARER))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "page=0 page: less",
        "page=abc page: integer",
        "page= page: integer",
        "page=1&page=2 page: once",
        "per%5Fpage=%30 per_page: less",
        "per_page=2147483648 per_page: more",
        "organization[id]= organization[id]: empty",
        "organization%5Bsub_domain%5D= organization[sub_domain]: empty",
        "organization%5Bid%5D=a&organization[sub_domain]=b"
            + " organization[id],organization[sub_domain]: exclusive",
        "annotations[][key]=a annotations[][key],annotations[][value]: row",
        "annotations[][value]=a&annotations[][key]=b annotations[][key],annotations[][value]: row",
        "annotations[][key]=a&annotations[][key]=b&annotations[][value]=1&annotations[][value]=2"
            + " annotations[][key],annotations[][value]: row",
        "annotations%255B%255D%255Bkey%255D=a annotations%5B%5D%5Bkey%5D: parameter",
        "unknown=1 unknown: parameter",
        "page=%zz query: percent-encoded",
      })
  void seesAWrongQuery(String query, String place, String word) {
    assertThat(differences(request("GET", TARGET + "?" + query, BEARER)))
        .singleElement()
        .asString()
        .startsWith(place.replace(",", ", "))
        .contains(word);
  }

  @Test
  void seesAWrongPathMethodAndToken() {
    for (Exchange exchange :
        List.of(
            request("GET", TARGET + "s", BEARER),
            request("GET", "/v1" + TARGET, BEARER),
            request("POST", TARGET, BEARER))) {
      assertThat(differences(exchange)).singleElement().asString().startsWith("path: ");
    }
    for (Map<String, List<String>> headers :
        List.of(Map.<String, List<String>>of(), Map.of("authorization", List.of("Basic YTpi")))) {
      assertThat(differences(request("GET", TARGET, headers)))
          .singleElement()
          .asString()
          .startsWith("Authorization: ");
    }
    Exchange atTheTop = request("GET", "/organizations/organization/api_tokens", BEARER);
    assertThat(new SpecValidator("").ofRequest(atTheTop)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "'name':'b',~~/api_tokens/*/name~missing",
        "'name':'b'~'title':'b'~/api_tokens/*/name~missing",
        "'name':'b'~'name':null~/api_tokens/*/name~null",
        "'rate_limit':200~'rate_limit':'200'~/api_tokens/*/rate_limit~string",
        "'total':1~'total':'1'~/pagination/total~string",
        "'total':1~'total':1.5~/pagination/total~number",
        "'per_page':30~'per_page':3000000000~/pagination/per_page~more",
        "['x']~[1]~/api_tokens/*/scopes/*~integer",
        "'large_set':false~'large_set':false,'large_set':true~the body~repeats",
        "}]}~}]}}~the body~JSON",
        "}]}~~the body~JSON",
      })
  void seesAWrongPage(String text, String instead, String place, String word) {
    String body = PAGE.replace(text, instead == null ? "" : instead);

    assertThat(differences(response(200, HEADERS, body)))
        .singleElement()
        .asString()
        .startsWith(place + ": ")
        .contains(word);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "401~'d'~'d'~status 401~documented",
        "403~'d'~'d'~the error code missing_api_token~400",
        "400~missing_api_token~missing_required_argument~/error/detail/path~missing",
        "400~{'error':{~{'fault':{~/error~missing",
        "400~,'detail':{}~~/error/detail~missing",
        "400~'detail':{}~'detail':{'path':null}~/error/detail/path~null",
      })
  void seesAWrongError(int status, String text, String instead, String place, String word) {
    String body = ERROR.replace(text, instead == null ? "" : instead);

    assertThat(differences(response(status, HEADERS, body)))
        .first()
        .asString()
        .startsWith(place + ": ")
        .contains(word);
  }

  @ParameterizedTest
  @CsvSource({
    "x-request-id, , the header X-Request-Id, missing",
    "x-request-id, 1, the header X-Request-Id, uuid",
    "x-ratelimit-remaining, many, the header X-RateLimit-Remaining, integer",
    "x-ratelimit-permitted, 99999999999, the header X-RateLimit-Permitted, more",
    "content-type, text/html, Content-Type, text/html",
    "content-type, , Content-Type, missing",
    "x-api-schema, , the header X-Api-Schema, missing",
  })
  void seesAWrongHeader(String name, String value, String place, String word) {
    Map<String, List<String>> headers = new HashMap<>(HEADERS);
    headers.put(name, value == null ? List.of() : List.of(value));

    assertThat(differences(response(400, headers, ERROR)))
        .singleElement()
        .asString()
        .startsWith(place + ": ")
        .contains(word);
  }

  @Test
  void seesAHeaderSentTwice() {
    Map<String, List<String>> headers = new HashMap<>(HEADERS);
    headers.put("X-RateLimit-Remaining", List.of("987", "986"));
    headers.remove("x-ratelimit-remaining");

    assertThat(differences(response(400, headers, ERROR)))
        .containsExactly("the header X-RateLimit-Remaining: is sent more than once");
  }

  @Test
  void acceptsWhatTheSpecLeavesOpen() {
    String page =
        PAGE.replace("'x'", "'scope_of_tomorrow'")
            .replace("'pagination':", "'more':{},'pagination':")
            .replace("'id'", "'new':1,'id'");
    String error = ERROR.replace("missing_api_token", "error_of_tomorrow");
    Map<String, List<String>> cached =
        Map.of("Authorization", List.of("Bearer a"), "If-None-Match", List.of("W/\"1\""));

    assertThat(differences(response(200, HEADERS, page))).isEmpty();
    assertThat(differences(response(400, HEADERS, error))).isEmpty();
    assertThat(differences(new Exchange("GET", TARGET, cached, 304, Map.of(), ""))).isEmpty();
    assertThat(differences(new Exchange("GET", TARGET, BEARER, 304, Map.of(), ""))).isNotEmpty();
  }

  @Test
  void neverShowsTheToken() {
    Exchange exchange = new Exchange("PUT", "/?page=0", BEARER, 418, Map.of(), "");

    assertThat(differences(exchange).toString() + exchange).doesNotContain("secret-of-mine");
  }

  private List<String> differences(Exchange exchange) {
    return Stream.concat(
            validator.ofRequest(exchange).stream(), validator.ofResponse(exchange).stream())
        .map(SpecValidator.Difference::toString)
        .toList();
  }

  private static Exchange request(String method, String target, Map<String, List<String>> headers) {
    return new Exchange(method, target, headers, 200, HEADERS, PAGE.replace('\'', '"'));
  }

  private static Exchange response(int status, Map<String, List<String>> headers, String body) {
    return new Exchange("GET", TARGET, BEARER, status, headers, body.replace('\'', '"'));
  }
}
