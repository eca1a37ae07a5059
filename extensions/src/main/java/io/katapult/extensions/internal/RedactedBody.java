package io.katapult.extensions.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * A response body without compression, with asterisks instead of the API key. It is received as a whole when its first
 * byte is read, so the key is found wherever packets and chunks divide it.
 */
public final class RedactedBody extends ResponseBody {
  /** The body arrived, and can't be used. */
  public static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private static final long SEGMENT = 8192;

  private final ResponseBody body;
  private final boolean isGzip;
  private final ApiKey key;
  private final long limit;
  private final BufferedSource source;

  /**
   * Wraps a body.
   *
   * @param limit the most bytes that are received, and the most that they decompress to
   */
  public RedactedBody(ResponseBody body, boolean isGzip, ApiKey key, long limit) {
    this.body = body;
    this.isGzip = isGzip;
    this.key = key;
    this.limit = limit;
    source =
        Okio.buffer(
            new ForwardingSource(body.source()) {
              private @Nullable Buffer content;

              @Override
              public long read(Buffer sink, long byteCount) throws IOException {
                if (content == null) {
                  content = redact(decompress(receive(delegate())));
                }
                return content.read(sink, byteCount);
              }
            });
  }

  @Override
  public @Nullable MediaType contentType() {
    return body.contentType();
  }

  @Override
  public long contentLength() {
    return isGzip ? -1 : body.contentLength();
  }

  @Override
  public BufferedSource source() {
    return source;
  }

  private Buffer receive(Source from) throws IOException {
    try {
      return readAll(from);
    } catch (EOFException | ProtocolException e) {
      throw key.redact(new IOException("the connection ended in the body", e));
    } catch (IOException e) {
      throw key.redact(e);
    }
  }

  private Buffer decompress(Buffer received) throws IOException {
    if (!isGzip) {
      return received;
    }
    try (Source plain = new GzipSource(received)) {
      return readAll(plain);
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreadableException("the body can't be decoded: " + e, e);
    }
  }

  private Buffer readAll(Source from) throws IOException {
    Buffer all = new Buffer();
    while (from.read(all, SEGMENT) != -1) {
      if (all.size() > limit) {
        throw new UnreadableException("the body is longer than " + limit + " bytes, the limit of this client", null);
      }
    }
    return all;
  }

  /** The key is ASCII: its bytes are the same in UTF-8 and in Latin-1, which reads any byte. */
  private Buffer redact(Buffer content) {
    return key.isIn(content)
        ? new Buffer().writeString(key.redactWhole(content.readString(ISO_8859_1)), ISO_8859_1)
        : content;
  }
}
