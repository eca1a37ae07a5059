package io.katapult.extensions;

import java.io.IOException;
import java.util.Arrays;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** A response body in which asterisks stand for the API key, wherever packets and chunks divide it. */
final class RedactedBody extends ResponseBody {
  private final ResponseBody body;
  private final BufferedSource source;

  RedactedBody(ResponseBody body, ApiKey key, ByteString bytes, @Nullable Runnable onFailure) {
    this.body = body;
    source = Okio.buffer(new RedactedSource(body.source(), key, bytes, onFailure));
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  private static final class RedactedSource extends ForwardingSource {
    private static final long SEGMENT = 8192;

    private final ApiKey key;
    private final ByteString secret;
    private final @Nullable Runnable onFailure;

    /** How far to go on from a byte that is none of the key's last: to where the key may end next. */
    private final int[] steps = new int[256];

    /** What has been read; its end may be the beginning of the key. */
    private final Buffer read = new Buffer();

    private final Buffer redacted = new Buffer();
    private boolean ended;

    RedactedSource(Source body, ApiKey key, ByteString secret, @Nullable Runnable onFailure) {
      super(body);
      this.key = key;
      this.secret = secret;
      this.onFailure = onFailure;
      Arrays.fill(steps, secret.size());
      for (int i = 0; i < secret.size() - 1; i++) {
        steps[secret.getByte(i)] = secret.size() - 1 - i;
      }
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      while (!ended && redacted.exhausted() && byteCount > 0) {
        receive();
        redact();
      }
      return redacted.read(sink, byteCount);
    }

    private void receive() throws IOException {
      try {
        ended = super.read(read, SEGMENT) == -1;
      } catch (IOException e) {
        if (onFailure != null) {
          onFailure.run();
        }
        throw key.redact(e);
      }
    }

    private void redact() throws IOException {
      for (long at = indexOfSecret(); at >= 0; at = indexOfSecret()) {
        redacted.write(read, at);
        read.skip(secret.size());
        redacted.writeUtf8("*".repeat(secret.size()));
      }
      long kept = ended || secret.size() == 0 ? 0 : secret.size() - 1;
      if (read.size() > kept) {
        redacted.write(read, read.size() - kept);
      }
    }

    /** The search of Horspool, which looks at few of the bytes. */
    private long indexOfSecret() {
      int last = secret.size() - 1;
      for (long end = last; last >= 0 && end < read.size(); end += steps[Byte.toUnsignedInt(read.getByte(end))]) {
        if (read.rangeEquals(end - last, secret)) {
          return end - last;
        }
      }
      return -1;
    }
  }
}
