package io.katapult.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every generated model has, shown by one of them. */
class ApiTokenTest {
  private static final String JSON =
      "{\"id\":\"apitoken_1\",\"name\":\"Audit\",\"organization_id\":null,\"authorized_ip_addresses\":[\"192.0.2.1\"],"
          + "\"expires_at\":4102444800,\"rate_limit\":200,\"scopes\":[\"api_tokens:read\"],\"secret\":\"hush\"}";

  private final JsonAdapter<ApiToken> adapter =
      new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ApiToken.class);

  private static ApiToken.Builder token() {
    return ApiToken.builder()
        .id("apitoken_1")
        .name("Audit")
        .authorizedIpAddresses(List.of("192.0.2.1"))
        .expiresAt(Instant.parse("2100-01-01T00:00:00Z"))
        .rateLimit(200)
        .scopes(List.of("api_tokens:read"))
        .secret("hush");
  }

  @Test
  void isReadAndWritten() throws IOException {
    assertThat(adapter.fromJson(JSON)).isEqualTo(token().build());
    assertThat(adapter.toJson(token().build())).isEqualTo(JSON);
  }

  @Test
  void isFoundByMoshiWithoutTheFactory() throws IOException {
    assertThat(new Moshi.Builder().build().adapter(ApiToken.class).fromJson(JSON)).isEqualTo(token().build());
  }

  @Test
  void recurringStringsAreReused() throws IOException {
    ApiToken first = adapter.fromJson(JSON);
    ApiToken second = adapter.fromJson(JSON);

    assertThat(second.scopes().get(0)).isSameAs(first.scopes().get(0));
    assertThat(second.id()).isNotSameAs(first.id());
  }

  @Test
  void manyDifferentStringsAreReadCorrectly() throws IOException {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1000; i++) {
        List<String> scopes = List.of("scope:" + i, "read", "scope:" + i % 3 + "\n", "");
        ApiToken token = token().organizationId("org_" + i).scopes(scopes).build();

        assertThat(adapter.fromJson(adapter.toJson(token))).isEqualTo(token);
      }
    }
  }

  @Test
  void recurringUnpairedSurrogatesAreKept() throws IOException {
    for (int round = 0; round < 4; round++) {
      for (String scope : List.of("x\\ud800", "x\\udfff", "x?", "x\\ud83d\\udd11")) {
        String json = JSON.replace("api_tokens:read", scope);
        String expected =
            scope.replace("\\ud800", "\ud800").replace("\\udfff", "\udfff").replace("\\ud83d\\udd11", "\ud83d\udd11");

        assertThat(adapter.fromJson(json).scopes()).containsExactly(expected);
      }
    }
  }

  @Test
  void listsOfAnyLengthAreReadAndUnmodifiable() throws IOException {
    for (int length = 0; length < 6; length++) {
      List<String> addresses = IntStream.range(0, length).mapToObj(i -> "192.0.2." + i).toList();
      String json = adapter.toJson(token().authorizedIpAddresses(addresses).build());

      List<String> read = adapter.fromJson(json).authorizedIpAddresses();

      assertThat(read).isEqualTo(addresses);
      assertThatThrownBy(() -> read.add("")).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  static Stream<UnaryOperator<ApiToken.Builder>> changes() {
    return Stream.of(
        token -> token.id("other"),
        token -> token.name("other"),
        token -> token.organizationId("org_1"),
        token -> token.authorizedIpAddresses(List.of()),
        token -> token.expiresAt(null),
        token -> token.rateLimit(1000),
        token -> token.scopes(List.of("other")),
        token -> token.secret(null));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void differsInEachProperty(UnaryOperator<ApiToken.Builder> change) {
    ApiToken other = change.apply(token()).build();

    assertThat(other).isNotEqualTo(token().build());
    assertThat(other.hashCode()).isNotEqualTo(token().build().hashCode());
  }

  @Test
  void equalsATokenWithTheSameProperties() {
    assertThat(token().build()).isEqualTo(token().build()).hasSameHashCodeAs(token().build()).isNotEqualTo("Audit");
  }

  @Test
  void redactsTheSecret() {
    assertThat(token().build().toString()).contains("name=Audit", "secret=██").doesNotContain("hush");
    assertThat(token().secret(null).build().toString()).contains("secret=null");
  }

  @Test
  void isImmutable() {
    List<String> scopes = new ArrayList<>(List.of("api_tokens"));
    ApiToken token = token().scopes(scopes).build();
    scopes.add("disks");

    assertThat(token.scopes()).containsExactly("api_tokens");
    assertThatThrownBy(() -> token.scopes().add("disks")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void isImmutableAfterReading() throws IOException {
    ApiToken token = adapter.fromJson(JSON);

    assertThatThrownBy(() -> token.scopes().add("disks")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // Callers may not use a null checker.
  void isNotBuiltWithoutARequiredProperty() {
    assertThatThrownBy(() -> token().name(null).build())
        .isInstanceOf(NullPointerException.class)
        .hasMessage("name");
  }

  @Test
  void aScopeIsHadOnlyIfItIsEqual() {
    ApiToken token = token().scopes(List.of("api_tokens:read", "disks")).build();

    assertThat(List.of("api_tokens:read", "disks")).allMatch(token::hasScope);
    assertThat(List.of("api_tokens", "disks:read", "Disks", "disk", "disks ", "")).noneMatch(token::hasScope);
    assertThat(token().scopes(List.of()).build().hasScope("disks")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1798761600, 2026-12-31T23:59:59.999999999Z, false",
    "1798761600, 2027-01-01T00:00:00Z, true",
    "1798761600, 2027-01-01T00:00:00.000000001Z, true",
    "0, 1969-12-31T23:59:59Z, false",
    "0, 1970-01-01T00:00:00Z, true",
    "-1, 1969-12-31T23:59:58.999999999Z, false",
    "-1, 1969-12-31T23:59:59Z, true",
    "4102444800, 2038-01-19T03:14:08Z, false",
    "31556889864403199, +1000000000-12-31T23:59:58Z, false",
    "31556889864403199, +1000000000-12-31T23:59:59Z, true",
    "-31557014167219200, -1000000000-01-01T00:00:00Z, true",
    "null, +1000000000-12-31T23:59:59.999999999Z, false",
  })
  void isExpiredFromTheSecondOfItsExpiry(String seconds, Instant moment, boolean isExpired) throws IOException {
    ApiToken token = adapter.fromJson(JSON.replace("4102444800", seconds));

    assertThat(token.isExpiredAt(moment)).isEqualTo(isExpired);
  }

  @Test
  void allowsAnyAddressOnlyWithoutAnAddress() {
    assertThat(token().authorizedIpAddresses(List.of()).build().allowsAnyIpAddress()).isTrue();
    assertThat(token().authorizedIpAddresses(List.of("0.0.0.0/0")).build().allowsAnyIpAddress()).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // Callers may not use a null checker.
  void predicatesRefuseNull() {
    assertThatThrownBy(() -> token().build().hasScope(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("value");
    assertThatThrownBy(() -> token().expiresAt(null).build().isExpiredAt(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("moment");
  }
}
