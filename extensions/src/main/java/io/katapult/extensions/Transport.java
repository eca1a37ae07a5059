package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Sends requests, and sends them again as the policy says: on the caller's thread, or on no thread of ours. */
final class Transport {
  private final Call.Factory callFactory;
  private final ResponseReader responseReader;
  private final RetryPolicy retryPolicy;
  private final Time time;
  private final Budget budget;
  private volatile boolean closed;

  Transport(Call.Factory callFactory, ResponseReader responseReader, RetryPolicy retryPolicy, Time time) {
    this.callFactory = callFactory;
    this.responseReader = responseReader;
    this.retryPolicy = retryPolicy;
    this.time = time;
    this.budget = new Budget(time);
  }

  /** A thread of the client's own: it keeps no JVM alive. */
  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "katapult");
    thread.setDaemon(true);
    return thread;
  }

  /** Nothing is begun after that. */
  void close() {
    closed = true;
  }

  /** A request, and what its response is read as. */
  record Job<T>(Request request, Class<T> type, int page, @Nullable Duration deadline) {}

  <T> ApiResponse<T> send(Job<T> job) {
    Attempts<T> attempts = new Attempts<>(job);
    while (true) {
      Call call = attempts.next();
      KatapultException failure;
      try (Response response = call.execute()) {
        return attempts.read(response);
      } catch (IOException e) {
        failure = attempts.noResponse(e);
      } catch (KatapultException e) {
        failure = e;
      } catch (Exception e) {
        // OkHttp throws it though it declares it nowhere, as Kotlin may.
        if (e instanceof InterruptedException) {
          throw ConnectionException.interrupted(job.page, attempts.failed);
        }
        throw e;
      }
      try {
        time.sleep(attempts.waitAfter(failure, call));
      } catch (InterruptedException e) {
        throw ConnectionException.interrupted(job.page, attempts.failed);
      }
    }
  }

  /** Cancelling the future cancels the call. Within the limit, it may have to wait before it begins. */
  <T> CompletableFuture<ApiResponse<T>> sendAsync(Job<T> job, boolean withinLimit) {
    Sending<T> sending = new Sending<>(new Attempts<>(job));
    if (withinLimit) {
      sending.startWithinLimit();
    } else {
      sending.start();
    }
    return sending.future;
  }

  /**
   * Completes as the other one does, but on the executor, or with what that throws. Cancelling it cancels the other
   * one.
   */
  static <T> CompletableFuture<T> completedOn(Executor executor, CompletableFuture<T> other) {
    CompletableFuture<T> future = new CompletableFuture<>();
    future.whenComplete((value, failure) -> other.cancel(true));
    other.whenComplete(
        (value, failure) -> {
          try {
            executor.execute(
                () -> {
                  if (failure == null) {
                    future.complete(value);
                  } else {
                    future.completeExceptionally(failure);
                  }
                });
          } catch (Throwable e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /** The attempts at one job, and what they have in common on whatever thread. */
  private final class Attempts<T> {
    final Job<T> job;
    private final RetryPolicy policy;
    private long begin = time.nanos();
    private final List<Attempt> failed = new ArrayList<>();
    private volatile boolean endsAtDeadline;

    Attempts(Job<T> job) {
      this.job = job;
      policy = job.deadline == null ? retryPolicy : retryPolicy.deadline(job.deadline);
    }

    Call next() {
      if (closed) {
        Throwable before = failed.isEmpty() ? null : failed.get(failed.size() - 1).failure();
        throw new IllegalStateException(
            "This KatapultClient has been closed: keep it open until all listings are read", before);
      }
      Call call = callFactory.newCall(job.request);
      long left = Math.max(1, policy.deadline().minus(time.since(begin)).toNanos());
      long own = call.timeout().timeoutNanos();
      endsAtDeadline = own == 0 || left <= own;
      call.timeout().timeout(endsAtDeadline ? left : own, TimeUnit.NANOSECONDS);
      return call;
    }

    ApiResponse<T> read(Response response) throws IOException {
      HttpUrl url = response.request().url();
      if (!IdentityCallFactory.isSameOrigin(url, job.request.url())) {
        String what = "not the API, which redirected there: if it has moved, set baseUrl";
        throw new UnexpectedResponseException(response, what, null, null);
      }
      RateLimit rateLimit = RateLimit.of(response, time.now());
      if (rateLimit != null) {
        budget.learn(rateLimit);
      }
      T body = responseReader.read(response, job.type);
      boolean fromCache =
          response.cacheResponse() != null
              && (response.networkResponse() == null || response.networkResponse().code() == 304);
      return new ApiResponse<>(
          body, response.code(), response.headers(), rateLimit, List.copyOf(failed), fromCache);
    }

    ConnectionException noResponse(IOException cause) {
      boolean isOver =
          endsAtDeadline && cause.getClass() == InterruptedIOException.class && "timeout".equals(cause.getMessage());
      String what = isOver ? "its deadline of " + policy.deadline() + " is over" : cause.toString();
      return new ConnectionException(job.request.url().host(), what, cause);
    }

    /** Throws the failure if no other attempt is to follow. */
    Duration waitAfter(KatapultException failure, Call call) {
      failure.happened(job.page, failed);
      Duration wait =
          call.isCanceled() ? null : policy.waitAfter(failure, failed.size() + 1, time.since(begin), time);
      if (wait == null) {
        throw failure;
      }
      failed.add(new Attempt(failure, wait));
      return wait;
    }
  }

  /** Attempts without a thread that waits for them. */
  private final class Sending<T> implements Callback {
    final CompletableFuture<ApiResponse<T>> future = new CompletableFuture<>();
    private final Attempts<T> attempts;
    private volatile @Nullable Call current;

    Sending(Attempts<T> attempts) {
      this.attempts = attempts;
      future.whenComplete(
          (response, failure) -> {
            Call call = current;
            if (future.isCancelled() && call != null) {
              call.cancel();
            }
          });
    }

    void startWithinLimit() {
      if (future.isDone()) {
        return;
      }
      Duration wait = budget.take();
      if (wait.isZero()) {
        attempts.begin = time.nanos();
        start();
      } else {
        time.after(wait).execute(this::startWithinLimit);
      }
    }

    void start() {
      if (future.isDone()) {
        return;
      }
      try {
        Call call = attempts.next();
        current = call;
        call.enqueue(this);
        if (future.isCancelled()) {
          call.cancel();
        }
      } catch (Throwable e) {
        future.completeExceptionally(e);
      }
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        future.complete(attempts.read(response));
      } catch (IOException e) {
        onFailure(call, e);
      } catch (KatapultException e) {
        failed(call, e);
      } catch (Throwable e) {
        future.completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Call call, IOException e) {
      failed(call, attempts.noResponse(e));
    }

    private void failed(Call call, KatapultException failure) {
      try {
        time.after(attempts.waitAfter(failure, call)).execute(this::start);
      } catch (Throwable e) {
        future.completeExceptionally(e);
      }
    }
  }

  /** What is left of the limit, as far as responses have told. */
  static final class Budget {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final Time time;
    private int permitted = Integer.MAX_VALUE;
    private int remaining = Integer.MAX_VALUE;
    private long resetsAt;

    Budget(Time time) {
      this.time = time;
      resetsAt = time.nanos();
    }

    /** Takes one request from what is left, and returns zero; or returns how long to wait before asking again. */
    synchronized Duration take() {
      if (permitted == Integer.MAX_VALUE) {
        return Duration.ZERO;
      }
      long now = time.nanos();
      if (resetsAt - now <= 0) {
        remaining = permitted;
        resetsAt += ((now - resetsAt) / MINUTE + 1) * MINUTE;
      }
      if (remaining > 0) {
        remaining--;
        return Duration.ZERO;
      }
      return Duration.ofNanos(resetsAt - now);
    }

    /** Requests under way are not in what the server says, but have been taken already: the lower figure is right. */
    synchronized void learn(RateLimit limit) {
      long end = time.nanos() + limit.resetsIn().plus(MARGIN).toNanos();
      long later = end - resetsAt;
      if (later < -MINUTE / 2) {
        return; // It is of a minute that is over.
      }
      permitted = Math.max(1, limit.permitted());
      remaining = later > MINUTE / 2 ? limit.remaining() : Math.min(remaining, limit.remaining());
      resetsAt = end;
    }
  }
}
