package io.katapult.extensions;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonEncodingException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ErrorResponse;
import io.katapult.extensions.ResponseException.Head;
import io.katapult.extensions.internal.ApiKey;
import io.katapult.extensions.internal.RedactedBody;
import io.katapult.extensions.internal.Utf8;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.Predicate;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Reads a response body, or throws the matching exception. */
final class ResponseReader {
  private static final int EXCERPT_LENGTH = 8192;
  private static final ByteString BYTE_ORDER_MARK = ByteString.decodeHex("efbbbf");

  private final Moshi moshi;

  ResponseReader(Moshi moshi) {
    this.moshi = moshi;
  }

  /**
   * Reads a response to its end. The caller closes it.
   *
   * @throws ResponseException if it is not a successful one with the given type as its body
   * @throws IOException if the body does not arrive
   */
  <T> T read(Response response, Head head, Class<T> type, ApiKey key) throws IOException {
    Reading reading = new Reading(response, head, key);
    try {
      if (response.isSuccessful()) {
        return type == Void.class
            ? nothing()
            : type == String.class ? type.cast(reading.text()) : reading.json(type, null);
      }
      throw ApiErrorException.of(head, reading.json(ErrorResponse.class, reading.excerpt()).error());
    } catch (RedactedBody.UnreadableException e) {
      throw reading.unexpected(String.valueOf(e.getMessage()), null, e.getCause());
    }
  }

  /** Returns the body of an operation without one. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // T is Void.
  private static <T> T nothing() {
    return null;
  }

  /** The reading of one response. */
  private final class Reading {
    private final Response response;
    private final Head head;
    private final ApiKey key;

    Reading(Response response, Head head, ApiKey key) {
      this.response = response;
      this.head = head;
      this.key = key;
    }

    <T> T json(Class<T> type, @Nullable String excerpt) throws IOException {
      require("JSON", media -> media.subtype().equals("json") || media.subtype().endsWith("+json"), excerpt);
      Buffer body = utf8();
      if (body.exhausted()) {
        throw unexpected("the body is empty", "", null);
      }
      if (body.rangeEquals(0, BYTE_ORDER_MARK)) {
        body.skip(BYTE_ORDER_MARK.size());
      }
      JsonReader reader = JsonReader.of(body);
      JsonAdapter<T> adapter = moshi.adapter(type);
      try {
        T value = adapter.fromJson(reader);
        if (value == null) {
          throw new JsonDataException("Expected an object but was null at path $");
        }
        if (reader.peek() != JsonReader.Token.END_DOCUMENT) {
          throw new JsonDataException("Trailing data after $");
        }
        return value;
      } catch (JsonDataException e) {
        throw unexpected(e.getMessage() == null ? "the body has another shape" : e.getMessage(), excerpt, e);
      } catch (JsonEncodingException e) {
        throw unexpected("the body is not JSON at path " + reader.getPath(), excerpt, e);
      } catch (EOFException e) {
        throw unexpected("the body is cut off at path " + reader.getPath(), excerpt, e);
      } catch (IOException | RuntimeException e) {
        throw unexpected("the body can't be read at path " + reader.getPath() + ": " + e, excerpt, e);
      }
    }

    String text() throws IOException {
      require("text", media -> media.type().equals("text"), null);
      return utf8().readUtf8();
    }

    private void require(String what, Predicate<MediaType> test, @Nullable String excerpt) throws IOException {
      MediaType media = response.body().contentType();
      if (media != null && !test.test(media)) {
        throw unexpected("the body is " + media + ", not " + what, excerpt == null ? excerpt() : excerpt, null);
      }
    }

    /** Reads the whole body: Moshi reads a buffer faster than a stream, and the result is in memory anyway. */
    private Buffer utf8() throws IOException {
      Buffer body = new Buffer();
      body.writeAll(response.body().source());
      long position = Utf8.invalidAt(body);
      if (position >= 0) {
        throw unexpected("the body is not UTF-8 at byte " + position, null, null);
      }
      return body;
    }

    String excerpt() throws IOException {
      // Redacted before it is cut, so that no part of the key is left at the end.
      String text = key.redact(response.peekBody(5L * EXCERPT_LENGTH).string());
      return text.substring(0, Math.min(text.length(), EXCERPT_LENGTH));
    }

    UnexpectedResponseException unexpected(String what, @Nullable String excerpt, @Nullable Throwable cause) {
      return UnexpectedResponseException.of(response, head, what, excerpt, cause);
    }
  }
}
