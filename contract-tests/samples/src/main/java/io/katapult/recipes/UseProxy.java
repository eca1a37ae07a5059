package io.katapult.recipes;

import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;

/**
 * Goes through an HTTP proxy that wants a name and a password; pass the client to
 * {@code KatapultClient.builder().callFactory(…)}. Over https, the proxy gets to see the host, and neither the API key
 * nor a token. A proxy that wants no password needs no code: OkHttp takes the one of {@code -Dhttps.proxyHost} and
 * {@code -Dhttps.proxyPort}.
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
                    : null) // It has been refused.
        .build();
  }
}
