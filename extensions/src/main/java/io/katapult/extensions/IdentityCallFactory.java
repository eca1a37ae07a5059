package io.katapult.extensions;

import io.katapult.client.SdkVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownServiceException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Says who is asking: by the API key, on requests to the API and on no others, and by {@code User-Agent}.
 *
 * <p>With an {@code OkHttpClient} that happens behind all of the user's interceptors, so that neither they nor the
 * cache get to see it, and anew for each hop, so that no redirect takes it to another host, port or scheme. Any other
 * call factory gets it with the request; OkHttp drops it on such a redirect.
 */
final class IdentityCallFactory implements Call.Factory {
  private static final String USER_AGENT =
      "katapult-java/" + SdkVersion.VERSION + " Java/" + System.getProperty("java.version");
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

  private final Call.Factory delegate;
  private final Supplier<String> apiKey;

  /** Travels with a request, to be put on it at the last moment. */
  private record ApiKey(String value) {
    @Override
    public String toString() {
      return "██";
    }
  }

  IdentityCallFactory(Call.Factory delegate, HttpUrl baseUrl, Supplier<String> apiKey) {
    this.apiKey = apiKey;
    this.delegate =
        // A subclass may do more than its builder knows.
        delegate.getClass() == OkHttpClient.class
            ? ((OkHttpClient) delegate).newBuilder().addNetworkInterceptor(chain -> proceed(chain, baseUrl)).build()
            : request -> delegate.newCall(authorized(request));
  }

  @Override
  public Call newCall(Request request) {
    Request.Builder identified = request.newBuilder().tag(ApiKey.class, new ApiKey(checked(apiKey.get())));
    if (request.header("User-Agent") == null) {
      identified.header("User-Agent", USER_AGENT);
    }
    return delegate.newCall(identified.build());
  }

  /** The text, as long as it was, with the key of the request blanked out: a proxy may well echo it. */
  static String redacted(String text, Request request) {
    ApiKey key = request.tag(ApiKey.class);
    return key == null ? text : text.replace(key.value, "█".repeat(key.value.length()));
  }

  private static Response proceed(Interceptor.Chain chain, HttpUrl baseUrl) throws IOException {
    Request request = chain.request();
    boolean isForTheApi = isSameOrigin(request.url(), baseUrl);
    if (isForTheApi && !request.isHttps() && !isLoopback(chain.connection())) {
      // OkHttp says by this exception, too, that it does not send plain text.
      throw new UnknownServiceException("the API key would go to a proxy or another host in plain http: use https");
    }
    Response response = chain.proceed(isForTheApi ? authorized(request) : request);
    // What comes back holds the key no more: neither interceptors nor a cache with Vary: Authorization get it.
    Request shown = request.newBuilder().header("Authorization", "redacted").build();
    return withinInt(response.newBuilder().request(shown).build());
  }

  /** Whatever the host is called. */
  private static boolean isLoopback(@Nullable Connection connection) {
    InetAddress peer = connection == null ? null : connection.route().socketAddress().getAddress();
    return peer != null && peer.isLoopbackAddress();
  }

  static boolean isSameOrigin(HttpUrl a, HttpUrl b) {
    return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
  }

  /** OkHttp itself reads Retry-After of a 503, and throws a NumberFormatException where it is beyond an int. */
  private static Response withinInt(Response response) {
    String retryAfter = response.header("Retry-After");
    return retryAfter != null && retryAfter.matches("[0-9]{10,}")
        ? response.newBuilder().header("Retry-After", String.valueOf(Integer.MAX_VALUE)).build()
        : response;
  }

  private static Request authorized(Request request) {
    ApiKey key = request.tag(ApiKey.class);
    return key == null ? request : request.newBuilder().header("Authorization", "Bearer " + key.value).build();
  }

  /** Returns the key if an HTTP header can hold it. */
  static String checked(@Nullable String apiKey) {
    String text = ParameterException.requireText("apiKey", apiKey);
    if (!VISIBLE_ASCII.matcher(text).matches()) {
      throw new ParameterException(
          null,
          List.of("apiKey"),
          "apiKey has a character that is not visible ASCII, such as a blank or a line end: give the key alone, without"
              + " Bearer");
    }
    return text;
  }
}
