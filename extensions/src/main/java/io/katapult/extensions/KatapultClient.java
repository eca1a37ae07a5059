package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import io.katapult.extensions.internal.ApiKey;
import io.katapult.extensions.internal.ApiOperation;
import io.katapult.extensions.internal.Arguments;
import io.katapult.extensions.internal.AuthCallFactory;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.internal.RequestWriter;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import retrofit2.Retrofit;
import retrofit2.converter.moshi.MoshiConverterFactory;

/**
 * A client of the Katapult Core API. Its operations are in groups, by the tags of the spec.
 *
 * <pre>{@code
 * try (KatapultClient katapult = KatapultClient.fromEnvironment()) {
 *   for (ApiToken token : katapult.apiTokens().all()) {
 *     System.out.println(token.name() + " expires " + token.expiresAt());
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads; make one and keep it.
 */
public final class KatapultClient extends ApiResources implements AutoCloseable {
  private final @Nullable OkHttpClient ownHttpClient;
  private final ClientDefaults defaults;
  private final HttpUrl baseUrl;
  private final AuthCallFactory callFactory;
  private final Moshi moshi;
  private final RequestSender sender;
  final Executor executor;

  private KatapultClient(Builder builder) {
    if (builder.apiKey == null) {
      throw Arguments.invalid(
          "apiKey",
          "is missing: set the environment variable KATAPULT_API_KEY for fromEnvironment(), or pass a key to the"
              + " builder");
    }
    defaults = builder.defaults();
    baseUrl = checkedBaseUrl(HttpUrl.parse(builder.baseUrl));
    Call.Factory given = builder.callFactory;
    ownHttpClient = given == null ? newHttpClient() : null;
    callFactory =
        new AuthCallFactory(
            given == null ? Objects.requireNonNull(ownHttpClient) : given,
            baseUrl,
            builder.apiKey,
            builder.maxBodyBytes,
            builder.clock);

    moshi = builder.moshi.newBuilder().add(new KatapultJsonAdapterFactory()).build();
    ResponseReader reader = new ResponseReader(moshi);
    sender = new RequestSender(callFactory, reader, builder.retryPolicy, builder.clock);
    executor = builder.executor;
  }

  /** {@return a builder; only the API key must be given} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Makes a client from the environment variables {@code KATAPULT_API_KEY} and, where they are set,
   * {@code KATAPULT_ORGANIZATION}, the sub-domain of the organization, and {@code KATAPULT_BASE_URL}.
   *
   * @return a client
   * @throws ParameterException if there is no usable API key, or one of the others is blank or can't be used
   */
  public static KatapultClient fromEnvironment() {
    return builder().environment(System.getenv()).build();
  }

  /**
   * Makes a generated Retrofit interface. Its calls carry the API key, and their parameters are checked and put in
   * order as by this client. Errors are those of Retrofit: responses that are not successful, and {@code IOException}s.
   *
   * @param type for example {@code ApiTokensApi.class}
   * @param <A> the interface
   * @return an implementation
   */
  public <A> A api(Class<A> type) {
    return api(type, new Retrofit.Builder());
  }

  /**
   * Makes a generated Retrofit interface with the call adapters and the executor of your Retrofit. Its converters
   * come after those of the client. Its base URL and its call factory are not used, and it is not changed.
   *
   * @param type for example {@code ApiTokensApi.class}
   * @param retrofit yours
   * @param <A> the interface
   * @return an implementation
   */
  public <A> A api(Class<A> type, Retrofit retrofit) {
    return api(type, retrofit.newBuilder());
  }

  private <A> A api(Class<A> type, Retrofit.Builder retrofit) {
    retrofit.converterFactories().add(0, MoshiConverterFactory.create(moshi));
    return retrofit.baseUrl(baseUrl).callFactory(new ParameterRulesCallFactory(callFactory)).build().create(type);
  }

  /**
   * Frees threads and idle connections, unless you passed in the HTTP client: that is yours to close. Running calls
   * finish, and their connections close some minutes later. Asynchronous calls that OkHttp has not started fail with a
   * {@link ConnectionException}. Calls that wait for another attempt or for the rate limit fail at once with an
   * {@link IllegalStateException}, and so does every later call. Calls of {@link #api(Class)} depend on the HTTP client
   * only.
   */
  @Override
  public void close() {
    sender.close();
    if (ownHttpClient != null) {
      ownHttpClient.dispatcher().executorService().shutdown();
      ownHttpClient.connectionPool().evictAll();
    }
  }

  /** {@return the base URL and the defaults of requests, not the API key} */
  @Override
  public String toString() {
    HttpUrl shown = UnexpectedResponseException.withoutSecrets(baseUrl);
    return "KatapultClient{baseUrl=" + shown + ", " + defaults + '}';
  }

  <T> ApiResponse<T> send(ApiOperation<T> operation, ApiRequest<?> request) {
    return sender.send(http(operation, request));
  }

  <T> CompletableFuture<ApiResponse<T>> sendAsync(ApiOperation<T> operation, ApiRequest<?> request) {
    try {
      return completedOn(executor, sender.sendAsync(http(operation, request)));
    } catch (ParameterException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Completes on no executor of the user: a listing that is read there would wait for itself. */
  <T> CompletableFuture<ApiResponse<T>> sendWithinLimit(ApiOperation<T> operation, ApiRequest<?> request) {
    return sender.sendWithinLimit(http(operation, request));
  }

  private <T> HttpRequest<T> http(ApiOperation<T> operation, ApiRequest<?> request) {
    Objects.requireNonNull(request, "request");
    RequestWriter writer = new RequestWriter(baseUrl, operation, moshi);
    request.writeTo(writer, defaults);
    Integer page = request instanceof PagedRequest<?> paged ? paged.page() : null;
    return new HttpRequest<>(
        writer.build(request.options()), operation, Objects.requireNonNullElse(page, 1), request.deadline());
  }

  /** The call that would be sent, for tests and benchmarks. */
  Call newCall(ApiOperation<?> operation, ApiRequest<?> request) {
    return callFactory.newCall(http(operation, request).http());
  }

  @Override
  KatapultClient katapult() {
    return this;
  }

  /**
   * Returns a future that completes like the other one, but on the executor. It fails with what the executor throws.
   * Cancelling it cancels the other one.
   */
  private static <T> CompletableFuture<T> completedOn(Executor executor, CompletableFuture<T> other) {
    CompletableFuture<T> future = new CompletableFuture<>();
    future.whenComplete((value, failure) -> other.cancel(true));
    other
        .whenCompleteAsync(
            (value, failure) -> {
              if (failure == null) {
                future.complete(value);
              } else {
                future.completeExceptionally(failure);
              }
            },
            executor)
        .whenComplete(
            (value, rejected) -> {
              if (rejected != null) {
                future.completeExceptionally(rejected.getCause());
              }
            });
    return future;
  }

  /** A listing may fetch many pages at once from one host. OkHttp limits that to 5 unless told otherwise. */
  private static OkHttpClient newHttpClient() {
    Dispatcher dispatcher = new Dispatcher(Executors.newCachedThreadPool(Clock::newDaemonThread));
    dispatcher.setMaxRequestsPerHost(dispatcher.getMaxRequests());
    return new OkHttpClient.Builder().dispatcher(dispatcher).build();
  }

  private static HttpUrl checkedBaseUrl(@Nullable HttpUrl url) {
    if (url == null) {
      throw Arguments.invalid(
          "baseUrl", "is not a URL that begins with http:// or https://: give one such as " + ClientDefaults.BASE_URL);
    }
    if (url.query() != null || url.fragment() != null) {
      throw Arguments.invalid("baseUrl", "has a query or a fragment: leave it out");
    }
    if (!url.isHttps() && !isLoopback(url.host())) {
      throw Arguments.invalid(
          "baseUrl", "is plain http to " + url.host() + ", which would show the API key on the way: use https");
    }
    return url.encodedPath().endsWith("/") ? url : url.newBuilder().addPathSegment("").build();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
  }

  /** Builds clients. Not safe for use by more than one thread. */
  public static final class Builder extends ClientDefaults.Builder<Builder> {
    private @Nullable Supplier<String> apiKey;
    private String baseUrl = ClientDefaults.BASE_URL;
    private Call.@Nullable Factory callFactory;
    private Moshi moshi = new Moshi.Builder().build();
    private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
    private long maxBodyBytes = 64L << 20;
    private Executor executor = Runnable::run;
    private Clock clock = Clock.SYSTEM;

    private Builder() {}

    /**
     * Sends this key with each request, over https or to a loopback address only.
     *
     * @param apiKey an API token, or an OAuth2 access token
     * @return this builder
     * @throws ParameterException if it is blank, or has other characters than visible ASCII
     */
    public Builder apiKey(String apiKey) {
      ApiKey.of(apiKey);
      this.apiKey = () -> apiKey;
      return this;
    }

    /**
     * Gets the key before each attempt, for keys that are rotated and OAuth2 access tokens that expire.
     *
     * @param apiKey returns an API token, or an OAuth2 access token. Many threads call it. It should be fast: the
     *     pages of a listing wait for it one after the other. Callers of the client get what it throws
     * @return this builder
     */
    public Builder apiKey(Supplier<String> apiKey) {
      this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
      return this;
    }

    /**
     * Takes the API key, the organization and the base URL from environment variables. A variable that is not set
     * changes nothing.
     *
     * @param environment for example {@code System.getenv()}; {@code KATAPULT_API_KEY},
     *     {@code KATAPULT_ORGANIZATION}, the sub-domain of the organization, and {@code KATAPULT_BASE_URL}
     * @return this builder
     * @throws ParameterException if one of them is set and blank, or the key has other characters than visible ASCII
     */
    public Builder environment(Map<String, String> environment) {
      String key = environment.get("KATAPULT_API_KEY");
      if (key != null) {
        Arguments.requireText("KATAPULT_API_KEY", key);
        apiKey(key);
      }
      readEnvironment(environment);
      String url = environment.get("KATAPULT_BASE_URL");
      if (url != null) {
        baseUrl(Arguments.requireText("KATAPULT_BASE_URL", url));
      }
      return this;
    }

    /**
     * Sends requests to this URL.
     *
     * @param baseUrl https, or http to a loopback address; the default is the server of the spec
     * @return this builder
     */
    public Builder baseUrl(String baseUrl) {
      this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
      return this;
    }

    /**
     * Sends requests through this.
     *
     * @param callFactory your {@code OkHttpClient}, or anything else that makes calls. The client does not close it.
     *     The interceptors and the cache of an {@code OkHttpClient} see only a fingerprint of the API key: a cache
     *     tells keys apart if the server sends {@code Vary: Authorization}, and is otherwise for one key only. Any
     *     other factory gets the key as a header. The default is an {@code OkHttpClient} of the client's own
     * @return this builder
     */
    public Builder callFactory(Call.Factory callFactory) {
      this.callFactory = Objects.requireNonNull(callFactory, "callFactory");
      return this;
    }

    /**
     * Reads responses with this Moshi. Its adapters take precedence over the generated ones. It is not changed.
     *
     * @param moshi yours
     * @return this builder
     */
    public Builder moshi(Moshi moshi) {
      this.moshi = Objects.requireNonNull(moshi, "moshi");
      return this;
    }

    /**
     * Retries failed requests by this policy.
     *
     * @param retryPolicy the default is {@link RetryPolicy#DEFAULT}
     * @return this builder
     */
    public Builder retryPolicy(RetryPolicy retryPolicy) {
      this.retryPolicy = Objects.requireNonNull(retryPolicy, "retryPolicy");
      return this;
    }

    /**
     * Limits the size of a response body. A longer one is an {@link UnexpectedResponseException}.
     *
     * @param maxBodyBytes bytes after decompression, at least 1; the default is 64 MiB
     * @return this builder
     * @throws ParameterException if it is less than 1
     */
    public Builder maxBodyBytes(long maxBodyBytes) {
      Arguments.requireAtLeast(1, "maxBodyBytes", maxBodyBytes);
      this.maxBodyBytes = maxBodyBytes;
      return this;
    }

    /**
     * Completes the futures of asynchronous calls, and passes the items of asynchronous listings, on this executor.
     *
     * @param executor runs what depends on the futures and the items. The client does not close it. If it rejects a
     *     task, the future fails with its exception. The default is to use the threads of the HTTP client, which must
     *     not be blocked: another call may wait for one
     * @return this builder
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Makes the client. Sends nothing.
     *
     * @return a new client
     * @throws ParameterException if the API key is missing; if the base URL is not one, has a query or a fragment, or
     *     is plain http to another host than a loopback address
     */
    public KatapultClient build() {
      return new KatapultClient(this);
    }
  }
}
