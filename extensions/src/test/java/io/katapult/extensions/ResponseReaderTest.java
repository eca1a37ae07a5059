package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseReaderTest {
  private static final int[] SECONDS =
      {0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xe2, 0xf4, 0xff};

  /** The strict decoder of the JDK. */
  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Each lead byte with second bytes on both sides of each bound, and what may and may not follow.
   */
  @Test
  void agreesWithTheJdkOnEveryBeginningOfACharacter() {
    String[] ends = {"", "80", "bf", "8080", "bfbf", "80bf41", "4141", "c0", "808080"};
    List<String> otherwise = new ArrayList<>();
    for (int first = 0x80; first <= 0xff; first++) {
      for (int second : SECONDS) {
        for (String end : ends) {
          String hex =
              "41".repeat(13) + HexFormat.of().toHexDigits((byte) first) + HexFormat.of().toHexDigits((byte) second)
              + end + "41".repeat(9);
          byte[] bytes = HexFormat.of().parseHex(hex);
          if (accepts(bytes) != isUtf8(bytes)) {
            otherwise.add(hex);
          }
        }
      }
    }
    assertThat(otherwise).isEmpty();
  }

  @Test
  void agreesWithTheJdkOnRandomText() {
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      String text = random.ints(50, 0, 0x110000).filter(c -> c < 0xd800 || c > 0xdfff)
          .map(c -> c % 3 == 0 ? c & 0x7f : c % 7 == 0 ? c & 0x7ff : c)
          .filter(c -> c < 0xd800 || c > 0xdfff)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (i % 2 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(accepts(bytes)).as(HexFormat.of().formatHex(bytes)).isEqualTo(isUtf8(bytes));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ff, 0", "41ff, 1", "4141414141414141ff, 8", "414141414141414141c341, 9", "e28041, 0", "41e280, 1"
  })
  void saysWhere(String hex, int at) {
    assertThat(ResponseReader.notUtf8At(new Buffer().write(HexFormat.of().parseHex(hex)))).isEqualTo(at);
  }

  @Test
  void saysWhereThoughItIsFarFromTheBeginning() {
    byte[] bytes = new byte[100_000];
    bytes[77_777] = (byte) 0xff;

    assertThat(ResponseReader.notUtf8At(new Buffer().write(bytes))).isEqualTo(77_777);
  }

  @Test
  void acceptsTheReplacementCharacterIfItWasSent() {
    assertThat(ResponseReader.notUtf8At(new Buffer().writeUtf8("a\uFFFDb"))).isEqualTo(-1);
    assertThat(ResponseReader.notUtf8At(new Buffer().writeUtf8("a\uFFFDb").writeByte(0xff))).isEqualTo(5);
  }

  private static boolean accepts(byte[] bytes) {
    return ResponseReader.notUtf8At(new Buffer().write(bytes)) < 0;
  }
}
