package io.katapult.contract.requests;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any parameters arrive row by row and unchanged, or are refused before anything is sent. Starts from the vectors. The
 * form decoder of the JDK reads what was sent.
 */
class RequestFuzzTest {
  /** The query that the last call sent; null if it sent nothing. */
  private static volatile String sent;

  private static final KatapultClient KATAPULT =
      KatapultClient.builder()
          .apiKey("fuzz")
          .callFactory(new OkHttpClient.Builder().addInterceptor(RequestFuzzTest::answer).build())
          .build();

  private static Response answer(Interceptor.Chain chain) {
    sent = Objects.requireNonNullElse(chain.request().url().encodedQuery(), "");
    return new Response.Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(500)
        .message("")
        .body(ResponseBody.create("{}", MediaType.get("application/json")))
        .build();
  }

  static Stream<Arguments> vectors() throws IOException {
    return Vectors.requests()
        .map(vector -> vector.object("parameters"))
        .map(
            parameters ->
                // The first argument is the name of the test, and must not be empty.
                Arguments.of(
                    (Integer) parameters.get("page"),
                    (Integer) parameters.get("per_page"),
                    parameters.get("organization[id]"),
                    parameters.get("organization[sub_domain]"),
                    parameters.get("annotations[][key]"),
                    parameters.get("annotations[][value]")));
  }

  @DictionaryEntries({
    "&", "=", "+", "%", ";", "#", "[]", "%255B", "\\x00", "\\x0d\\x0a", "\\xf0\\x9f\\x90\\xa2", "annotations[][key]"
  })
  @MethodSource("vectors")
  @FuzzTest
  void arrivesAsItIsOrIsRefused(
      Integer page, Integer perPage, String id, String subDomain, List<String> keys, List<String> values)
      throws IOException {
    sent = null;
    boolean refused = false;
    try {
      KATAPULT.api(ApiTokensApi.class).listOrganizationApiTokens(id, subDomain, keys, values, page, perPage).execute();
    } catch (ParameterException e) {
      assertThat(sent).isNull();
      assertThat(e.parameters()).isNotEmpty().allSatisfy(name -> assertThat(e).hasMessageContaining(name));
      refused = true;
    }

    assertThat(refused).isEqualTo(isToBeRefused(id, subDomain, keys, values, page, perPage));
    if (!refused) {
      assertThat(decoded(sent)).isEqualTo(rows(id, subDomain, keys, values, page, perPage));
    }
  }

  private static boolean isToBeRefused(
      String id, String subDomain, List<String> keys, List<String> values, Integer page, Integer perPage) {
    return (id != null && subDomain != null)
        || size(keys) != size(values)
        || Stream.concat(texts(keys), texts(values)).anyMatch(text -> text == null || !isWhole(text))
        || Stream.of(id, subDomain).anyMatch(text -> text != null && (text.isEmpty() || !isWhole(text)))
        || Stream.of(page, perPage).anyMatch(number -> number != null && number < 1);
  }

  private static int size(List<String> list) {
    return list == null ? 0 : list.size();
  }

  private static Stream<String> texts(List<String> list) {
    return list == null ? Stream.empty() : list.stream();
  }

  private static boolean isWhole(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static List<String> rows(
      String id, String subDomain, List<String> keys, List<String> values, Integer page, Integer perPage) {
    List<String> rows = new ArrayList<>();
    add(rows, "organization[id]", id);
    add(rows, "organization[sub_domain]", subDomain);
    for (int i = 0; i < size(keys); i++) {
      add(rows, "annotations[][key]", keys.get(i));
      add(rows, "annotations[][value]", values.get(i));
    }
    add(rows, "page", page);
    add(rows, "per_page", perPage);
    return rows;
  }

  private static void add(List<String> rows, String name, Object value) {
    if (value != null) {
      rows.add(name + "=" + value);
    }
  }

  private static List<String> decoded(String query) {
    return query.isEmpty()
        ? List.of()
        : Arrays.stream(query.split("&", -1)).map(pair -> URLDecoder.decode(pair, StandardCharsets.UTF_8)).toList();
  }
}
