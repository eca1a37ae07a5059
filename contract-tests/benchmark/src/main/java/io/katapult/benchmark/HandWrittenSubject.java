package io.katapult.benchmark;

import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Response;

/** A fast hand-written client for this one call, with OkHttp and Moshi but without any checks. */
final class HandWrittenSubject extends RawSubject {
  private static final JsonReader.Options PAGE = JsonReader.Options.of("pagination", "api_tokens");
  private static final JsonReader.Options PAGINATION =
      JsonReader.Options.of("current_page", "total_pages", "total", "per_page", "large_set");
  private static final JsonReader.Options TOKEN =
      JsonReader.Options.of(
          "id",
          "name",
          "organization_id",
          "authorized_ip_addresses",
          "expires_at",
          "rate_limit",
          "scopes",
          "secret");

  private record Page(Pagination pagination, List<Token> apiTokens) {}

  private record Pagination(int currentPage, Integer totalPages, Integer total, int perPage, boolean largeSet) {}

  private record Token(
      String id,
      String name,
      String organizationId,
      List<String> authorizedIpAddresses,
      Long expiresAt,
      int rateLimit,
      List<String> scopes,
      String secret) {}

  @Override
  Object read(Response response) throws IOException {
    JsonReader reader = JsonReader.of(response.body().source());
    Pagination pagination = null;
    List<Token> tokens = new ArrayList<>();
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.selectName(PAGE)) {
        case 0 -> pagination = pagination(reader);
        case 1 -> {
          reader.beginArray();
          while (reader.hasNext()) {
            tokens.add(token(reader));
          }
          reader.endArray();
        }
        default -> skip(reader);
      }
    }
    reader.endObject();
    return new Page(pagination, tokens);
  }

  private static Pagination pagination(JsonReader reader) throws IOException {
    int currentPage = 0;
    Integer totalPages = null;
    Integer total = null;
    int perPage = 0;
    boolean largeSet = false;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.selectName(PAGINATION)) {
        case 0 -> currentPage = reader.nextInt();
        case 1 -> totalPages = isNull(reader) ? null : reader.nextInt();
        case 2 -> total = isNull(reader) ? null : reader.nextInt();
        case 3 -> perPage = reader.nextInt();
        case 4 -> largeSet = reader.nextBoolean();
        default -> skip(reader);
      }
    }
    reader.endObject();
    return new Pagination(currentPage, totalPages, total, perPage, largeSet);
  }

  private static Token token(JsonReader reader) throws IOException {
    String id = null;
    String name = null;
    String organizationId = null;
    List<String> authorizedIpAddresses = null;
    Long expiresAt = null;
    int rateLimit = 0;
    List<String> scopes = null;
    String secret = null;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.selectName(TOKEN)) {
        case 0 -> id = reader.nextString();
        case 1 -> name = reader.nextString();
        case 2 -> organizationId = isNull(reader) ? null : reader.nextString();
        case 3 -> authorizedIpAddresses = strings(reader);
        case 4 -> expiresAt = isNull(reader) ? null : reader.nextLong();
        case 5 -> rateLimit = reader.nextInt();
        case 6 -> scopes = strings(reader);
        case 7 -> secret = isNull(reader) ? null : reader.nextString();
        default -> skip(reader);
      }
    }
    reader.endObject();
    return new Token(id, name, organizationId, authorizedIpAddresses, expiresAt, rateLimit, scopes, secret);
  }

  private static List<String> strings(JsonReader reader) throws IOException {
    List<String> strings = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      strings.add(reader.nextString());
    }
    reader.endArray();
    return strings;
  }

  private static boolean isNull(JsonReader reader) throws IOException {
    return reader.peek() == JsonReader.Token.NULL && reader.nextNull() == null;
  }

  private static void skip(JsonReader reader) throws IOException {
    reader.skipName();
    reader.skipValue();
  }

  @Override
  String firstId(Object page) {
    return ((Page) page).apiTokens.get(0).id;
  }

  @Override
  int count(Object page) {
    return ((Page) page).apiTokens.size();
  }
}
