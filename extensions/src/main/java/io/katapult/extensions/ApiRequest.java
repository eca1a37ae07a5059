package io.katapult.extensions;

import io.katapult.extensions.internal.RequestOptions;
import io.katapult.extensions.internal.RequestWriter;
import io.katapult.extensions.rules.ParameterException;
import java.time.Duration;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an operation of the spec.
 *
 * @param <R> the request itself
 */
public abstract class ApiRequest<R extends ApiRequest<R>> {
  private final RequestOptions options;

  ApiRequest(RequestOptions options) {
    this.options = options;
  }

  /**
   * Sets a header, and replaces others of the same name. {@code Authorization} is always that of the client, which no
   * other host gets. A header that is set here is also sent to another host if the server redirects there.
   *
   * @param name for example {@code Cache-Control}
   * @param value ASCII without line ends
   * @return a changed copy
   * @throws IllegalArgumentException if they can't be sent
   */
  public R header(String name, String value) {
    return with(new RequestOptions(options.headers().newBuilder().set(name, value).build(), options.deadline()));
  }

  /**
   * Limits the time of this request, instead of {@link RetryPolicy#deadline(Duration)}.
   *
   * @param deadline more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if it is not more than 0
   */
  public R deadline(Duration deadline) {
    return with(new RequestOptions(options.headers(), RetryPolicy.positive("deadline", deadline)));
  }

  /** {@return the headers that were given} */
  public Headers headers() {
    return options.headers();
  }

  /** {@return the deadline; null if that of the client's policy holds} */
  public @Nullable Duration deadline() {
    return options.deadline();
  }

  RequestOptions options() {
    return options;
  }

  abstract R with(RequestOptions changed);

  abstract void writeTo(RequestWriter request, ClientDefaults defaults);
}
