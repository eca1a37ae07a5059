package io.katapult.extensions.internal;

import java.time.Duration;
import java.util.StringJoiner;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** The options of a request that are not parameters. Immutable. */
public record RequestOptions(Headers headers, @Nullable Duration deadline) {
  public static final RequestOptions NONE = new RequestOptions(Headers.of(), null);

  public void addTo(StringJoiner text) {
    if (headers.size() > 0) {
      text.add("headers=" + headers.names());
    }
    if (deadline != null) {
      text.add("deadline=" + deadline);
    }
  }
}
