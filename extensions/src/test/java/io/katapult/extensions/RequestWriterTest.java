package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.ApiOperation;
import io.katapult.extensions.internal.RequestOptions;
import io.katapult.extensions.internal.RequestWriter;
import io.katapult.extensions.rules.ParameterException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestWriterTest {
  private static final Moshi MOSHI = new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build();

  private static RequestWriter writer(String method, String path) {
    HttpUrl baseUrl = HttpUrl.get("https://api.example/core/v1/");
    return new RequestWriter(baseUrl, new ApiOperation<>(method, path, Void.class, null), MOSHI);
  }

  private static String url(RequestWriter writer) {
    return writer.build(RequestOptions.NONE).url().toString();
  }

  @Test
  void writesParametersInTheirOrder() {
    RequestWriter writer = writer("GET", "a/{id}/b");
    writer.query("y[]", "y%5B%5D", List.of("1", "2"));
    writer.query("x", "x", 3);
    writer.path("id", "ü/? ");

    assertThat(url(writer)).isEqualTo("https://api.example/core/v1/a/%C3%BC%2F%3F%20/b?y%5B%5D=1&y%5B%5D=2&x=3");
  }

  /** Like OkHttp, whatever the character. */
  @Test
  void encodesEveryCharacter() {
    for (char c = 0; c < 0x3000; c++) {
      HttpUrl.Builder expected = HttpUrl.get("https://api.example/core/v1/a").newBuilder();
      RequestWriter writer = writer("GET", "a");
      for (String value : List.of("" + c, "a" + c, c + "1")) {
        expected.addQueryParameter("y[]", value);
        writer.query("y[]", "y%5B%5D", value);
      }
      assertThat(url(writer)).isEqualTo(expected.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void refusesASegmentThatNamesAnotherPath(String segment) {
    RequestWriter writer = writer("GET", "a/{id}");

    assertThatThrownBy(() -> writer.path("id", segment))
        .isInstanceOf(ParameterException.class)
        .hasMessage("id is " + segment + ", which would name another path");
  }

  @Test
  void writesHeadersOfTheSpecAndThenThoseOfTheRequest() {
    RequestWriter writer = writer("GET", "a");
    writer.header("X-One", 1);
    writer.header("X-Two", 2);
    Request request = writer.build(new RequestOptions(Headers.of("X-Two", "3"), null));

    assertThat(request.headers()).isEqualTo(Headers.of("X-One", "1", "X-Two", "3"));
  }

  @Test
  void writesABodyOnce() throws IOException {
    RequestWriter writer = writer("POST", "a");
    writer.body(Pagination.builder().currentPage(1).totalPages(null).total(null).perPage(2).largeSet(true).build());
    RequestBody body = Objects.requireNonNull(writer.build(RequestOptions.NONE).body());
    Buffer written = new Buffer();
    body.writeTo(written);

    assertThat(body.contentType()).hasToString("application/json");
    assertThat(body.contentLength()).isEqualTo(written.size());
    assertThat(body.isOneShot()).isTrue();
    assertThat(written.readUtf8())
        .isEqualTo("{\"current_page\":1,\"total_pages\":null,\"total\":null,\"per_page\":2,\"large_set\":true}");
  }

  @ParameterizedTest
  @CsvSource({"GET, false", "DELETE, false", "POST, true", "PUT, true", "PATCH, true"})
  void writesAnEmptyBodyWhereHttpWantsOne(String method, boolean hasBody) {
    assertThat(writer(method, "a").build(RequestOptions.NONE).body() != null).isEqualTo(hasBody);
  }

  @ParameterizedTest
  @CsvSource({"GET, true", "PUT, true", "DELETE, true", "POST, false", "PATCH, false"})
  void knowsWhatMayBeRepeated(String method, boolean isRepeatable) {
    assertThat(new ApiOperation<>(method, "a", Void.class, null).isRepeatable()).isEqualTo(isRepeatable);
  }
}
