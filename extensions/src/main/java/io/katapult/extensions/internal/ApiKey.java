package io.katapult.extensions.internal;

import io.katapult.extensions.rules.ParameterException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import okhttp3.Headers;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * An API key. Redacts itself in texts, exceptions and responses.
 *
 * <p>A text may contain only a part of the key, or its bytes in hexadecimal digits, as Okio writes them. So every part
 * of 8 or more characters is redacted. In a response, which may be long, only the whole key is redacted, and only if it
 * has 8 or more characters.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class ApiKey {
  /** A shorter part reveals little, and may be an ordinary word. */
  private static final int SHORTEST_PART = 8;

  private static final char BLANK = '█';

  private final String value;
  private final ByteString bytes;
  private final ByteSearch search;
  private final String redactedAuthorization;

  private ApiKey(String value) {
    this.value = value;
    bytes = ByteString.encodeUtf8(value);
    search = new ByteSearch(bytes);
    redactedAuthorization = "redacted " + Integer.toHexString(bytes.sha256().asByteBuffer().getInt());
  }

  /** Returns the key, or throws if an HTTP header can't hold it. */
  public static ApiKey of(@Nullable String apiKey) {
    String text = Arguments.requireText("apiKey", apiKey);
    if (!isVisibleAscii(text)) {
      throw Arguments.invalid(
          "apiKey",
          "has a character that is not visible ASCII, such as a blank or a line end: give the key alone, without"
              + " Bearer");
    }
    return new ApiKey(text);
  }

  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '!' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  public boolean is(@Nullable String apiKey) {
    return value.equals(apiKey);
  }

  /** {@return the value of the header Authorization} */
  public String authorization() {
    return "Bearer " + value;
  }

  /** {@return a value of the header Authorization that differs by key, but does not reveal it} */
  public String redactedAuthorization() {
    return redactedAuthorization;
  }

  @Override
  public String toString() {
    return String.valueOf(BLANK).repeat(2);
  }

  /** Returns the text with each part of the key redacted. Its length does not change. */
  public String redact(String text) {
    String redacted = blank(text, value, Math.min(SHORTEST_PART, value.length()));
    return isShort() ? redacted : blank(redacted, bytes.hex(), 2 * SHORTEST_PART);
  }

  private boolean isShort() {
    return value.length() < SHORTEST_PART;
  }

  private static String blank(String text, String secret, int partLength) {
    Set<String> parts = new HashSet<>();
    for (int i = 0; i + partLength <= secret.length(); i++) {
      parts.add(secret.substring(i, i + partLength));
    }
    BitSet blanked = new BitSet();
    for (int i = 0; i + partLength <= text.length(); i++) {
      if (parts.contains(text.substring(i, i + partLength))) {
        blanked.set(i, i + partLength);
      }
    }
    if (blanked.isEmpty()) {
      return text;
    }
    StringBuilder redacted = new StringBuilder(text);
    blanked.stream().forEach(i -> redacted.setCharAt(i, BLANK));
    return redacted.toString();
  }

  /**
   * Returns the exception itself if neither it nor any cause or suppressed exception contains the key. Otherwise
   * returns a redacted copy: an IOException of the nearest class, an Error or a RuntimeException.
   *
   * @param <E> one of these three, or Throwable
   */
  @SuppressWarnings("unchecked")
  public <E extends Throwable> E redact(E exception) {
    return shows(exception, newIdentitySet()) ? (E) copy(exception, newIdentitySet()) : exception;
  }

  private static Set<Throwable> newIdentitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private boolean shows(Throwable exception) {
    // The class name is no secret, even if the key contains it.
    String text = exception.toString().replace(exception.getClass().getName(), "");
    return Stream.of(text, String.valueOf(exception.getMessage()), String.valueOf(exception.getLocalizedMessage()))
        .anyMatch(shown -> !redact(shown).equals(shown));
  }

  private boolean shows(@Nullable Throwable exception, Set<Throwable> seen) {
    return exception != null
        && seen.add(exception)
        && (shows(exception)
            || shows(exception.getCause(), seen)
            || Stream.of(exception.getSuppressed()).anyMatch(suppressed -> shows(suppressed, seen)));
  }

  private Throwable copy(Throwable exception, Set<Throwable> seen) {
    seen.add(exception);
    Throwable copy = newLike(exception);
    copy.setStackTrace(exception.getStackTrace());
    Throwable cause = exception.getCause();
    if (cause != null && !seen.contains(cause)) {
      copy.initCause(copy(cause, seen));
    }
    for (Throwable suppressed : exception.getSuppressed()) {
      if (!seen.contains(suppressed)) {
        copy.addSuppressed(copy(suppressed, seen));
      }
    }
    return copy;
  }

  /** Returns an exception of the nearest class that users or the retry policy can tell apart. */
  private Throwable newLike(Throwable exception) {
    String message = exception.getMessage() == null ? "" : redact(exception.getMessage());
    if (exception instanceof ParameterException broken) {
      return new ParameterException(broken.rule(), broken.parameters(), message);
    }
    for (Kind kind : Kind.ALL) {
      if (kind.type.isInstance(exception)) {
        return kind.make.apply(message);
      }
    }
    String text = redact(exception.toString());
    return exception instanceof IOException
        ? new IOException(text)
        : exception instanceof Error ? new Error(text) : new RuntimeException(text);
  }

  /**
   * Returns the response with the key redacted in its status line, URL, headers and body.
   *
   * @param maxBodyBytes the most bytes of the body that can be read
   */
  public Response redact(Response response, long maxBodyBytes) {
    if (response.body() instanceof RedactedBody) {
      return response;
    }
    // Decompressed here: OkHttp would do so only after interceptors and the cache have seen it.
    boolean isGzip = "gzip".equalsIgnoreCase(response.header("Content-Encoding"));
    Response.Builder redacted =
        response.newBuilder().body(new RedactedBody(response.body(), isGzip, this, maxBodyBytes));
    if (!isShort()) {
      redactHead(response, redacted);
    }
    if (isGzip) {
      redacted.removeHeader("Content-Encoding").removeHeader("Content-Length");
    }
    return redacted.build();
  }

  private void redactHead(Response response, Response.Builder redacted) {
    redacted.message(redactWhole(response.message()));
    String url = response.request().url().toString();
    if (url.contains(value)) {
      redacted.request(response.request().newBuilder().url(redactWhole(url)).build());
    }
    Headers headers = response.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).contains(value) || headers.value(i).contains(value)) {
        redacted.headers(redactWhole(headers));
        break;
      }
    }
  }

  private Headers redactWhole(Headers headers) {
    Headers.Builder redacted = new Headers.Builder();
    for (int i = 0; i < headers.size(); i++) {
      // OkHttp accepts some names in responses that it rejects here.
      String name = redactWhole(headers.name(i)).replaceAll("[^!-~]", "*");
      redacted.addUnsafeNonAscii(name.isEmpty() ? "*" : name, redactWhole(headers.value(i)));
    }
    return redacted.build();
  }

  /** Whether the whole key is in a body. Leaves the body as it is. */
  boolean isIn(Buffer body) {
    return !isShort() && search.isIn(body);
  }

  /** Returns the text with the whole key redacted by asterisks, which are allowed everywhere. */
  public String redactWhole(String text) {
    return isShort() ? text : text.replace(value, "*".repeat(value.length()));
  }

  /** A class of exceptions that a redacted copy keeps. */
  private record Kind(Class<? extends Throwable> type, Function<String, Throwable> make) {
    static final List<Kind> ALL =
        List.of(
            new Kind(IllegalStateException.class, IllegalStateException::new),
            new Kind(SocketTimeoutException.class, SocketTimeoutException::new),
            new Kind(InterruptedIOException.class, InterruptedIOException::new),
            new Kind(SSLException.class, SSLException::new),
            new Kind(UnknownServiceException.class, UnknownServiceException::new),
            new Kind(ProtocolException.class, ProtocolException::new));
  }
}
