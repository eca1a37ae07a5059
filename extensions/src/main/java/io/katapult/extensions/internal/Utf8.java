package io.katapult.extensions.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import okio.Buffer;

/** Checks whether bytes are UTF-8. A decoder of the JDK would also make a text of them, which takes longer. */
public final class Utf8 {
  private static final long NOT_ASCII = 0x8080808080808080L;

  private long position;
  private long sequenceStart;

  /** The number of bytes that the current sequence still needs, and the range of the next one. */
  private int missing;

  private int lowest;
  private int highest;

  private Utf8() {}

  /** Returns the position of the first byte that is not UTF-8; -1 if all are. Leaves the buffer as it is. */
  public static long invalidAt(Buffer buffer) {
    Utf8 utf8 = new Utf8();
    try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
      while (cursor.next() != -1) {
        ByteBuffer segment = ByteBuffer.wrap(cursor.data, cursor.start, cursor.end - cursor.start);
        if (!utf8.accepts(segment.order(ByteOrder.nativeOrder()))) {
          return utf8.sequenceStart;
        }
      }
    }
    return utf8.missing == 0 ? -1 : utf8.sequenceStart;
  }

  private boolean accepts(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (missing == 0) {
        skipAscii(bytes);
      }
      if (bytes.hasRemaining() && !accepts(bytes.get() & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** Eight bytes at a time. */
  private void skipAscii(ByteBuffer bytes) {
    int start = bytes.position();
    int at = start;
    int last = bytes.limit() - Long.BYTES;
    while (at <= last && (bytes.getLong(at) & NOT_ASCII) == 0) {
      at += Long.BYTES;
    }
    bytes.position(at);
    position += at - start;
  }

  /** The table of well-formed byte sequences in chapter 3.9 of the Unicode standard. */
  private boolean accepts(int next) {
    if (missing > 0) {
      if (next < lowest || next > highest) {
        return false;
      }
      missing--;
      lowest = 0x80;
      highest = 0xbf;
    } else {
      sequenceStart = position;
      if (next >= 0x80 && (next < 0xc2 || next > 0xf4)) {
        return false;
      }
      missing = next < 0x80 ? 0 : next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
      lowest = next == 0xe0 ? 0xa0 : next == 0xf0 ? 0x90 : 0x80;
      highest = next == 0xed ? 0x9f : next == 0xf4 ? 0x8f : 0xbf;
    }
    position++;
    return true;
  }
}
