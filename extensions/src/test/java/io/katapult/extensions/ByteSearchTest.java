package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.internal.ByteSearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Compares the search with Okio's own, which reads every byte. */
class ByteSearchTest {
  private static final int SEGMENT = 8192;

  /** Sequences of each length: all bytes differ, none do, or every second one, with and without the highest bit. */
  private static final List<IntUnaryOperator> KINDS = List.of(i -> '0' + i, i -> 'a', i -> i % 2, i -> 255 - i);

  /** At the beginning and the end of a buffer, and at each place across two segments. Then with each byte changed. */
  @Test
  void agreesOnEveryPlaceAndEveryChangedByte() throws IOException {
    List<String> otherwise = new ArrayList<>();
    for (IntUnaryOperator kind : KINDS) {
      for (int length : new int[] {1, 2, 3, 8, 16, 41}) {
        byte[] sequence = bytes(length, kind);
        for (int before : new int[] {0, 1, 7, 50}) {
          compare(sequence, before, sequence, 0, otherwise);
          compare(sequence, before, sequence, 60, otherwise);
        }
        for (int before = SEGMENT - length - 1; before <= SEGMENT + 1; before++) {
          compare(sequence, before, sequence, SEGMENT, otherwise);
        }
        for (int changed = 0; changed < length; changed++) {
          byte[] other = sequence.clone();
          other[changed] ^= 0x10;
          compare(sequence, 3, other, 60, otherwise);
          compare(sequence, SEGMENT - length / 2, other, 60, otherwise);
          compare(sequence, length, bytes(changed, kind), 0, otherwise);
        }
      }
    }
    assertThat(otherwise).isEmpty();
  }

  /** A few different bytes, so that parts of the sequence are everywhere. */
  @Test
  void agreesOnRandomBytes() throws IOException {
    Random random = new Random(1);
    List<String> otherwise = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      int different = 1 + random.nextInt(3);
      byte[] sequence = bytes(1 + random.nextInt(9), at -> random.nextInt(different));
      byte[] text = bytes(random.nextInt(80), at -> random.nextInt(different));
      found += compare(sequence, 0, text, 0, otherwise) ? 1 : 0;
    }
    assertThat(otherwise).isEmpty();
    assertThat(found).isBetween(5_000, 15_000);
  }

  /** In segments of 1 to 8 bytes, so that the sequence is in many of them. */
  @Test
  void agreesOnShortSegments() throws IOException {
    Random random = new Random(2);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] sequence = bytes(1 + random.nextInt(20), at -> random.nextInt(4) == 0 ? 'b' : 'a');
      Buffer buffer = new Buffer();
      for (int segment = random.nextInt(20); segment > 0; segment--) {
        byte[] part = bytes(1 + random.nextInt(8), at -> random.nextInt(4) == 0 ? 'b' : 'a');
        // A copy shares the segment of the original.
        new Buffer().write(part).copyTo(buffer, 0, part.length);
      }
      boolean expected = buffer.indexOf(ByteString.of(sequence)) >= 0;
      found += expected ? 1 : 0;

      assertThat(new ByteSearch(ByteString.of(sequence)).isIn(buffer)).isEqualTo(expected);
    }
    assertThat(found).isBetween(2_000, 18_000);
  }

  /** The bytes before and after it are in the same segment. */
  @Test
  void searchesOnlyThePartOfASegment() {
    Buffer part = new Buffer();
    new Buffer().writeUtf8("key and key").copyTo(part, 1, 9);

    assertThat(new ByteSearch(ByteString.encodeUtf8("key")).isIn(part)).isFalse();
    assertThat(new ByteSearch(ByteString.encodeUtf8("ey and ke")).isIn(part)).isTrue();
    assertThat(part.readUtf8()).isEqualTo("ey and ke");
  }

  private static byte[] bytes(int length, IntUnaryOperator byIndex) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) byIndex.applyAsInt(i);
    }
    return bytes;
  }

  /** Searches text with other bytes before and after it. Returns whether Okio finds the sequence. */
  private static boolean compare(byte[] sequence, int before, byte[] text, int after, List<String> otherwise)
      throws IOException {
    Buffer buffer = new Buffer().write(new byte[before]).write(text).write(new byte[after]);
    boolean expected = buffer.indexOf(ByteString.of(sequence)) >= 0;
    if (new ByteSearch(ByteString.of(sequence)).isIn(buffer) != expected) {
      String place = " at " + before + " of " + buffer.size() + " bytes";
      otherwise.add(ByteString.of(sequence).hex() + " in " + ByteString.of(text).hex() + place);
    }
    return expected;
  }
}
