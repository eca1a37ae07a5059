package io.katapult.extensions;

import io.katapult.client.model.ApiError;
import io.katapult.client.model.ErrorDetail;
import org.jspecify.annotations.Nullable;

/**
 * An error that the API reports. There is a subclass for each documented status; an error under another
 * status is an {@code ApiErrorException} itself.
 *
 * @serial exclude
 */
@SuppressWarnings("serial") // The models are not serializable, and exceptions are not sent anywhere.
public sealed class ApiErrorException extends ResponseException {
  private final ApiError error;

  private ApiErrorException(Head head, ApiError error, String what, History history) {
    super(head, what, null, history);
    this.error = error;
  }

  static ApiErrorException of(Head head, ApiError error) {
    StringBuilder what = new StringBuilder(error.code());
    if (error.description() != null) {
      what.append(": ").append(error.description());
    }
    // Its properties alone, {details=…}, and nothing if it has none.
    String detail = error.detail().toString().replaceFirst("^\\w+(?=\\{)", "");
    if (!detail.equals("{}")) {
      what.append(' ').append(detail);
    }
    return of(head, error, describe(head, "", what.toString()), History.NONE);
  }

  private static ApiErrorException of(Head head, ApiError error, String what, History history) {
    return switch (head.status()) {
      case 400 -> new BadRequest(head, error, what, history);
      case 403 -> new Forbidden(head, error, what, history);
      case 404 -> new NotFound(head, error, what, history);
      case 429 -> new TooManyRequests(head, error, what, history);
      case 500 -> new InternalServerError(head, error, what, history);
      case 503 -> new ServiceUnavailable(head, error, what, history);
      default -> new ApiErrorException(head, error, what, history);
    };
  }

  @Override
  ApiErrorException copy(String newWhat, @Nullable Throwable newCause, History newHistory) {
    return of(head, error, newWhat, newHistory);
  }

  /** {@return which error it is, one of {@link io.katapult.client.model.ErrorCode} or one not documented yet} */
  public String code() {
    return error.code();
  }

  /** {@return which error it is, for people; null if the API does not say} */
  public @Nullable String description() {
    return error.description();
  }

  /** {@return what is known beyond the code; which of its properties are there depends on the code} */
  public ErrorDetail detail() {
    return error.detail();
  }

  /** Status 400: the token is missing, or the request is not understood. */
  public static final class BadRequest extends ApiErrorException {
    private BadRequest(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }

  /** Status 403: the token is not valid, may not do this, or its organization may not. */
  public static final class Forbidden extends ApiErrorException {
    private Forbidden(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }

  /** Status 404: there is no such organization, or no such route. */
  public static final class NotFound extends ApiErrorException {
    private NotFound(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }

  /** Status 429: the limit of requests per wall-clock minute is reached. */
  public static final class TooManyRequests extends ApiErrorException {
    private TooManyRequests(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }

  /** Status 500: the server failed. */
  public static final class InternalServerError extends ApiErrorException {
    private InternalServerError(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }

  /** Status 503: the service is down for a while. */
  public static final class ServiceUnavailable extends ApiErrorException {
    private ServiceUnavailable(Head head, ApiError error, String what, History history) {
      super(head, error, what, history);
    }
  }
}
