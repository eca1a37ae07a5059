package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a response, or of a TLS record, found by reading the bytes; and what they say, read by other code than
 * the client's.
 */
final class Anatomy {
  /** Some bytes and what they are. Each byte is in one part. */
  record Part(String name, int from, int to) {
    int length() {
      return to - from;
    }
  }

  private static final JsonAdapter<ApiTokenPage> PAGES =
      new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build().adapter(ApiTokenPage.class);
  private static final int EDGE = 8;

  final List<Part> parts = new ArrayList<>();
  private final ByteString bytes;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Buffer body = new Buffer();
  private int at;
  private String status = "";

  private Anatomy(ByteString bytes) {
    this.bytes = bytes;
  }

  static Anatomy ofResponse(ByteString response) throws ProtocolException {
    Anatomy anatomy = new Anatomy(response);
    anatomy.readResponse();
    return anatomy;
  }

  static Anatomy ofTlsRecord(ByteString record) {
    Anatomy anatomy = new Anatomy(record);
    anatomy.add("type", 1);
    anatomy.add("version", 3);
    anatomy.add("length", 5);
    anatomy.add("payload", record.size());
    return anatomy;
  }

  Part part(String name) {
    return parts.stream()
        .filter(part -> part.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + name + " among " + parts));
  }

  /** The page that a response says; null if it does not say one. Asterisks stand for the key, as in the client. */
  static @Nullable ApiTokenPage page(ByteString response, String key) {
    try {
      Anatomy anatomy = ofResponse(response);
      if (!anatomy.status.startsWith("2")) {
        return null;
      }
      InputStream in = new ByteArrayInputStream(anatomy.body.readByteArray());
      byte[] content = (anatomy.isHeader("Content-Encoding", "gzip") ? new GZIPInputStream(in) : in).readAllBytes();
      String json = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      JsonReader reader = JsonReader.of(new Buffer().writeUtf8(json.replace(key, "*".repeat(key.length()))));
      ApiTokenPage page = PAGES.fromJson(reader);
      return reader.peek() == JsonReader.Token.END_DOCUMENT ? page : null;
    } catch (IOException | JsonDataException e) {
      return null;
    }
  }

  private boolean isHeader(String name, String value) {
    return value.equals(headers.getOrDefault(name, "").toLowerCase(Locale.ROOT));
  }

  private void readResponse() throws ProtocolException {
    add("status.version", indexOf(" "));
    add("status.space-1", at + 1);
    int code = at;
    add("status.code", at + 3);
    status = text(code, at);
    add("status.space-2", at + 1);
    add("status.reason", indexOf("\r\n"));
    add("status.end", at + 2);
    readHeaders("", "head.end");
    if (isHeader("Transfer-Encoding", "chunked")) {
      readChunks();
    } else if (headers.containsKey("Content-Length")) {
      readBody(at + number(headers.get("Content-Length"), 10));
    } else {
      readBody(bytes.size());
    }
    add("surplus", bytes.size());
  }

  private void readHeaders(String prefix, String end) throws ProtocolException {
    for (int lineEnd = indexOf("\r\n"); lineEnd > at; lineEnd = indexOf("\r\n")) {
      int colon = indexOf(": ");
      if (colon > lineEnd) {
        throw new ProtocolException("no colon");
      }
      String name = text(at, colon);
      headers.put(name, text(colon + 2, lineEnd));
      add(prefix + name + ".name", colon);
      add(prefix + name + ".colon", colon + 2);
      add(prefix + name + ".value", lineEnd);
      add(prefix + name + ".end", lineEnd + 2);
    }
    add(end, at + 2);
  }

  private void readChunks() throws ProtocolException {
    for (int i = 1; ; i++) {
      int sizeEnd = indexOf("\r\n");
      int size = number(text(at, sizeEnd), 16);
      String name = size == 0 ? "last-chunk" : "chunk-" + i;
      add(name + ".size", sizeEnd);
      add(name + ".size-end", at + 2);
      if (size == 0) {
        readHeaders("trailer.", "trailer.end");
        return;
      }
      int data = at;
      add(name + ".data", at + size);
      body.write(bytes.substring(data, at));
      // As OkHttp reads it: whatever stands there is left out, though RFC 9112 has nothing but a line end there.
      add(name + ".end", indexOf("\n") + 1);
    }
  }

  private void readBody(int end) throws ProtocolException {
    int start = at;
    if (end > bytes.size()) {
      throw new ProtocolException("cut off");
    }
    add("body.begin", Math.min(at + EDGE, end));
    add("body.middle", Math.max(at, end - EDGE));
    add("body.end", end);
    body.write(bytes.substring(start, end));
  }

  private void add(String name, int to) {
    if (to > bytes.size()) {
      to = bytes.size();
    }
    if (to > at) {
      parts.add(new Part(name, at, to));
      at = to;
    }
  }

  private int indexOf(String next) throws ProtocolException {
    int index = bytes.indexOf(ByteString.encodeUtf8(next), at);
    if (index < 0) {
      throw new ProtocolException("cut off");
    }
    return index;
  }

  private String text(int from, int to) {
    return bytes.substring(from, to).utf8();
  }

  private static int number(String digits, int radix) throws ProtocolException {
    try {
      return Integer.parseInt(digits, radix);
    } catch (NumberFormatException e) {
      throw new ProtocolException("no number: " + digits);
    }
  }
}
