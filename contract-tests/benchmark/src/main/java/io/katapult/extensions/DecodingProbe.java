package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import java.io.IOException;
import okhttp3.Response;

/** Reads a response like the client, with all checks but without a call. The classes for it are package-private. */
public final class DecodingProbe {
  private final ResponseReader reader =
      new ResponseReader(new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build(), 64L << 20);
  private final CallState call = new CallState(ApiKey.of("0123456789abcdef0123456789abcdef"), 0);

  /** Reads one page. */
  public ApiTokenPage read(Response response) throws IOException {
    // Like the interceptor of the client.
    Response redacted = call.apiKey.redact(response);
    ResponseException.Head head = new ResponseException.Head(response.code(), response.headers(), null);
    return reader.read(redacted, head, ApiTokenPage.class, call);
  }
}
