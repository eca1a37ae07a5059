package io.katapult.extensions;

import io.katapult.client.model.ApiError;
import io.katapult.client.model.ErrorDetail;
import okhttp3.Response;
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

  private ApiErrorException(Response response, ApiError error) {
    super(response, "", error.description() == null ? error.code() : error.code() + ": " + error.description(), null);
    this.error = error;
  }

  static ApiErrorException of(Response response, ApiError error) {
    return switch (response.code()) {
      case 400 -> new BadRequest(response, error);
      case 403 -> new Forbidden(response, error);
      case 404 -> new NotFound(response, error);
      case 429 -> new TooManyRequests(response, error);
      case 500 -> new InternalServerError(response, error);
      case 503 -> new ServiceUnavailable(response, error);
      default -> new ApiErrorException(response, error);
    };
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
    private BadRequest(Response response, ApiError error) {
      super(response, error);
    }
  }

  /** Status 403: the token is not valid, may not do this, or its organization may not. */
  public static final class Forbidden extends ApiErrorException {
    private Forbidden(Response response, ApiError error) {
      super(response, error);
    }
  }

  /** Status 404: there is no such organization, or no such route. */
  public static final class NotFound extends ApiErrorException {
    private NotFound(Response response, ApiError error) {
      super(response, error);
    }
  }

  /** Status 429: the limit of requests per wall-clock minute is reached. */
  public static final class TooManyRequests extends ApiErrorException {
    private TooManyRequests(Response response, ApiError error) {
      super(response, error);
    }
  }

  /** Status 500: the server failed. */
  public static final class InternalServerError extends ApiErrorException {
    private InternalServerError(Response response, ApiError error) {
      super(response, error);
    }
  }

  /** Status 503: the service is down for a while. */
  public static final class ServiceUnavailable extends ApiErrorException {
    private ServiceUnavailable(Response response, ApiError error) {
      super(response, error);
    }
  }
}
