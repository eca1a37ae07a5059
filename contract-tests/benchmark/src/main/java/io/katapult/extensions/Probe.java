package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.extensions.internal.ApiKey;
import java.io.IOException;
import okhttp3.Request;
import okhttp3.Response;

/** Does a part of a call like the client, with all checks. The classes for it are package-private. */
public final class Probe {
  private final ResponseReader reader =
      new ResponseReader(new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build());
  private final ApiKey key = ApiKey.of("0123456789abcdef0123456789abcdef");

  /** Reads one page. */
  public ApiTokenPage read(Response response) throws IOException {
    // Like the interceptor of the client.
    Response redacted = key.redact(response, 64L << 20);
    ResponseException.Head head = new ResponseException.Head(response.code(), response.headers(), null);
    return reader.read(redacted, head, ApiTokenPage.class, key);
  }

  /** Builds the request that OkHttp is given. */
  public static Request build(KatapultClient katapult, ListApiTokensRequest request) {
    return katapult.newCall(ApiTokens.LIST, request).request();
  }
}
