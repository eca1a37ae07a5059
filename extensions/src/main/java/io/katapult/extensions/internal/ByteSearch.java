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
  private final int lastIndex;

  /** For each byte: how far to go on if it is where the sequence would end. */
  private final int[] steps = new int[256];

  /** The sequence is not empty. */
  public ByteSearch(ByteString sequence) {
    this.sequence = sequence;
    lastIndex = sequence.size() - 1;
    Arrays.fill(steps, sequence.size());
    for (int i = 0; i < lastIndex; i++) {
      steps[sequence.getByte(i) & 0xff] = lastIndex - i;
    }
  }

  /** Whether the sequence is in a buffer. Leaves the buffer as it is. Takes time proportional to its size. */
  public boolean isIn(Buffer buffer) {
    // The last bytes of the segments so far, and the first ones of the next.
    byte[] border = new byte[2 * lastIndex];
    int before = 0;
    try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
      while (cursor.next() != -1) {
        int after = Math.min(lastIndex, cursor.end - cursor.start);
        System.arraycopy(cursor.data, cursor.start, border, before, after);
        if (isIn(border, 0, before + after) || isIn(cursor.data, cursor.start, cursor.end)) {
          return true;
        }
        if (after == lastIndex) {
          before = 0;
          System.arraycopy(cursor.data, cursor.end - after, border, 0, after);
        }
        int known = before + after;
        before = Math.min(lastIndex, known);
        System.arraycopy(border, known - before, border, 0, before);
      }
    }
    return false;
  }

  private boolean isIn(byte[] data, int start, int end) {
    byte last = sequence.getByte(lastIndex);
    for (int at = start + lastIndex; at < end; at += steps[data[at] & 0xff]) {
      if (data[at] == last && sequence.rangeEquals(0, data, at - lastIndex, lastIndex + 1)) {
        return true;
      }
    }
    return false;
  }
}
