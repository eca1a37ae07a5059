package io.katapult.extensions.internal;

import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /** Characters that a query may hold as they are: the unreserved ones of RFC 3986 but ~, which OkHttp escapes. */
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._".toCharArray()) {
      UNRESERVED[c] = true;
    }
  }

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

  public void query(String name, String encodedName, Object value) {
    if (value instanceof List<?> elements) {
      elements.forEach(element -> query(name, encodedName, element));
      return;
    }
    String text = value.toString();
    if (isUnreserved(text)) {
      // OkHttp would encode the name again each time.
      url.addEncodedQueryParameter(encodedName, text);
    } else {
      url.addQueryParameter(name, text);
    }
  }

  private static boolean isUnreserved(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= UNRESERVED.length || !UNRESERVED[text.charAt(i)]) {
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
    if (operation.path().contains("{")) {
      for (String segment : operation.path().split("/", -1)) {
        url.addPathSegment(segment.startsWith("{") ? value(segment) : segment);
      }
    } else {
      url.addPathSegments(operation.path());
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
