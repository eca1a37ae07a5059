package io.katapult.extensions;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one client: on the caller's thread, or on those of OkHttp. */
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

  /** Ends all waits. No call is begun after that. */
  void close() {
    waits.close();
  }

  <T> ApiResponse<T> send(HttpRequest<T> request) {
    CallerThread thread = new CallerThread();
    RetryLoop<T> loop = new RetryLoop<>(this, request, thread, null);
    loop.start();
    try {
      thread.runUntilDone(loop.future);
      return loop.future.get();
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      throw loop.interrupt();
    }
  }

  /** Cancelling the future cancels the call. */
  <T> CompletableFuture<ApiResponse<T>> sendAsync(HttpRequest<T> request) {
    RetryLoop<T> loop = new RetryLoop<>(this, request, new OkHttpThreads(), null);
    loop.start();
    return loop.future;
  }

  /** Waits for the limit before each attempt. Cancelling the future cancels the call. */
  <T> CompletableFuture<ApiResponse<T>> sendWithinLimit(HttpRequest<T> request) {
    RetryLoop<T> loop = new RetryLoop<>(this, request, new OkHttpThreads(), rateLimiter.newPlace());
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

  /** Runs calls, and what follows a wait, on the thread of the caller. */
  private static final class CallerThread implements RetryLoop.Threads {
    private CompletableFuture<Void> wait = CompletableFuture.completedFuture(null);
    private Runnable next = () -> {};

    @Override
    public void send(Call call, RetryLoop<?> loop) {
      Response response;
      try {
        response = call.execute();
      } catch (IOException e) {
        loop.onFailure(call, e);
        return;
      }
      loop.onResponse(call, response);
    }

    @Override
    public void runAfter(CompletableFuture<Void> newWait, Runnable task) {
      wait = newWait;
      next = task;
    }

    void runUntilDone(CompletableFuture<?> future) throws InterruptedException, ExecutionException {
      while (!future.isDone()) {
        wait.get();
        next.run();
      }
    }
  }

  /** Runs calls on the threads of OkHttp, and what follows a wait on one of the client's own. */
  private final class OkHttpThreads implements RetryLoop.Threads {
    @Override
    public void send(Call call, RetryLoop<?> loop) {
      call.enqueue(loop);
    }

    @Override
    public void runAfter(CompletableFuture<Void> wait, Runnable task) {
      waits.runAfter(wait, task);
    }
  }
}
