package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.extensions.internal.ApiKey;
import io.katapult.extensions.internal.RedactedBody;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  private static final String KEY = "kat_9fQ2xWv7LmR4tYz8BnC1pD5s";
  private static final List<String> PARTS =
      IntStream.rangeClosed(0, KEY.length() - 8).mapToObj(i -> KEY.substring(i, i + 8)).toList();
  private static final List<String> HEX_PARTS =
      PARTS.stream().map(part -> new Buffer().writeUtf8(part).readByteString().hex()).toList();

  @Test
  void keepsOfAnExceptionWhatDecidesWhetherItIsTriedAgain() {
    ApiKey key = ApiKey.of(KEY);
    String redacted = "echo " + "█".repeat(KEY.length());

    for (IOException exception :
        List.of(
            new IOException("echo " + KEY),
            new UnknownHostException("echo " + KEY),
            new ProtocolException("echo " + KEY),
            new SocketTimeoutException("echo " + KEY),
            new InterruptedIOException("echo " + KEY),
            new SSLHandshakeException("echo " + KEY),
            new UnknownServiceException("echo " + KEY))) {
      exception.addSuppressed(new IOException("also", new UnknownHostException("x" + KEY)));
      exception.setStackTrace(new StackTraceElement[] {new StackTraceElement("Elsewhere", "read", null, 1)});

      IOException copy = key.redact(exception);

      assertThat(copy).hasMessageContaining(redacted).hasStackTraceContaining("Elsewhere.read");
      assertThat(copy.getStackTrace()).isEqualTo(exception.getStackTrace());
      assertThat(FailureKind.of(ConnectionException.of("host", "", copy)))
          .isEqualTo(FailureKind.of(ConnectionException.of("host", "", exception)));
      assertThat(copy.getSuppressed()[0]).hasMessageEndingWith("also").hasStackTraceContaining("x█");
    }
    IOException innocent = new IOException("nothing", new IOException("at all"));
    assertThat(key.redact(innocent)).isSameAs(innocent);
  }

  @Test
  void redactsEachPartOfTheKeyThatTellsSomething() {
    ApiKey key = ApiKey.of(KEY);

    assertThat(key.redact("a" + KEY.substring(3, 11) + "b")).isEqualTo("a████████b");
    assertThat(key.redact("a" + KEY.substring(3, 10) + "b")).isEqualTo("a" + KEY.substring(3, 10) + "b");
    assertThat(key.redact(HEX_PARTS.get(4) + "00")).isEqualTo("█".repeat(16) + "00");
    assertThat(key.redact(HEX_PARTS.get(4).substring(1))).isEqualTo(HEX_PARTS.get(4).substring(1));
    assertThat(ApiKey.of("abc").redact("abcdabc abd")).isEqualTo("███d███ abd");
    assertThat(key).hasToString("██");
  }

  @Test
  void redactsNoWholeKeyThatMayBeAWord() {
    assertThat(ApiKey.of("12345678").redactWhole("x12345678")).isEqualTo("x********");
    assertThat(ApiKey.of("1234567").redactWhole("x1234567")).isEqualTo("x1234567");
  }

  @Test
  void tellsTheLengthOfABodyThatStaysAsLong() {
    ResponseBody content = ResponseBody.create(new byte[20], null);

    try (ResponseBody body = new RedactedBody(content, false, ApiKey.of(KEY), 20)) {
      assertThat(body.contentLength()).isEqualTo(20);
    }
    try (ResponseBody body = new RedactedBody(content, true, ApiKey.of(KEY), 20)) {
      assertThat(body.contentLength()).isEqualTo(-1);
    }
  }

  /** Each length of what is read at once, and each distance from the beginning. */
  @Test
  void redactsABodyHoweverItIsDivided() throws IOException {
    ApiKey key = ApiKey.of(KEY);
    String redacted = "*".repeat(KEY.length());
    for (int distance = 0; distance < 70; distance++) {
      for (int atOnce = 1; atOnce < 70; atOnce++) {
        String text = "x".repeat(distance) + KEY + KEY.substring(0, 20) + KEY + "y".repeat(distance);
        Buffer read = new Buffer();
        try (RedactedBody body = new RedactedBody(divided(text, atOnce), false, key, 1 << 20)) {
          read.writeAll(body.source());
        }
        assertThat(read.readUtf8()).isEqualTo(text.replace(KEY, redacted));
      }
    }
  }

  /** Around the end of each segment of a buffer. */
  @Test
  void redactsABodyOfManySegments() throws IOException {
    ApiKey key = ApiKey.of(KEY);
    for (int end : new int[] {8192, 16384, 24576}) {
      for (int at = end - KEY.length() - 2; at < end + 2; at++) {
        String text = "s".repeat(at) + KEY + "s".repeat(30_000 - at);
        try (RedactedBody body = new RedactedBody(ResponseBody.create(text, null), false, key, 1 << 20)) {
          assertThat(body.string()).isEqualTo(text.replace(KEY, "*".repeat(KEY.length())));
        }
      }
    }
  }

  @Test
  void receivesAsMuchAsTheLimitAndNoMore() throws IOException {
    ApiKey key = ApiKey.of(KEY);
    ResponseBody content = ResponseBody.create(new byte[20_000], null);

    try (ResponseBody body = new RedactedBody(content, false, key, 20_000)) {
      assertThat(body.bytes()).hasSize(20_000);
    }
    try (ResponseBody body = new RedactedBody(ResponseBody.create(new byte[20_000], null), false, key, 19_999)) {
      assertThatThrownBy(body::bytes).hasMessage("the body is longer than 19999 bytes, the limit of this client");
    }
  }

  private static ResponseBody divided(String text, int atOnce) {
    Source all = new Buffer().writeUtf8(text);
    Source divided =
        new ForwardingSource(all) {
          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            return super.read(sink, Math.min(byteCount, atOnce));
          }
        };
    return ResponseBody.create(Okio.buffer(divided), null, -1);
  }
}
