package io.katapult.extensions.internal;

import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes the parameters of one request, in the given order. */
public final class RequestWriter {
  private static final MediaType JSON = MediaType.get("application/json");

  /** Of the parameters of the spec, so their number is small. */
  private static final Map<String, String> ENCODED_NAMES = new ConcurrentHashMap<>();

  private final ApiOperation<?> operation;
  private final Moshi moshi;
  private final HttpUrl.Builder url;
  private final Map<String, String> path = new HashMap<>();
  private final Request.Builder request = new Request.Builder();
  private @Nullable RequestBody body;

  /** The base URL ends with a slash. */
  public RequestWriter(HttpUrl baseUrl, ApiOperation<?> operation, Moshi moshi) {
    this.operation = operation;
    this.moshi = moshi;
    url = baseUrl.newBuilder();
  }

  public void path(String name, Object value) {
    String segment = value.toString();
    if (segment.equals(".") || segment.equals("..")) {
      throw Arguments.invalid(name, "is " + segment + ", which would name another path");
    }
    path.put(name, segment);
  }

  public void query(String name, Object value) {
    if (value instanceof List<?> elements) {
      elements.forEach(element -> query(name, element));
      return;
    }
    String text = value.toString();
    if (isUnreserved(text)) {
      // OkHttp would encode the name again each time.
      url.addEncodedQueryParameter(ENCODED_NAMES.computeIfAbsent(name, RequestWriter::encoded), text);
    } else {
      url.addQueryParameter(name, text);
    }
  }

  private static String encoded(String name) {
    HttpUrl url = new HttpUrl.Builder().scheme("https").host("localhost").addQueryParameter(name, null).build();
    return Objects.requireNonNull(url.encodedQuery());
  }

  /** Whether a query may hold the text as it is: the unreserved characters of RFC 3986 but ~, which OkHttp escapes. */
  private static boolean isUnreserved(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean isDigit = c >= '0' && c <= '9';
      if (!isLetter && !isDigit && c != '-' && c != '.' && c != '_') {
        return false;
      }
    }
    return true;
  }

  public void header(String name, Object value) {
    request.header(name, value.toString());
  }

  public <B> void body(B value) {
    @SuppressWarnings("unchecked")
    Class<B> type = (Class<B>) value.getClass();
    body = new OneShotBody(ByteString.encodeUtf8(moshi.adapter(type).toJson(value)), JSON);
  }

  public Request build(RequestOptions options) {
    if (operation.path().indexOf('{') < 0) {
      url.addPathSegments(operation.path());
    } else {
      for (String segment : operation.path().split("/", -1)) {
        url.addPathSegment(segment.startsWith("{") ? value(segment) : segment);
      }
    }
    options.headers().forEach(header -> request.header(header.getFirst(), header.getSecond()));
    if (body == null && !operation.method().equals("GET") && !operation.method().equals("DELETE")) {
      body = new OneShotBody(ByteString.EMPTY, null);
    }
    return request.url(url.build()).method(operation.method(), body).build();
  }

  private String value(String segment) {
    return Objects.requireNonNull(path.get(segment.substring(1, segment.length() - 1)));
  }

  /** One-shot, so that OkHttp does not repeat it by itself: only some operations may be repeated. */
  private static final class OneShotBody extends RequestBody {
    private final ByteString content;
    private final @Nullable MediaType type;

    OneShotBody(ByteString content, @Nullable MediaType type) {
      this.content = content;
      this.type = type;
    }

    @Override
    public @Nullable MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return content.size();
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(content);
    }
  }
}
