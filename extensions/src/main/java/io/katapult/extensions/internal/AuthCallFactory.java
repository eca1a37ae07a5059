package io.katapult.extensions.internal;

import io.katapult.client.SdkVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownServiceException;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends the API key with requests to the API and with no others, and {@code User-Agent} with each.
 *
 * <p>With an {@code OkHttpClient} the key is put on the request behind all of the user's interceptors and the cache, and
 * is blanked out of responses and exceptions before they see those. It is put on anew for each hop, so that no redirect
 * takes it to another host, port or scheme. Any other call factory gets it with the request; OkHttp drops it on such a
 * redirect.
 *
 * <p>Above that, {@code Authorization} has a fingerprint of the key: with {@code Vary: Authorization}, a cache keeps the
 * responses for one key from another.
 */
public final class AuthCallFactory implements Call.Factory {
  private static final String USER_AGENT =
      "katapult-java/" + SdkVersion.VERSION + " Java/" + System.getProperty("java.version");

  private final Call.Factory delegate;
  private final boolean hasInterceptors;
  private final HttpUrl baseUrl;
  private final Supplier<String> apiKey;
  private final long maxBodyBytes;
  private final Clock clock;
  private volatile @Nullable ApiKey lastKey;

  public AuthCallFactory(
      Call.Factory delegate, HttpUrl baseUrl, Supplier<String> apiKey, long maxBodyBytes, Clock clock) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
    // A subclass may do more than its builder knows.
    hasInterceptors = delegate.getClass() == OkHttpClient.class;
    this.delegate = hasInterceptors ? intercepted((OkHttpClient) delegate) : delegate;
  }

  private OkHttpClient intercepted(OkHttpClient client) {
    OkHttpClient.Builder builder = client.newBuilder();
    builder.interceptors().add(0, this::outermost);
    return builder.addNetworkInterceptor(this::innermost).build();
  }

  @Override
  public Call newCall(Request request) {
    return newCall(request, newCallState());
  }

  /** Asks for the key. */
  public CallState newCallState() {
    String given = apiKey.get();
    ApiKey last = lastKey;
    ApiKey key = last != null && last.is(given) ? last : ApiKey.of(given);
    lastKey = key;
    return new CallState(key, clock.nanos());
  }

  /** Returns the exception without the last key that was sent. */
  public Throwable redact(Throwable exception) {
    ApiKey last = lastKey;
    return last == null ? exception : last.redact(exception);
  }

  public Call newCall(Request request, CallState state) {
    Request.Builder identified = request.newBuilder().tag(CallState.class, state);
    identified.header(
        "Authorization", hasInterceptors ? state.apiKey.redactedAuthorization() : state.apiKey.authorization());
    if (request.header("User-Agent") == null) {
      identified.header("User-Agent", USER_AGENT);
    }
    return delegate.newCall(identified.build());
  }

  /** Returns the response without the key, with a body of limited length. */
  public Response redact(Response response, CallState state) {
    return state.apiKey.redact(response, maxBodyBytes);
  }

  private Response outermost(Interceptor.Chain chain) throws IOException {
    CallState state = chain.request().tag(CallState.class);
    if (state == null) {
      return chain.proceed(chain.request());
    }
    state.startedAt = clock.nanos();
    try {
      return redact(chain.proceed(chain.request()), state);
    } catch (IOException e) {
      throw state.apiKey.redact(e);
    } catch (RuntimeException e) {
      throw state.apiKey.redact(e);
    } catch (Error e) {
      throw state.apiKey.redact(e);
    }
  }

  private Response innermost(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    CallState state = request.tag(CallState.class);
    if (state == null) {
      return chain.proceed(request);
    }
    boolean isForTheApi = isSameOrigin(request.url(), baseUrl);
    if (isForTheApi && !request.isHttps() && !isLoopback(chain.connection())) {
      // OkHttp says by this exception, too, that it does not send plain text.
      throw new UnknownServiceException("the API key would go to a proxy or another host in plain http: use https");
    }
    Request sent =
        isForTheApi ? request.newBuilder().header("Authorization", state.apiKey.authorization()).build() : request;
    try {
      // Neither interceptors nor the cache get to see the request that was sent.
      Response response = withinInt(chain.proceed(sent).newBuilder().request(request).build());
      return redact(response, state);
    } catch (IOException e) {
      throw state.apiKey.redact(e);
    }
  }

  /** Whatever the host is called. */
  private static boolean isLoopback(@Nullable Connection connection) {
    InetAddress peer = connection == null ? null : connection.route().socketAddress().getAddress();
    return peer != null && peer.isLoopbackAddress();
  }

  public static boolean isSameOrigin(HttpUrl a, HttpUrl b) {
    return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
  }

  /** OkHttp itself reads Retry-After of a 503, and throws a NumberFormatException where it is beyond an int. */
  private static Response withinInt(Response response) {
    String retryAfter = response.header("Retry-After");
    return retryAfter != null && retryAfter.matches("[0-9]{10,}")
        ? response.newBuilder().header("Retry-After", String.valueOf(Integer.MAX_VALUE)).build()
        : response;
  }
}
