package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedBodyTest {
  private static final int[] SECONDS =
      {0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xe2, 0xf4, 0xff};

  private static CheckedBody body(byte[] bytes, long limit) {
    return new CheckedBody(new Buffer().write(bytes), limit);
  }

  private static byte[] read(byte[] bytes, int atOnce) throws IOException {
    Buffer read = new Buffer();
    CheckedBody body = body(bytes, bytes.length);
    while (body.read(read, atOnce) != -1) {
      // Goes on behind what was there before.
    }
    return read.readByteArray();
  }

  /** The JDK's decoder is the judge. */
  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Each lead byte with second bytes on both sides of each bound, and what may and may not follow, in a place that is
   * read eight bytes at once.
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
          if (accepts(bytes, 8192) != isUtf8(bytes)) {
            otherwise.add(hex);
          }
        }
      }
    }
    assertThat(otherwise).isEmpty();
  }

  @Test
  void agreesWithTheJdkOnRandomTextHoweverItIsCut() {
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
      assertThat(accepts(bytes, 1 + random.nextInt(40))).as(HexFormat.of().formatHex(bytes)).isEqualTo(isUtf8(bytes));
    }
  }

  @Test
  void passesOnWhatItAccepts() throws IOException {
    byte[] bytes = "grün 🐢 ".repeat(3000).getBytes(StandardCharsets.UTF_8);

    assertThat(read(bytes, 8192)).isEqualTo(bytes);
    assertThat(read(bytes, 3)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "ff, 0", "41ff, 1", "4141414141414141ff, 8", "414141414141414141c341, 10", "e28041, 2",
    "e280414141414141414141414141414141, 2"
  })
  void saysWhere(String hex, long at) {
    assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex), 8192))
        .isInstanceOf(CheckedBody.RefusedException.class)
        .hasMessage("the body is not UTF-8 at byte " + at);
  }

  @Test
  void saysWhereThoughItIsFarFromTheBeginning() {
    byte[] bytes = new byte[100_000];
    bytes[77_777] = (byte) 0xff;

    assertThatThrownBy(() -> Okio.buffer(body(bytes, bytes.length)).readByteArray())
        .hasMessage("the body is not UTF-8 at byte 77777");
  }

  @Test
  void looksOnlyAtWhatIsNew() throws IOException {
    Buffer sink = new Buffer().writeByte(0xff).writeByte(0xff).writeByte(0xff);
    CheckedBody body = body(HexFormat.of().parseHex("4141ff"), 3);

    assertThat(body.read(sink, 2)).isEqualTo(2);
    assertThatThrownBy(() -> body.read(sink, 1)).hasMessage("the body is not UTF-8 at byte 2");
  }

  @Test
  void passesOnAsMuchAsTheLimitAndNoMore() throws IOException {
    byte[] bytes = new byte[20_000];

    assertThat(Okio.buffer(body(bytes, 20_000)).readByteArray()).hasSize(20_000);
    assertThatThrownBy(() -> Okio.buffer(body(bytes, 19_999)).readByteArray())
        .hasMessage("the body is longer than 19999 bytes, the limit of this client");
  }

  private static boolean accepts(byte[] bytes, int atOnce) {
    // At the end of a body, what has begun of a character is for JSON to refuse.
    byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
    try {
      read(ended, atOnce);
      return true;
    } catch (CheckedBody.RefusedException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
