package io.katapult.extensions;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonEncodingException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ErrorResponse;
import io.katapult.extensions.ResponseException.Head;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
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
  private final long maxBodyBytes;

  ResponseReader(Moshi moshi, long maxBodyBytes) {
    this.moshi = moshi;
    this.maxBodyBytes = maxBodyBytes;
  }

  /**
   * Reads a response to its end. The caller closes it.
   *
   * @throws ResponseException if it is not a successful one with the given type as its body
   * @throws IOException if the body does not arrive
   */
  <T> T read(Response response, Head head, Class<T> type, CallState call) throws IOException {
    Reading reading = new Reading(response, head, call);
    try {
      if (response.isSuccessful()) {
        return type == Void.class ? nothing() : type == String.class ? type.cast(reading.text()) : reading.json(type, null);
      }
      String excerpt = reading.excerpt();
      throw ApiErrorException.of(head, reading.json(ErrorResponse.class, excerpt).error());
    } catch (EOFException | ProtocolException e) {
      if (call.isBroken) {
        throw new IOException("the connection ended in the body", e);
      }
      throw reading.notDecodable(e);
    } catch (IOException e) {
      if (call.isBroken) {
        throw e;
      }
      throw reading.notDecodable(e);
    }
  }

  /** The body of an operation that has none. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // T is Void.
  private static <T> T nothing() {
    return null;
  }

  /** The reading of one response. */
  private final class Reading {
    private final Response response;
    private final Head head;
    private final CallState call;

    Reading(Response response, Head head, CallState call) {
      this.response = response;
      this.head = head;
      this.call = call;
    }

    <T> T json(Class<T> type, @Nullable String excerpt) throws IOException {
      MediaType contentType = response.body().contentType();
      if (contentType != null && !contentType.subtype().equals("json") && !contentType.subtype().endsWith("+json")) {
        String what = "the body is " + contentType + ", not JSON";
        throw unexpected(what, excerpt == null ? excerpt() : excerpt, null);
      }
      Buffer body = readAll();
      if (body.exhausted()) {
        throw unexpected("the body is empty", "", null);
      }
      if (body.rangeEquals(0, BYTE_ORDER_MARK)) {
        body.skip(BYTE_ORDER_MARK.size());
      }
      return parse(body, type, excerpt);
    }

    String text() throws IOException {
      MediaType contentType = response.body().contentType();
      if (contentType != null && !contentType.type().equals("text")) {
        throw unexpected("the body is " + contentType + ", not text", excerpt(), null);
      }
      return readAll().readUtf8();
    }

    /** All of it at once: Moshi reads a buffer faster than a stream, and the page would be held in any case. */
    private Buffer readAll() throws IOException {
      Buffer body = new Buffer();
      try {
        body.writeAll(new CheckedBody(response.body().source(), maxBodyBytes));
        return body;
      } catch (CheckedBody.RefusedException e) {
        throw unexpected(String.valueOf(e.getMessage()), null, null);
      }
    }

    /** What arrived whole and can't be read is unexpected, whatever is thrown about it. */
    private <T> T parse(Buffer body, Class<T> type, @Nullable String excerpt) {
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

    String excerpt() throws IOException {
      // Redacted before it is cut, so that no part of the key is left at the end.
      String text = call.apiKey.redact(response.peekBody(5L * EXCERPT_LENGTH).string());
      return text.substring(0, Math.min(text.length(), EXCERPT_LENGTH));
    }

    UnexpectedResponseException notDecodable(IOException e) {
      return unexpected("the body can't be decoded: " + e, null, e);
    }

    private UnexpectedResponseException unexpected(String what, @Nullable String excerpt, @Nullable Throwable cause) {
      return UnexpectedResponseException.of(response, head, what, excerpt, cause);
    }
  }
}
