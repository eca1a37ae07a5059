package io.katapult.extensions;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonEncodingException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.Moshi;
import io.katapult.client.model.ErrorResponse;
import java.io.EOFException;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Makes of a response what it says, or the exception that it is. */
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
   * Reads a response to its end; closing it is up to the caller.
   *
   * @throws ResponseException if it is not a successful one with the given type as its body
   * @throws IOException if the body does not arrive
   */
  <T> T read(Response response, Class<T> type) throws IOException {
    if (response.isSuccessful()) {
      return readJson(response, type, null);
    }
    String excerpt = excerpt(response);
    throw ApiErrorException.of(response, readJson(response, ErrorResponse.class, excerpt).error());
  }

  private <T> T readJson(Response response, Class<T> type, @Nullable String excerpt) throws IOException {
    MediaType contentType = response.body().contentType();
    if (contentType != null && !contentType.subtype().equals("json") && !contentType.subtype().endsWith("+json")) {
      throw new UnexpectedResponseException(
          response, "the body is " + contentType + ", not JSON", excerpt == null ? excerpt(response) : excerpt, null);
    }
    // All of it at once: Moshi reads a buffer faster than a stream, and the page would be held in any case.
    Buffer source = new Buffer();
    source.writeAll(new CheckedBody(response, maxBodyBytes));
    if (source.exhausted()) {
      throw new UnexpectedResponseException(response, "the body is empty", "", null);
    }
    if (source.rangeEquals(0, BYTE_ORDER_MARK)) {
      source.skip(BYTE_ORDER_MARK.size());
    }
    JsonReader reader = JsonReader.of(source);
    JsonAdapter<T> adapter = moshi.adapter(type);
    try {
      T value = adapter.fromJson(reader);
      if (value == null) {
        throw new JsonDataException("Expected an object but was null at path $");
      }
      if (reader.peek() != JsonReader.Token.END_DOCUMENT) {
        throw new JsonDataException("Expected the end but was " + reader.peek() + " behind path $");
      }
      return value;
    } catch (JsonDataException e) {
      String message = e.getMessage() == null ? "the body has another shape" : e.getMessage();
      throw new UnexpectedResponseException(response, message, excerpt, e);
    } catch (JsonEncodingException e) {
      throw new UnexpectedResponseException(
          response, "the body is not JSON at path " + reader.getPath(), excerpt, e);
    } catch (EOFException e) {
      throw new UnexpectedResponseException(
          response, "the body is cut off at path " + reader.getPath(), excerpt, e);
    }
  }

  private static String excerpt(Response response) throws IOException {
    // Blanked out before it is cut, so that no part of the key is left at the end.
    String text = IdentityCallFactory.redacted(response.peekBody(5L * EXCERPT_LENGTH).string(), response.request());
    return text.substring(0, Math.min(text.length(), EXCERPT_LENGTH));
  }
}
