package io.katapult.extensions;

import io.katapult.client.model.ApiTokenPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import okio.Buffer;
import okio.ByteString;

/** Good answers of a server, byte by byte. */
enum Exchange {
  /** The length is known, and the connection ends. */
  PAGE,
  /** Four chunks, two of which divide a character, and a trailer. */
  CHUNKED,
  GZIP,
  /** What a fault alters is what is compressed then. */
  GZIP_INSIDE,
  /** Two pages over one connection. */
  PAIR,
  FORBIDDEN,
  /** Another attempt gets the page. */
  TOO_MANY_REQUESTS,
  /** To another path of the same server, which has the page. */
  REDIRECT,
  TLS_1_3,
  /** The end of the connection is the end of the body. */
  TLS_1_2;

  static final int PAGES = 3;

  private static final int ANY_PORT = 40_000;

  private static final String HEAD =
      """
      HTTP/1.1 200 OK
      Date: Mon, 01 Jun 2026 12:00:20 GMT
      Content-Type: application/json; charset=utf-8
      X-Request-Id: 0ae5c1f2b9d84c77
      X-RateLimit-Permitted: 200
      X-RateLimit-Remaining: 187
      """;
  private static final String SHORT_HEAD =
      """
      HTTP/1.1 200 OK
      Content-Type: application/json
      """;
  private static final String ERROR =
      """
      {"error":{"code":"%s","description":"%s","detail":%s}}\
      """;
  private static final String TOKEN =
      """
      {"id":"tok_%02dXn5vAzQ8rT","name":"Schlüssel 🔑 %02d of the pipeline that deploys the shop, for who is on call",\
      "organization_id":"org_PcwJVbT0lQXaFz2N","authorized_ip_addresses":["10.0.0.0/8","::1"],\
      "expires_at":1790000000,"rate_limit":200,"scopes":["api_tokens:read","virtual_machines"],"secret":null}\
      """;

  /** Of the pages that there are, since thousands ask for them. */
  private static final List<String> JSONS = IntStream.rangeClosed(1, PAGES).mapToObj(Exchange::newJson).toList();
  private static final List<ApiTokenPage> WHOLE = IntStream.rangeClosed(1, PAGES).mapToObj(Exchange::newPage).toList();

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isTls() {
    return this == TLS_1_3 || this == TLS_1_2;
  }

  boolean isPage() {
    return this != FORBIDDEN && this != TOO_MANY_REQUESTS && this != REDIRECT;
  }

  /** Whether the connection ends with the answer. */
  boolean closes() {
    return this == PAGE || isTls();
  }

  /** What faults are derived from: one response, or two over one connection. */
  List<ByteString> units() {
    return this == PAIR ? List.of(answer(1, ANY_PORT), answer(2, ANY_PORT)) : List.of(answer(1, ANY_PORT));
  }

  /** The error that the answer reports; empty if it reports none. */
  String error() {
    return this == FORBIDDEN ? "permission_denied" : this == TOO_MANY_REQUESTS ? "rate_limit_reached" : "";
  }

  /** What is sent for a page, from a server at this port. */
  ByteString answer(int page, int port) {
    ByteString json = ByteString.encodeUtf8(json(page));
    return switch (this) {
      case PAGE, TLS_1_3 -> response(HEAD + "Connection: close\n", json);
      case TLS_1_2 -> lines(HEAD + "Connection: close\n\n", json);
      case PAIR, GZIP_INSIDE -> response(SHORT_HEAD, json);
      case GZIP -> gzipped(json);
      case CHUNKED -> chunked(json);
      case FORBIDDEN -> response(
          SHORT_HEAD.replace("200 OK", "403 Forbidden"),
          error("This token may not list the tokens of this organization: ask its owner.", "{\"details\":null}"));
      case TOO_MANY_REQUESTS -> response(
          HEAD.replace("200 OK", "429 Too Many Requests") + "Retry-After: 0\n",
          error("The rate limit has been reached.", "{\"total_permitted\":200}"));
      case REDIRECT -> response(
          "HTTP/1.1 302 Found\nLocation: http://localhost:" + port + "/moved/here\n",
          ByteString.EMPTY);
    };
  }

  /** The page itself; past the last one it has no tokens. */
  static ApiTokenPage page(int page) {
    return page > WHOLE.size() ? newPage(page) : WHOLE.get(page - 1);
  }

  private static ApiTokenPage newPage(int page) {
    return Objects.requireNonNull(Anatomy.page(PAIR.answer(page, ANY_PORT), "-"));
  }

  private static String json(int page) {
    return page > JSONS.size() ? newJson(page) : JSONS.get(page - 1);
  }

  private static String newJson(int page) {
    String tokens =
        page > PAGES
            ? ""
            : TOKEN.formatted(2 * page - 1, 2 * page - 1) + "," + TOKEN.formatted(2 * page, 2 * page);
    return """
        {"pagination":{"current_page":%d,"total_pages":%d,"total":%d,"per_page":2,"large_set":false},"api_tokens":[%s]}\
        """
        .formatted(page, PAGES, 2 * PAGES, tokens);
  }

  private ByteString error(String description, String detail) {
    return ByteString.encodeUtf8(ERROR.formatted(error(), description, detail));
  }

  private static ByteString response(String head, ByteString body) {
    return lines(head + "Content-Length: " + body.size() + "\n\n", body);
  }

  private static ByteString chunked(ByteString json) {
    int[] ends = {
      json.indexOf(ByteString.encodeUtf8("ü")) + 1,
      json.indexOf(ByteString.encodeUtf8(" call")),
      json.lastIndexOf(ByteString.encodeUtf8("🔑")) + 2,
      json.size()
    };
    Buffer chunks = new Buffer();
    int begin = 0;
    for (int end : ends) {
      ByteString chunk = json.substring(begin, end);
      chunks.writeHexadecimalUnsignedLong(chunk.size()).writeUtf8("\r\n").write(chunk).writeUtf8("\r\n");
      begin = end;
    }
    chunks.writeUtf8("0\r\nX-Checksum: 5d41402a\r\n\r\n");
    return lines(SHORT_HEAD + "Transfer-Encoding: chunked\nTrailer: X-Checksum\n\n", chunks.readByteString());
  }

  private static ByteString lines(String head, ByteString rest) {
    return new Buffer().writeUtf8(head.replace("\n", "\r\n")).write(rest).readByteString();
  }

  static ByteString gzipped(ByteString json) {
    return response(SHORT_HEAD + "Content-Encoding: gzip\n", gzip(json));
  }

  private static ByteString gzip(ByteString plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      plain.write(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.of(bytes.toByteArray());
  }
}
