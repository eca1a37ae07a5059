package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import java.io.IOException;
import okhttp3.Response;

/** Reads a response as the client does, with all its checks; nobody else may, without a call. */
public final class DecodingProbe {
  private final ResponseReader reader =
      new ResponseReader(new Moshi.Builder().add(new KatapultJsonAdapterFactory()).build(), 64L << 20);

  /** Reads one page. */
  public ApiTokenPage read(Response response) throws IOException {
    return reader.read(response, ApiTokenPage.class);
  }
}
