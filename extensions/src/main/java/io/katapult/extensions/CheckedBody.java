package io.katapult.extensions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Source;

/**
 * The body of a response after decompression, as far as it may be read: up to a limit, so that a bomb is found out, and
 * as long as it is UTF-8, since Okio would read anything else as U+FFFD without a word.
 */
final class CheckedBody extends ForwardingSource {
  /** Says what is wrong with the body. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private static final long NOT_ASCII = 0x8080808080808080L;

  private final long limit;
  private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
  private long passed;

  /** Of the character that has begun: how many bytes are missing, and between what the next one must be. */
  private int missing;
  private int least;
  private int most;

  CheckedBody(Source body, long limit) {
    super(body);
    this.limit = limit;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long before = sink.size();
    long count = super.read(sink, byteCount);
    if (count > 0) {
      try (Buffer.UnsafeCursor bytes = sink.readUnsafe(cursor)) {
        for (int length = bytes.seek(before); length > 0; length = bytes.next()) {
          check(bytes.data, bytes.start, bytes.end);
        }
      }
    }
    if (passed > limit) {
      throw new RefusedException("the body is longer than " + limit + " bytes, the limit of this client");
    }
    return count;
  }

  private void check(byte[] bytes, int start, int end) throws RefusedException {
    int i = start;
    while (i < end) {
      if (missing == 0) {
        i = endOfAscii(bytes, i, end);
        if (i == end) {
          break;
        }
      }
      if (!isUtf8(Byte.toUnsignedInt(bytes[i]))) {
        throw new RefusedException("the body is not UTF-8 at byte " + (passed + i - start));
      }
      i++;
    }
    passed += end - start;
  }

  /** The first byte that is not ASCII. A method of its own so that it is compiled to a tight loop. */
  private static int endOfAscii(byte[] bytes, int start, int end) {
    ByteBuffer longs = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int i = start;
    while (i <= end - Long.BYTES) {
      long notAscii = longs.getLong(i) & NOT_ASCII;
      if (notAscii != 0) {
        return i + Long.numberOfTrailingZeros(notAscii) / Byte.SIZE;
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** Table 3-7 of the Unicode Standard. */
  private boolean isUtf8(int next) {
    if (missing > 0) {
      missing--;
      boolean fits = least <= next && next <= most;
      least = 0x80;
      most = 0xbf;
      return fits;
    }
    missing = next < 0x80 ? 0 : next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
    least = next == 0xe0 ? 0xa0 : next == 0xf0 ? 0x90 : 0x80;
    most = next == 0xed ? 0x9f : next == 0xf4 ? 0x8f : 0xbf;
    return next < 0x80 || (0xc2 <= next && next <= 0xf4);
  }
}
