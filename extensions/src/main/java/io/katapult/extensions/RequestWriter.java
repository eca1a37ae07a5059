package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.HashMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Writes the parameters of one request, in the order in which they are given. */
final class RequestWriter {
  private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

  private final ApiOperation<?> operation;
  private final Moshi moshi;
  private final HttpUrl.Builder url;
  private final Map<String, String> path = new HashMap<>();
  private final Request.Builder request = new Request.Builder();
  private @Nullable RequestBody body;

  /** Writes to a path below the base URL, which ends with a slash. */
  RequestWriter(HttpUrl baseUrl, ApiOperation<?> operation, Moshi moshi) {
    this.operation = operation;
    this.moshi = moshi;
    url = baseUrl.newBuilder();
  }

  void path(String name, Object value) {
    path.put(name, value.toString());
  }

  void query(String name, Object value) {
    if (value instanceof List<?> elements) {
      elements.forEach(element -> url.addQueryParameter(name, element.toString()));
    } else {
      url.addQueryParameter(name, value.toString());
    }
  }

  void header(String name, Object value) {
    request.header(name, value.toString());
  }

  <B> void body(B value) {
    @SuppressWarnings("unchecked")
    Class<B> type = (Class<B>) value.getClass();
    body = RequestBody.create(moshi.adapter(type).toJson(value), JSON);
  }

  Request build(RequestOptions options) {
    for (String segment : operation.path().split("/", -1)) {
      if (segment.startsWith("{")) {
        url.addPathSegment(path.get(segment.substring(1, segment.length() - 1)));
      } else {
        url.addPathSegment(segment);
      }
    }
    options.headers().forEach(header -> request.header(header.getFirst(), header.getSecond()));
    return request.url(url.build()).method(operation.method(), body).build();
  }
}
