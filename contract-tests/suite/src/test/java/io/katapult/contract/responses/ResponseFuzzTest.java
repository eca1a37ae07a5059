package io.katapult.contract.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.ResponseException;
import io.katapult.extensions.RetryPolicy;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.ByteString;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any response is read as a page or becomes a typed exception, and none reveals the key. Starts from the vectors.
 * Jackson reads each body independently, for comparison.
 */
class ResponseFuzzTest {
  private static final String KEY = "aVerySecretKey";
  private static final JsonAdapter<ApiTokenPage> PAGES =
      new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ApiTokenPage.class);
  private static final JsonMapper JACKSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();
  private static final Pattern TEXT_OR_WORD = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[A-Za-z]+", Pattern.DOTALL);
  private static final MediaType[] CONTENT_TYPES = {
    MediaType.get("application/json"),
    MediaType.get("text/html"),
    MediaType.get("application/json; charset=utf-16"),
    null
  };

  private static volatile Answer answer;
  private static final KatapultClient KATAPULT =
      KatapultClient.builder()
          .apiKey(KEY)
          .organization(Organization.subDomain("acme"))
          .callFactory(new OkHttpClient.Builder().addInterceptor(chain -> answer.to(chain.request())).build())
          .retryPolicy(RetryPolicy.NONE)
          .build();

  /** The response of the server, without a socket. */
  private record Answer(int status, MediaType contentType, ByteString body) {
    Response to(Request request) {
      return new Response.Builder()
          .request(request)
          .protocol(Protocol.HTTP_1_1)
          .code(status)
          .message("")
          .body(ResponseBody.create(body, contentType))
          .build();
    }
  }

  static Stream<Arguments> vectors() throws IOException {
    return Vectors.responses()
        .map(
            vector ->
                Arguments.of(
                    (Integer) vector.get("status"),
                    0,
                    ((String) vector.get("body")).getBytes(StandardCharsets.UTF_8)));
  }

  @DictionaryEntries({
    "null", "true", "false", "-1", "1.0", "1e400", "9223372036854775808", "{\"a\":", "[[", "]", "}", "\"", "\\ud800", ",",
    "\"pagination\":", "\"api_tokens\":", "\"error\":", "\"detail\":", "\"expires_at\":", "aVerySecretKey"
  })
  @MethodSource("vectors")
  @FuzzTest
  void isReadOrATypedException(
      @InRange(min = 200, max = 599) int status, @InRange(min = 0, max = 3) int contentType, byte @NotNull [] body)
      throws IOException {
    answer = new Answer(status, CONTENT_TYPES[contentType], ByteString.of(body));
    ApiTokenPage page;
    try {
      page = KATAPULT.apiTokens().list().body();
    } catch (KatapultException e) {
      assertThat(e).isInstanceOf(ResponseException.class);
      assertThat(((ResponseException) e).status()).isEqualTo(status);
      if (!(e instanceof ApiErrorException)) {
        StringWriter shown = new StringWriter();
        e.printStackTrace(new PrintWriter(shown));
        assertThat(shown.toString()).doesNotContain(KEY);
      }
      return;
    }
    assertThat(status).isLessThan(300);
    JsonNode says = says(body);
    if (says != null) {
      assertSays(says, JACKSON.readTree(PAGES.toJson(page)));
    }
  }

  /** Null if Jackson refuses an escaped half of a surrogate pair, which RFC 8259 leaves open. */
  private static JsonNode says(byte[] body) throws IOException {
    try {
      // The client reads asterisks instead of the key.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString().replace(KEY, "*".repeat(KEY.length()));
      String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
      return JACKSON.readTree(TEXT_OR_WORD.matcher(withoutMark).replaceAll(ResponseFuzzTest::inLowerCase));
    } catch (JsonProcessingException | CharacterCodingException e) {
      if (String.valueOf(e.getMessage()).contains("surrogate")) {
        return null;
      }
      throw new AssertionError("A page was read from what is no JSON", e);
    }
  }

  /** Moshi also reads NULL and True, which does no harm. */
  private static String inLowerCase(MatchResult textOrWord) {
    String found = textOrWord.group();
    return Matcher.quoteReplacement(found.startsWith("\"") ? found : found.toLowerCase(Locale.ROOT));
  }

  /** Checks that the body has all that was read. It may have more. */
  private static void assertSays(JsonNode body, JsonNode read) {
    assertThat(body).isNotNull();
    if (read.isObject()) {
      read.properties().forEach(property -> assertSays(body.get(property.getKey()), property.getValue()));
    } else if (read.isArray()) {
      assertThat(body.size()).isEqualTo(read.size());
      for (int i = 0; i < read.size(); i++) {
        assertSays(body.get(i), read.get(i));
      }
    } else if (read.isNumber()) {
      assertThat(body.decimalValue()).isEqualByComparingTo(read.decimalValue());
    } else if (read.isTextual()) {
      // An escaped half of a surrogate pair does not survive writing.
      assertThat(body.asText().getBytes(StandardCharsets.UTF_8))
          .isEqualTo(read.asText().getBytes(StandardCharsets.UTF_8));
    } else {
      assertThat(body).isEqualTo(read);
    }
  }
}
