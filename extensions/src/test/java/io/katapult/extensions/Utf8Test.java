package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.internal.Utf8;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** Compares the check of UTF-8 with the strict decoder of the JDK. */
class Utf8Test {
  private static final int[] SECONDS =
      {0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xe2, 0xf4, 0xff};
  private static final int SEGMENT = 8192;

  /** Each lead byte with second bytes on both sides of each bound, and what may and may not follow. */
  @Test
  void agreesOnEveryBeginningOfACharacter() {
    String[] ends = {"", "80", "bf", "8080", "bfbf", "80bf41", "4141", "c0", "808080", "6161616161616161", "616161616161616180"};
    List<String> otherwise = new ArrayList<>();
    for (int first = 0; first <= 0xff; first++) {
      for (int second : SECONDS) {
        for (String end : ends) {
          String hex = HexFormat.of().toHexDigits((byte) first) + HexFormat.of().toHexDigits((byte) second) + end;
          byte[] character = HexFormat.of().parseHex(hex);
          // At the end too, and at each place within eight bytes.
          for (int before = 0; before < 9; before++) {
            compare(bytes(before, character, 9), otherwise);
            compare(bytes(before, character, 0), otherwise);
          }
        }
      }
    }
    assertThat(otherwise).isEmpty();
  }

  @Test
  void agreesOnCharactersAcrossSegments() {
    List<String> otherwise = new ArrayList<>();
    for (String hex : List.of("c3a9", "e28082", "f09f9982", "e28041", "f09f41", "f09f9941", "ff", "c3")) {
      for (int before = SEGMENT - 5; before <= SEGMENT + 1; before++) {
        compare(bytes(before, HexFormat.of().parseHex(hex), 3), otherwise);
        compare(bytes(before, HexFormat.of().parseHex(hex), SEGMENT), otherwise);
        compare(bytes(before, HexFormat.of().parseHex(hex), 0), otherwise);
      }
    }
    assertThat(otherwise).isEmpty();
  }

  @Test
  void agreesOnRandomText() {
    Random random = new Random(1);
    List<String> otherwise = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String text = random.ints(50, 0, 0x110000).filter(c -> c < 0xd800 || c > 0xdfff)
          .map(c -> c % 3 == 0 ? c & 0x7f : c % 7 == 0 ? c & 0x7ff : c)
          .filter(c -> c < 0xd800 || c > 0xdfff)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (i % 2 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      compare(bytes, otherwise);
    }
    assertThat(otherwise).isEmpty();
  }

  /** The bytes around it, in the same segment, are not UTF-8. */
  @Test
  void readsOnlyThePartOfASegment() {
    Buffer part = new Buffer();
    new Buffer().write(new byte[] {(byte) 0xff, 'a', 'b', (byte) 0xff}).copyTo(part, 1, 2);

    assertThat(Utf8.invalidAt(part)).isEqualTo(-1);
  }

  @Test
  void leavesTheBufferAsItIs() {
    Buffer buffer = new Buffer().writeUtf8("a\uFFFDb");

    assertThat(Utf8.invalidAt(buffer)).isEqualTo(-1);
    assertThat(buffer.readUtf8()).isEqualTo("a\uFFFDb");
  }

  private static byte[] bytes(int before, byte[] character, int after) {
    return new Buffer()
        .writeUtf8("a".repeat(before))
        .write(character)
        .writeUtf8("b".repeat(after))
        .readByteArray();
  }

  private static void compare(byte[] bytes, List<String> otherwise) {
    long expected = invalidAt(bytes);
    long actual = Utf8.invalidAt(new Buffer().write(bytes));
    if (actual != expected) {
      String text = HexFormat.of().formatHex(bytes).replaceAll("(61|62){20,}", "…");
      otherwise.add("%s: %d instead of %d".formatted(text, actual, expected));
    }
  }

  /** By the decoder of the JDK, which stops before the first malformed character. */
  private static long invalidAt(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    return StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError() ? in.position() : -1;
  }
}
