package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RackServerTest {
  private static final String PATH = "/organizations/organization/api_tokens";
  private final OkHttpClient http = new OkHttpClient();

  @AfterEach
  void disconnect() {
    http.connectionPool().evictAll();
  }

  static Stream<Vectors.Case> parsed() throws IOException {
    return Vectors.requests().filter(vector -> vector.get("parsed") != null);
  }

  @ParameterizedTest
  @MethodSource("parsed")
  void parsesTheQueriesOfTheVectors(Vectors.Case vector) {
    assertThat(RackServer.parse((String) vector.get("query"))).isEqualTo(vector.get("parsed"));
  }

  /** The expected values are the output of Rack 2.2, as JSON. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "a[][k]=1&a[][v]=2&a[][k]=3&a[][v]=4|{'a':[{'k':'1','v':'2'},{'k':'3','v':'4'}]}",
    "a[][k]=1&a[][k]=2&a[][v]=3&a[][v]=4|{'a':[{'k':'1'},{'k':'2','v':'3'},{'v':'4'}]}",
    "a[][k]=1&a[][k]=2&a[][v]=3|{'a':[{'k':'1'},{'k':'2','v':'3'}]}",
    "a[][v]=1&a[][k]=2|{'a':[{'v':'1','k':'2'}]}",
    "a%5b%5d%5bk%5D=1|{'a':[{'k':'1'}]}",
    "a%255B%255D=1|{'a%5B%5D':'1'}",
    "a[0][k]=1|{'a':{'0':{'k':'1'}}}",
    "a[k]=|{'a':{'k':''}}",
    "a[]=1&a[]=2|{'a':['1','2']}",
    "a[][k][]=1&a[][k][]=2|{'a':[{'k':['1','2']}]}",
    "a[]=1&a[][k]=2&a[][l]=3|{'a':['1',{'k':'2','l':'3'}]}",
    "a[][k][l]=1&a[][k][m]=2&a[][k][l]=3|{'a':[{'k':{'l':'1','m':'2'}},{'k':{'l':'3'}}]}",
    "a=1&a=2&b=+%20%2B;c&d|{'a':'2','b':'  +','c':null,'d':null}",
    "a[][k]&a[][k]=1&a[][v]|{'a':[{'k':null},{'k':'1','v':null}]}",
    "=1&&a&a[b]=1|{'a':{'b':'1'}}",
  })
  void parsesLikeRack(String query, String json) throws IOException {
    assertThat(RackServer.parse(query)).isEqualTo(Vectors.json(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource({"a=1&a[b]=2", "a[b]=1&a[]=2", "a[]=1&a[b]=2", "a=%zz"})
  void rejectsWhatRackRejects(String query) {
    assertThatIllegalArgumentException().isThrownBy(() -> RackServer.parse(query));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 404, organization_not_found, ''",
    "organization[id]=, 404, organization_not_found, ''",
    "organization[sub_domain]=acne, 404, organization_not_found, ''",
    "organization=acme, 400, generic_runtime_error, ''",
    "organization[id]=&organization[sub_domain]=acme, 400, invalid_argument, ambiguous_lookup_values",
    "organization[sub_domain]=acme&page=0, 400, invalid_argument, validation_errors",
    "organization[sub_domain]=acme&page=-1, 400, invalid_argument, validation_errors",
    "organization[sub_domain]=acme&page=, 400, invalid_argument, parse_error",
    "organization[sub_domain]=acme&page=1.5, 400, invalid_argument, parse_error",
    "organization[sub_domain]=acme&per_page=0, 400, invalid_argument, validation_errors",
    "organization[sub_domain]=acme&per_page=201, 400, invalid_argument, validation_errors",
    "organization[sub_domain]=acme&annotations[0][key]=a, 400, invalid_argument, array_expected",
    "organization[sub_domain]=acme&annotations[key]=, 400, invalid_argument, array_expected",
    "organization[sub_domain]=acme&annotations=x, 400, invalid_argument, array_expected",
    "organization[sub_domain]=acme&annotations[]=x, 400, generic_runtime_error, ''",
    "organization[sub_domain]=acme&annotations=x&annotations[][key]=a, 400, generic_runtime_error, ''",
    "organization[sub_domain]=acme&annotations[][value]=1, 400, missing_required_argument, ''",
    "organization[sub_domain]=acme&annotations[][key]=a&annotations[][key]=b&annotations[][value]=1"
        + "&annotations[][value]=2, 400, missing_required_argument, ''",
  })
  void answersWithTheError(String query, int status, String code, String issue) throws IOException {
    try (RackServer server = RackServer.builder().tokens(5).start()) {
      Answer answer = get(server, PATH + "?" + query, "Bearer rack");

      assertThat(answer.status).isEqualTo(status);
      assertThat(answer.json.at("/error/code").asText()).isEqualTo(code);
      assertThat(answer.json.at("/error/detail/issue").asText()).isEqualTo(issue);
    }
  }

  @ParameterizedTest
  @CsvSource({
    PATH + "?organization[sub_domain]=acme, 5",
    PATH + "?organization%5bsub_domain%5d=acme, 5",
    "/organizations/_/api_tokens?organization[sub_domain]=acme, 5",
    "/organizations/org_PcwJVbT0lQXaFz2N/api_tokens, 5",
    PATH + "?organization[sub_domain]=acme&annotations[][key]=environment&annotations[][value]=production, 2",
    PATH + "?organization[sub_domain]=acme&annotations%5B%5D%5Bkey%5D=environment"
        + "&annotations%5B%5D%5Bvalue%5D=production&annotations%5B%5D%5Bkey%5D=number"
        + "&annotations%5B%5D%5Bvalue%5D=4, 1",
    PATH + "?organization[sub_domain]=acme&annotations[][key]=environment, 5",
    // Two keys but one value: the server silently pairs it with the wrong key.
    PATH + "?organization[sub_domain]=acme&annotations[][key]=number&annotations[][key]=environment"
        + "&annotations[][value]=1, 0",
    PATH + "?organization[sub_domain]=acme&annotations%255B%255D%255Bkey%255D=nobody, 5",
    PATH + "?organization[sub_domain]=acme&annotations[][key]=environment&annotations[][value]=production;staging, 2",
    PATH + "?organization[sub_domain]=acme&page=0&page=1, 5",
    PATH + "?organization[sub_domain]=acme&page=7, 5",
  })
  void answersWithThePage(String target, int total) throws IOException {
    try (RackServer server = RackServer.builder().tokens(5).start()) {
      Answer answer = get(server, target, "Bearer rack");

      assertThat(answer.status).isEqualTo(200);
      assertThat(answer.json.at("/pagination/total").asInt(-1)).isEqualTo(total);
      assertThat(server.targets()).containsExactly("/core/v1" + target);
    }
  }

  @Test
  void requiresItsToken() throws IOException {
    try (RackServer server = RackServer.builder().apiKey("key").start()) {
      assertThat(get(server, PATH, null).json.at("/error/code").asText()).isEqualTo("missing_api_token");
      assertThat(get(server, PATH, "Basic key").json.at("/error/code").asText()).isEqualTo("missing_api_token");
      assertThat(get(server, PATH, "Bearer other").json.at("/error/code").asText()).isEqualTo("invalid_api_token");
      assertThat(get(server, PATH, "Bearer key").json.at("/error/code").asText()).isEqualTo("organization_not_found");
      assertThat(get(server, PATH + "s", "Bearer key").json.at("/error/code").asText()).isEqualTo("route_not_found");
    }
  }

  @Test
  void resetsTheRateLimitEachMinute() throws IOException {
    Instant[] now = {Instant.parse("2026-12-01T12:00:59Z")};
    try (RackServer server = RackServer.builder().permitted(1).clock(() -> now[0]).start()) {
      String target = PATH + "?organization[sub_domain]=acme";

      assertThat(get(server, target, "Bearer rack").status).isEqualTo(200);
      Answer refused = get(server, target, "Bearer rack");
      assertThat(refused.status).isEqualTo(429);
      assertThat(refused.json.at("/error/detail/total_permitted").asInt()).isEqualTo(1);
      now[0] = now[0].plusSeconds(1);
      assertThat(get(server, target, "Bearer rack").status).isEqualTo(200);
    }
  }

  @Test
  void answersAnUnchangedPageWith304() throws IOException {
    try (RackServer server = RackServer.builder().tokens(1).start()) {
      Request.Builder request =
          new Request.Builder()
              .url(server.baseUrl() + PATH + "?organization[sub_domain]=acme")
              .header("Authorization", "Bearer rack");
      String etag;
      try (Response first = http.newCall(request.build()).execute()) {
        etag = first.header("ETag");
      }
      try (Response second = http.newCall(request.header("If-None-Match", etag).build()).execute()) {
        assertThat(second.code()).isEqualTo(304);
        assertThat(List.of("X-Request-Id", "X-RateLimit-Remaining", "ETag"))
            .allSatisfy(name -> assertThat(second.header(name)).isNotNull());
      }
    }
  }

  private record Answer(int status, JsonNode json) {}

  private Answer get(RackServer server, String target, String authorization) throws IOException {
    Request.Builder request = new Request.Builder().url(server.baseUrl() + target);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return new Answer(response.code(), new JsonMapper().readTree(response.body().string()));
    }
  }
}
