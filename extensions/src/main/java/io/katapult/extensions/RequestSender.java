package io.katapult.extensions;

import io.katapult.extensions.internal.AuthCallFactory;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.internal.RateLimiter;
import io.katapult.extensions.internal.Waits;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one client, on the caller's thread or on those of OkHttp. */
final class RequestSender {
  final AuthCallFactory callFactory;
  final ResponseReader responseReader;
  final RetryPolicy retryPolicy;
  final Clock clock;
  final Waits waits;
  final RateLimiter rateLimiter;

  RequestSender(AuthCallFactory callFactory, ResponseReader responseReader, RetryPolicy retryPolicy, Clock clock) {
    this.callFactory = callFactory;
    this.responseReader = responseReader;
    this.retryPolicy = retryPolicy;
    this.clock = clock;
    waits = new Waits(clock);
    rateLimiter = new RateLimiter(clock, waits);
  }

  /** Ends all waits. No call starts after that. */
  void close() {
    waits.close();
  }

  /** Runs everything on the caller's thread: interceptors may look for a context there, such as a trace. */
  <T> ApiResponse<T> send(HttpRequest<T> request) {
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    RetryLoop<T> loop = new RetryLoop<>(this, request, RequestSender::execute, tasks::add, null);
    loop.start();
    try {
      while (!loop.future.isDone()) {
        tasks.take().run();
      }
      return loop.future.get();
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      throw loop.interrupt();
    }
  }

  private static void execute(Call call, Callback callback) throws IOException {
    Response response;
    try {
      response = call.execute();
    } catch (IOException e) {
      callback.onFailure(call, e);
      return;
    }
    callback.onResponse(call, response);
  }

  /** Cancelling the future cancels the call. */
  <T> CompletableFuture<ApiResponse<T>> sendAsync(HttpRequest<T> request) {
    RetryLoop<T> loop = new RetryLoop<>(this, request, Call::enqueue, clock::execute, null);
    loop.start();
    return loop.future;
  }

  /** Waits for the rate limit before each attempt. Cancelling the future cancels the call. */
  <T> CompletableFuture<ApiResponse<T>> sendWithinLimit(HttpRequest<T> request) {
    RetryLoop<T> loop = new RetryLoop<>(this, request, Call::enqueue, clock::execute, rateLimiter.newPlace());
    loop.startInTurn();
    return loop.future;
  }

  /** Throws an error, and returns any other exception so that it can be thrown. */
  static RuntimeException unchecked(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
  }
}
