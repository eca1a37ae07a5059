package io.katapult.extensions.internal;

import java.util.Arrays;
import okio.Buffer;
import okio.ByteString;

/**
 * Searches buffers for a sequence of bytes, with Horspool's algorithm: it looks at the byte where the sequence would
 * end, and goes on by the length of the sequence if that byte is not in it. So it reads only a few of the bytes.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class ByteSearch {
  private final ByteString sequence;

  /** For each byte: if it is where the sequence would end, how many bytes further the sequence can end next. */
  private final int[] steps = new int[256];

  /** The sequence is not empty. */
  public ByteSearch(ByteString sequence) {
    this.sequence = sequence;
    Arrays.fill(steps, sequence.size());
    for (int i = 0; i < sequence.size() - 1; i++) {
      steps[sequence.getByte(i) & 0xff] = sequence.size() - 1 - i;
    }
  }

  /** Whether the sequence is in a buffer. Leaves the buffer as it is. */
  public boolean isIn(Buffer buffer) {
    int before = sequence.size() - 1;
    byte last = sequence.getByte(before);
    try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
      long end = before;
      while (end < buffer.size()) {
        cursor.seek(end);
        long segmentStart = end - cursor.start;
        int at = cursor.start;
        for (; at < cursor.end; at += steps[cursor.data[at] & 0xff]) {
          if (cursor.data[at] == last && buffer.rangeEquals(segmentStart + at - before, sequence)) {
            return true;
          }
        }
        end = segmentStart + at;
      }
    }
    return false;
  }
}
