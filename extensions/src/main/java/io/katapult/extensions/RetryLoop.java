package io.katapult.extensions;

import io.katapult.client.model.Pagination;
import io.katapult.extensions.internal.ApiKey;
import io.katapult.extensions.internal.AuthCallFactory;
import io.katapult.extensions.internal.CallState;
import io.katapult.extensions.internal.WaitLog;
import io.katapult.extensions.internal.Waits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, and retries it by the policy. Completes a future with the response or an exception. Removes the
 * API key from every exception.
 */
final class RetryLoop<T> implements Callback {
  /** Sends a call, on any thread, and passes the result to the callback. */
  interface Sender {
    void send(Call call, Callback callback) throws IOException;
  }

  final CompletableFuture<ApiResponse<T>> future = new CompletableFuture<>();
  private final RequestSender sender;
  private final HttpRequest<T> request;
  private final RetryPolicy policy;
  private final Sender calls;

  /** Runs the next attempt after a wait. */
  private final Executor executor;

  /** The place in the queue for the rate limit; null if this request does not wait for it. */
  private final @Nullable Long place;

  /** Only one thread at a time uses the fields from here on. */
  private final List<Attempt> failed = new ArrayList<>();
  private Duration spent = Duration.ZERO;
  private boolean endsAtDeadline;
  private @Nullable CallState state;
  private boolean hasTurn;
  private CompletableFuture<Void> wait = CompletableFuture.completedFuture(null);

  RetryLoop(
      RequestSender sender, HttpRequest<T> request, Sender calls, Executor executor, @Nullable Long place) {
    this.sender = sender;
    this.request = request;
    this.calls = calls;
    this.executor = executor;
    this.place = place;
    policy = request.deadline() == null ? sender.retryPolicy : sender.retryPolicy.deadline(request.deadline());
  }

  private void onCancel(Runnable cancel) {
    future.whenComplete(
        (response, failure) -> {
          if (future.isCancelled()) {
            cancel.run();
          }
        });
  }

  /** Starts when the rate limit lets this request through, on the thread that finds that out. */
  void startInTurn() {
    if (!future.isDone()) {
      CompletableFuture<Void> turn = sender.rateLimiter.acquire(Objects.requireNonNull(place), this::start);
      onCancel(() -> turn.cancel(false));
    }
  }

  /** Starts an attempt, unless the future is done. */
  void start() {
    hasTurn = place != null;
    boolean isSent = false;
    try {
      Call call = future.isDone() ? null : newCall();
      isSent = call != null && !future.isDone();
      if (call != null && isSent) {
        calls.send(call, this);
      } else {
        endTurn(false);
      }
    } catch (Throwable e) {
      endTurn(isSent);
      // OkHttp is Kotlin, and throws it undeclared.
      if (e instanceof InterruptedException) {
        interrupt();
      } else {
        fail(redact(e));
      }
    }
  }

  /** Not on a thread that lets other requests through: what depends on the future may wait for one of them. */
  private void fail(Throwable failure) {
    if (place != null) {
      try {
        executor.execute(() -> future.completeExceptionally(failure));
        return;
      } catch (Throwable e) {
        failure.addSuppressed(e);
      }
    }
    future.completeExceptionally(failure);
  }

  private Call newCall() {
    if (sender.waits.isClosed()) {
      throw new IllegalStateException(
          "This KatapultClient has been closed: keep it open until all listings are read",
          failed.isEmpty() ? null : failed.get(failed.size() - 1).failure());
    }
    CallState newState = sender.callFactory.newCallState();
    Call call = sender.callFactory.newCall(request.http(), newState);
    limitTime(call);
    state = newState;
    onCancel(call::cancel);
    return call;
  }

  private void limitTime(Call newCall) {
    long left = Math.max(1, policy.deadline().minus(spent).toNanos());
    long own = newCall.timeout().timeoutNanos();
    endsAtDeadline = own == 0 || left <= own;
    newCall.timeout().timeout(endsAtDeadline ? left : own, TimeUnit.NANOSECONDS);
  }

  private void endTurn(boolean isSent) {
    if (hasTurn) {
      hasTurn = false;
      if (isSent) {
        sender.rateLimiter.budget.end();
      } else {
        sender.rateLimiter.budget.giveBack();
      }
    }
  }

  @Override
  public void onResponse(Call finished, Response received) {
    endTurn(true);
    CallState callState = Objects.requireNonNull(state);
    KatapultException failure;
    try (received;
        Response response = sender.callFactory.redact(received, callState)) {
      future.complete(read(response, callState));
      return;
    } catch (IOException e) {
      failure = noResponse(e);
    } catch (KatapultException e) {
      failure = e;
    } catch (Throwable e) {
      future.completeExceptionally(redact(e));
      return;
    }
    failed(failure, finished);
  }

  @Override
  public void onFailure(Call finished, IOException e) {
    endTurn(true);
    failed(noResponse(e), finished);
  }

  private ApiResponse<T> read(Response response, CallState callState) throws IOException {
    RateLimit rateLimit = RateLimit.of(response, sender.clock.now());
    ResponseException.Head head = new ResponseException.Head(response.code(), response.headers(), rateLimit);
    HttpUrl url = response.request().url();
    if (!AuthCallFactory.isSameOrigin(url, request.http().url())) {
      String what = "not the API, which redirected there: if it has moved, set baseUrl";
      throw UnexpectedResponseException.of(response, head, what, null, null);
    }
    if (rateLimit != null) {
      sender.rateLimiter.budget.learn(rateLimit.permitted(), rateLimit.remaining(), rateLimit.resetsIn());
    }
    T body = sender.responseReader.read(response, head, request.operation().type(), callState.apiKey);
    Function<T, Pagination> pagination = request.operation().pagination();
    if (pagination != null) {
      int page = pagination.apply(body).currentPage();
      // HTTP/1.1 has nothing that tells which response is to which request.
      if (page != request.page()) {
        String what = "the body is page " + page + ", not the one that was asked for";
        throw UnexpectedResponseException.of(response, head, what, null, null);
      }
    }
    boolean fromCache =
        response.cacheResponse() != null
            && (response.networkResponse() == null || response.networkResponse().code() == 304);
    return new ApiResponse<>(body, response.code(), response.headers(), rateLimit, List.copyOf(failed), fromCache);
  }

  private ConnectionException noResponse(IOException cause) {
    boolean isOver =
        endsAtDeadline && cause.getClass() == InterruptedIOException.class && "timeout".equals(cause.getMessage());
    String what = isOver ? "its deadline of " + policy.deadline() + " is over" : cause.toString();
    return ConnectionException.of(request.http().url().host(), what, cause);
  }

  /** Schedules another attempt, or fails. */
  private void failed(KatapultException failure, Call finished) {
    CallState callState = Objects.requireNonNull(state);
    try {
      spent = spent.plus(sender.clock.since(callState.startedAt));
      RetryPolicy.Decision decision =
          // OkHttp also cancels a call that times out.
          finished.isCanceled() && FailureKind.of(failure) != FailureKind.OUT_OF_TIME
              ? RetryPolicy.Decision.noMore("the call was cancelled")
              : policy.decide(
                  failure, failed.size() + 1, spent, sender.clock, request.operation().isRepeatable());
      History history = new History(request.page(), failed, decision.reason(), decision.isRefusal());
      KatapultException complete = failure.with(history, callState.apiKey);
      Duration delay = decision.delay();
      if (delay == null) {
        future.completeExceptionally(complete);
        return;
      }
      failed.add(new Attempt(complete, delay, decision.reason()));
      spent = spent.plus(delay);
      WaitLog.log(delay, () -> describe(failure, decision.reason(), callState.apiKey));
      if (place != null && FailureKind.of(failure) == FailureKind.TOO_MANY_REQUESTS) {
        // The rate limit is for all requests: they wait together, and keep their order.
        sender.rateLimiter.budget.pause(delay);
        startInTurn();
        return;
      }
      CompletableFuture<Void> newWait = sender.waits.begin(delay);
      wait = newWait;
      onCancel(() -> newWait.cancel(false));
      Waits.runAfter(newWait, executor, place == null ? this::start : this::startInTurn);
    } catch (Throwable e) {
      future.completeExceptionally(redact(e));
    }
  }

  /** Has no text of the server. The URL may contain the key. */
  private String describe(KatapultException failure, String reason, ApiKey key) {
    HttpUrl url = UnexpectedResponseException.withoutSecrets(request.http().url());
    String status = failure instanceof ResponseException response ? "HTTP " + response.status() + ", " : "";
    return key.redact(request.http().method() + " " + url + ", attempt " + failed.size() + ": " + status + reason);
  }

  /** Fails because the calling thread is interrupted. Keeps its interrupt flag. */
  KatapultException interrupt() {
    Thread.currentThread().interrupt();
    wait.cancel(false);
    KatapultException failure =
        ConnectionException.interrupted(request.http().url().host(), request.page(), failed);
    future.completeExceptionally(failure);
    return failure;
  }

  private Throwable redact(Throwable exception) {
    return state == null ? sender.callFactory.redact(exception) : state.apiKey.redact(exception);
  }
}
