package io.katapult.benchmark;

import io.katapult.benchmark.nativejackson.ApiClient;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** Records the request and returns a response without a body, so that only building the request is measured. */
final class UnsentHttpClient extends HttpClient {
  HttpRequest last;

  ApiClient apiClient() {
    return new ApiClient() {
      @Override
      public HttpClient getHttpClient() {
        return UnsentHttpClient.this;
      }
    };
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    last = request;
    return (HttpResponse<T>) NO_BODY;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SSLParameters sslParameters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_2;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }

  private static final HttpResponse<InputStream> NO_BODY =
      new HttpResponse<>() {
        private final HttpHeaders headers = HttpHeaders.of(Map.of(), (name, value) -> true);

        @Override
        public int statusCode() {
          return 200;
        }

        @Override
        public HttpRequest request() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<InputStream>> previousResponse() {
          return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
          return headers;
        }

        @Override
        public InputStream body() {
          return null;
        }

        @Override
        public Optional<SSLSession> sslSession() {
          return Optional.empty();
        }

        @Override
        public URI uri() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Version version() {
          return Version.HTTP_1_1;
        }
      };
}
