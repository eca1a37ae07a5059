package io.katapult.extensions;

import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A response that does not match the spec: a page of a proxy, an empty body, JSON that is cut off or of another shape,
 * or another page than the requested one. The message has the URL without its query, and the place in the body.
 *
 * @serial exclude
 */
public final class UnexpectedResponseException extends ResponseException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String excerpt;

  private UnexpectedResponseException(
      Head head, String what, @Nullable String excerpt, @Nullable Throwable cause, History history) {
    super(head, what, cause, history);
    this.excerpt = excerpt;
  }

  static UnexpectedResponseException of(
      Response response, Head head, String what, @Nullable String excerpt, @Nullable Throwable cause) {
    String described = describe(head, " from " + withoutSecrets(response.request().url()), what);
    return new UnexpectedResponseException(head, described, excerpt, cause, History.NONE);
  }

  @Override
  UnexpectedResponseException copy(String newWhat, @Nullable Throwable newCause, History newHistory) {
    return new UnexpectedResponseException(head, newWhat, excerpt, newCause, newHistory);
  }

  static HttpUrl withoutSecrets(HttpUrl url) {
    return url.newBuilder().username("").password("").query(null).fragment(null).build();
  }

  /**
   * The beginning of the body, at most 8192 characters, with asterisks instead of the API key.
   *
   * @return the text, empty if the body is; null for a successful response in JSON, which can contain secrets, and for
   *     a body that is too long or not UTF-8
   */
  public @Nullable String excerpt() {
    return excerpt;
  }
}
