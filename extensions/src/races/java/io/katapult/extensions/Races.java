package io.katapult.extensions;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.squareup.moshi.Moshi;
import io.katapult.extensions.internal.ApiOperation;
import io.katapult.extensions.internal.AuthCallFactory;
import io.katapult.extensions.internal.Budget;
import io.katapult.extensions.internal.Clock;
import io.katapult.extensions.internal.RateLimiter;
import io.katapult.extensions.internal.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What two threads may do to one client at once, and what they may see then. */
public final class Races {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Races() {}

  /** Time that stands still until it is told. */
  private static final class StandingClock implements Clock {
    private final Queue<CompletableFuture<Void>> timers = new ConcurrentLinkedQueue<>();
    private volatile long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public double random() {
      return 0;
    }

    @Override
    public CompletableFuture<Void> after(Duration delay) {
      CompletableFuture<Void> timer = new CompletableFuture<>();
      timers.add(timer);
      return timer;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    /** Until the minute is over, for whoever waits a little longer too. */
    void goOn() {
      nanos += MINUTE.plusSeconds(1).toNanos();
    }

    /** Ends the waits that have begun, not those that begin by that. Returns whether there were any. */
    boolean ring() {
      List<CompletableFuture<Void>> over = List.copyOf(timers);
      over.forEach(
          timer -> {
            timers.remove(timer);
            timer.complete(null);
          });
      return !over.isEmpty();
    }
  }
  /** No more requests than are permitted. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class PermittedRequests {
    private final Budget budget = new Budget(new StandingClock());
    private int first;
    private int second;

    public PermittedRequests() {
      budget.learn(2, 2, MINUTE);
    }

    @Actor
    public void one() {
      first = (budget.take().isZero() ? 1 : 0) + (budget.take().isZero() ? 1 : 0);
    }

    @Actor
    public void two() {
      budget.learn(2, 2, MINUTE);
      second = budget.take().isZero() ? 1 : 0;
    }

    @Arbiter
    public void taken(I_Result result) {
      result.r1 = first + second;
    }
  }

  /** A limiter, and the order in which it lets requests through. */
  private static final class Limiter {
    final StandingClock clock = new StandingClock();
    final Waits waits = new Waits(clock);
    final RateLimiter limiter = new RateLimiter(clock, waits);
    final Queue<Integer> order = new ConcurrentLinkedQueue<>();

    Limiter(int permitted, int remaining) {
      limiter.budget.learn(permitted, remaining, MINUTE);
    }

    CompletableFuture<Void> acquire(int number) {
      return limiter.acquire(limiter.newPlace(), () -> order.add(number));
    }
  }

  /** Who waits goes before who comes. */
  @JCStressTest
  @Outcome(id = "\\[1, 2, 3\\]", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class OrderOfTurns {
    private final Limiter limiter = new Limiter(5, 0);

    public OrderOfTurns() {
      limiter.acquire(1);
      limiter.acquire(2);
      limiter.clock.goOn();
    }

    @Actor
    public void timer() {
      limiter.clock.ring();
    }

    @Actor
    public void request() {
      limiter.acquire(3);
    }

    @Arbiter
    public void order(L_Result result) {
      result.r1 = List.copyOf(limiter.order).toString();
    }
  }

  /** Each request gets its turn in the end. */
  @JCStressTest
  @Outcome(id = "true, true", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class TurnsOfTwo {
    private final Limiter limiter = new Limiter(1, 0);
    private CompletableFuture<Void> first;
    private CompletableFuture<Void> second;

    @Actor
    public void one() {
      first = limiter.acquire(1);
    }

    @Actor
    public void two() {
      second = limiter.acquire(2);
    }

    @Arbiter
    public void done(ZZ_Result result) {
      do {
        limiter.clock.goOn();
      } while (limiter.clock.ring());
      result.r1 = first.isDone();
      result.r2 = second.isDone();
    }
  }

  /** A request that is cancelled leaves its place in the minute to the next one. */
  @JCStressTest
  @Outcome(id = {"true, true", "false, false"}, expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class CancelledTurn {
    private final Limiter limiter = new Limiter(1, 0);
    private final CompletableFuture<Void> first = limiter.acquire(1);
    private final CompletableFuture<Void> second = limiter.acquire(2);
    private boolean isCancelled;

    public CancelledTurn() {
      limiter.clock.goOn();
    }

    @Actor
    public void timer() {
      limiter.clock.ring();
    }

    @Actor
    public void cancel() {
      isCancelled = first.cancel(true);
    }

    @Arbiter
    public void isNextOne(ZZ_Result result) {
      result.r1 = isCancelled;
      result.r2 = second.isDone();
    }
  }

  /** Closing ends the wait of a request that comes at the same time. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class TurnAtClose {
    private final Limiter limiter = new Limiter(1, 0);
    private CompletableFuture<Void> turn;

    @Actor
    public void request() {
      turn = limiter.acquire(1);
    }

    @Actor
    public void close() {
      limiter.waits.close();
    }

    @Arbiter
    public void done(Z_Result result) {
      result.r1 = turn.isDone();
    }
  }

  /** Closing ends a wait that begins at the same time. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class WaitAtClose {
    private final Waits waits = new Waits(new StandingClock());
    private CompletableFuture<Void> wait;

    @Actor
    public void begin() {
      wait = waits.begin(MINUTE);
    }

    @Actor
    public void close() {
      waits.close();
    }

    @Arbiter
    public void done(Z_Result result) {
      result.r1 = wait.isDone();
    }
  }

  /** A loop whose calls are sent nowhere. */
  private static final class Loop {
    private static final OkHttpClient HTTP = new OkHttpClient();
    private static final HttpUrl URL = HttpUrl.get("http://localhost/");
    private static final ResponseReader READER = new ResponseReader(new Moshi.Builder().build());

    final Queue<Call> sent = new ConcurrentLinkedQueue<>();
    final StandingClock clock = new StandingClock();
    final RequestSender sender =
        new RequestSender(
            new AuthCallFactory(request -> HTTP.newCall(request), URL, () -> "12345678", 1000, clock),
            READER,
            RetryPolicy.DEFAULT,
            clock);
    final RetryLoop<Object> loop =
        new RetryLoop<>(
            sender,
            new HttpRequest<>(
                new Request.Builder().url(URL).build(), new ApiOperation<>("GET", "", Object.class, null), 1, null),
            (call, callback) -> this.sent.add(call),
            Runnable::run,
            null);
  }

  /** A call is not sent, or is cancelled. */
  @JCStressTest
  @Outcome(id = "0", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class CancelAtStart {
    private final Loop loop = new Loop();

    @Actor
    public void start() {
      loop.loop.start();
    }

    @Actor
    public void cancel() {
      loop.loop.future.cancel(true);
    }

    @Arbiter
    public void goesOn(I_Result result) {
      result.r1 = (int) loop.sent.stream().filter(call -> !call.isCanceled()).count();
    }
  }

  /** No attempt follows a cancelled or a closed one, and nothing waits for one. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class CancelAtFailure {
    private final Loop loop = new Loop();

    public CancelAtFailure() {
      loop.loop.start();
    }

    @Actor
    public void fail() {
      loop.loop.onFailure(loop.sent.peek(), new IOException("broken"));
    }

    @Actor
    public void cancel() {
      loop.loop.future.cancel(true);
    }

    @Arbiter
    public void attempts(II_Result result) {
      loop.clock.ring();
      result.r1 = loop.sent.size();
      result.r2 = loop.loop.future.isDone() ? 1 : 0;
    }
  }

  /** The same, where the client is closed. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN)
  @State
  public static class CloseAtFailure {
    private final Loop loop = new Loop();

    public CloseAtFailure() {
      loop.loop.start();
    }

    @Actor
    public void fail() {
      loop.loop.onFailure(loop.sent.peek(), new IOException("broken"));
    }

    @Actor
    public void close() {
      loop.sender.close();
    }

    @Arbiter
    public void attempts(II_Result result) {
      result.r1 = loop.sent.size();
      result.r2 = loop.loop.future.isDone() ? 1 : 0;
    }
  }
}
