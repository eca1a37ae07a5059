package io.katapult.extensions.internal;

import io.katapult.client.SdkVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownServiceException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
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
 * Adds the API key to requests to the API, and to no others. Adds {@code User-Agent} to all.
 *
 * <p>With an {@code OkHttpClient}, a network interceptor adds the key after all interceptors and the cache of the user,
 * and redacts it in responses and exceptions before they see these. It does so for each hop, so no redirect sends the
 * key to another host, port or scheme. Any other call factory gets the key with the request; OkHttp drops it on such a
 * redirect.
 *
 * <p>Until then, {@code Authorization} is a fingerprint of the key. With {@code Vary: Authorization}, a cache keeps the
 * responses of different keys apart.
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

  /** A clone of a call has the same request. Not as tags: for these, OkHttp loads the reflection of Kotlin. */
  private final Map<Request, CallState> states = Collections.synchronizedMap(new WeakHashMap<>());

  private volatile @Nullable ApiKey lastKey;

  public AuthCallFactory(
      Call.Factory delegate, HttpUrl baseUrl, Supplier<String> apiKey, long maxBodyBytes, Clock clock) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
    // A subclass may add behaviour that its builder does not copy.
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

  /** Gets the key from the supplier. */
  public CallState newCallState() {
    String given = apiKey.get();
    ApiKey last = lastKey;
    ApiKey key = last != null && last.is(given) ? last : ApiKey.of(given);
    lastKey = key;
    return new CallState(key, clock.nanos());
  }

  /** Returns the exception with the last key redacted. */
  public Throwable redact(Throwable exception) {
    ApiKey last = lastKey;
    return last == null ? exception : last.redact(exception);
  }

  public Call newCall(Request request, CallState state) {
    Request.Builder identified = request.newBuilder();
    identified.header(
        "Authorization", hasInterceptors ? state.apiKey.redactedAuthorization() : state.apiKey.authorization());
    if (request.header("User-Agent") == null) {
      identified.header("User-Agent", USER_AGENT);
    }
    Request sent = identified.build();
    if (hasInterceptors) {
      states.put(sent, state);
    }
    return delegate.newCall(sent);
  }

  /** Returns the response with the key redacted and the length of its body limited. */
  public Response redact(Response response, CallState state) {
    return state.apiKey.redact(response, maxBodyBytes);
  }

  private CallState stateOf(Call call) {
    return Objects.requireNonNull(states.get(call.request()));
  }

  private Response outermost(Interceptor.Chain chain) throws IOException {
    CallState state = stateOf(chain.call());
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
    CallState state = stateOf(chain.call());
    boolean isForTheApi = isSameOrigin(request.url(), baseUrl);
    if (isForTheApi && !request.isHttps() && !isLoopback(chain.connection())) {
      // OkHttp throws the same exception when it refuses to send plain text.
      throw new UnknownServiceException("the API key would go to a proxy or another host in plain http: use https");
    }
    Request sent =
        isForTheApi ? request.newBuilder().header("Authorization", state.apiKey.authorization()).build() : request;
    try {
      // Hides the request with the key from interceptors and the cache.
      Response response = withinInt(chain.proceed(sent).newBuilder().request(request).build());
      return redact(response, state);
    } catch (IOException e) {
      throw state.apiKey.redact(e);
    }
  }

  /** Checks the address, not the name of the host. */
  private static boolean isLoopback(@Nullable Connection connection) {
    InetAddress peer = connection == null ? null : connection.route().socketAddress().getAddress();
    return peer != null && peer.isLoopbackAddress();
  }

  public static boolean isSameOrigin(HttpUrl a, HttpUrl b) {
    return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
  }

  /** OkHttp itself reads Retry-After of a 503, and throws a NumberFormatException for more than an int. */
  private static Response withinInt(Response response) {
    String retryAfter = response.header("Retry-After");
    return retryAfter != null && retryAfter.matches("[0-9]{10,}")
        ? response.newBuilder().header("Retry-After", String.valueOf(Integer.MAX_VALUE)).build()
        : response;
  }
}
