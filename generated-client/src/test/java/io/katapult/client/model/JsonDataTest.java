package io.katapult.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the messages for invalid JSON. {@code spec/vectors/responses.json} has many more cases. */
class JsonDataTest {
  private static final String PAGINATION =
      "{'current_page': 1, 'total_pages': 1, 'total': 1, 'per_page': 30, 'large_set': false}";
  private final JsonAdapter<Pagination> adapter =
      new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(Pagination.class);

  private Pagination read(String json) throws IOException {
    return adapter.fromJson(json.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "'current_page': 1, | | Required property 'current_page' is missing at path $",
        ", 'large_set': false | | Required property 'large_set' is missing at path $",
        "'current_page': 1 | 'current_page': null | Expected a 32-bit integer but was NULL at path $.current_page",
        "'current_page': 1 | 'current_page': '1' | Expected a 32-bit integer but was STRING at path $.current_page",
        "'current_page': 1 | 'current_page': 2147483648 | Expected an int but was 2147483648 at path $.current_page",
        "'current_page': 1 | 'current_page': 1.5 | Expected an int but was 1.5 at path $.current_page",
        "'total': 1 | 'total': '1' | Expected a 64-bit integer but was STRING at path $.total",
        "'large_set': false | 'large_set': 'false' | Expected a boolean but was STRING at path $.large_set",
        "'large_set': false | 'large_set': 0 | Expected a boolean but was NUMBER at path $.large_set",
      })
  void anErrorIsReportedWithItsPath(String part, String replacement, String message) {
    String json = PAGINATION.replace(part, replacement == null ? "" : replacement);

    assertThatThrownBy(() -> read(json)).isInstanceOf(JsonDataException.class).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"null, NULL", "[], BEGIN_ARRAY", "1, NUMBER", "'\"x\"', STRING"})
  void onlyAnObjectIsAModel(String json, String token) {
    assertThatThrownBy(() -> adapter.fromJson(json))
        .isInstanceOf(JsonDataException.class)
        .hasMessage("Expected BEGIN_OBJECT but was " + token + " at path $");
  }

  /** The range of an {@code Instant} is smaller than that of a 64-bit integer. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 31556889864403200L, -31557014167219201L, Long.MIN_VALUE})
  void aTimeOutOfRangeIsReported(long seconds) {
    JsonAdapter<ApiToken> tokens =
        new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ApiToken.class);

    assertThatThrownBy(() -> tokens.fromJson("{\"expires_at\": " + seconds + "}"))
        .isInstanceOf(JsonDataException.class)
        .hasMessage("Expected a time in seconds but was " + seconds + " at path $.expires_at");
  }

  @Test
  void unknownPropertiesAreSkipped() throws IOException {
    assertThat(read(PAGINATION.replace("{", "{'links': {'next': [1, {}]}, "))).isEqualTo(read(PAGINATION));
  }

  @Test
  void optionalPropertiesMayBeNullOrAbsentAndAreWrittenOnlyIfPresent() throws IOException {
    JsonAdapter<ErrorDetail> details =
        new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ErrorDetail.class);

    ErrorDetail detail = details.fromJson("{\"ip_address\": null, \"total_permitted\": 7}");

    assertThat(detail.ipAddress()).isNull();
    assertThat(detail.scopes()).isNull();
    assertThat(details.toJson(detail)).isEqualTo("{\"total_permitted\":7}");
  }
}
