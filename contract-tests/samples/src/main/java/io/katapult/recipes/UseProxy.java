package io.katapult.recipes;

import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;

/**
 * Uses an HTTP proxy that requires a user name and a password. Pass the client to
 * {@code KatapultClient.builder().callFactory(…)}.
 *
 * <p>Over https, the proxy sees the host, but neither the API key nor any token. A proxy without a password needs no
 * code: OkHttp uses {@code -Dhttps.proxyHost} and {@code -Dhttps.proxyPort}.
 */
final class UseProxy {
  private UseProxy() {}

  static OkHttpClient through(InetSocketAddress proxy, String name, String password) {
    return new OkHttpClient.Builder()
        .proxy(new Proxy(Proxy.Type.HTTP, proxy))
        .proxyAuthenticator(
            (route, response) ->
                response.request().header("Proxy-Authorization") == null
                    ? response
                        .request()
                        .newBuilder()
                        .header("Proxy-Authorization", Credentials.basic(name, password))
                        .build()
                    : null) // The proxy rejected these credentials.
        .build();
  }
}
