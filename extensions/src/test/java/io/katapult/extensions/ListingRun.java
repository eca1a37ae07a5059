package io.katapult.extensions;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ObservedListing.Plan;
import io.katapult.extensions.SimulatedCall.Answer;
import io.katapult.extensions.SimulatedServer.Change;
import io.katapult.extensions.SimulatedServer.Figures;
import io.katapult.extensions.SimulatedServer.Oddity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Some listings of one client, against one server. A seed decides all of it: one of 0 or more lists without blocking a
 * thread, a negative one by an iterator that blocks.
 */
final class ListingRun {
  /** Ten times as many as a run has been seen to need. */
  private static final int MOST_EVENTS = 10_000;

  /** The longest wait for the limit: a minute, and the margin behind it. */
  private static final Duration MINUTE = Duration.ofMillis(60_100);

  /** What a run may meet. */
  enum Situation {
    ALL_READ("a listing was read to its end"),
    FAILED("a listing failed by what the server did"),
    CANCELLED("a listing was cancelled, or its pages were closed"),
    ACTION_THREW("what was done with a token threw an exception"),
    REJECTED("the user's executor rejected a task"),
    INTERRUPTED("a blocked reader was interrupted"),
    SEVERAL_LISTINGS("several listings shared a client"),
    SEVERAL_AT_ONCE("several pages were under way at once"),
    DELAYING_EXECUTOR("the user's executor took its time"),
    ADDITION("tokens were added"),
    REMOVAL("tokens were removed"),
    RENAMING("tokens got other names"),
    MOVED_BY_REMOVAL("a removal moved a token onto a page that had been answered"),
    MISSED_BY_REMOVAL("that token was missed"),
    MOVED_BY_ADDITION("an addition moved a token onto a page that had been answered"),
    MISSED_BY_ADDITION("that token was missed, several pages having been fetched at once"),
    LARGE_SET("the set was too large to be counted"),
    REPETITION("a large set ended by a page that came round"),
    MISSED_BY_REPETITION("tokens behind it were missed, the server having been right"),
    REPEATING_SERVER("a server repeated one page for ever"),
    GROWING_SERVER("a server told of ever more pages"),
    STATUS_429("status 429"),
    OTHER_STATUS("another status than 200 and 429"),
    NO_ANSWER("a connection failed"),
    CUT("a body broke off"),
    TIMED_OUT("the deadline broke off a request"),
    NONSENSE("the figures of the limit made no sense"),
    HELD_BACK("the limit held a request back"),
    REFUSED("a request exceeded the limit: others used it, or nothing was known of it"),
    CLOSED("the client was closed while it was listing"),
    CLOSED_IN_A_CALL("... and the reader waited for an answer"),
    CLOSED_IN_A_PAUSE("... and the reader waited for another attempt"),
    CLOSED_IN_THE_QUEUE("... and the reader waited for the limit"),
    CLOSED_AND_ALL_READ("... and a listing was read to its end all the same");

    final String description;

    Situation(String description) {
      this.description = description;
    }
  }

  private static final class ActionException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  final Set<Situation> met = EnumSet.noneOf(Situation.class);
  int requests;
  private final Simulation simulation;
  private final SimulatedServer server;
  private final KatapultClient client;
  private final List<ObservedListing> listings = new ArrayList<>();
  private final StringBuilder description = new StringBuilder();
  private final boolean isBlocking;
  private @Nullable BlockingReader reader;
  private @Nullable String broken;
  private boolean isClosed;
  private boolean arePagesClosed;
  private final Set<SimulatedCall> mustKeepToTheLimit = new HashSet<>();
  private boolean knowsTheLimit;
  private boolean isAnyUnanswered;
  private int underWay;
  private int tasksWaiting;
  private int tasksLeft = Integer.MAX_VALUE;
  private long lastSign;

  private ListingRun(long seed, boolean isTraced) {
    isBlocking = seed < 0;
    simulation = new Simulation(seed, isTraced);
    server = new SimulatedServer(simulation, this::refused);
    int attempts = simulation.percent(50) ? 4 : simulation.between(1, 6);
    Duration deadline =
        Duration.ofSeconds(simulation.percent(50) ? 120 : simulation.between(1, simulation.oneOf(20, 1_800)));
    Duration firstWait = Duration.ofMillis(simulation.oneOf(1, 250, 250, 5_000));
    Duration longestWait = Duration.ofSeconds(simulation.oneOf(1, 8, 60));
    client =
        KatapultClient.builder()
            .apiKey("key")
            .organization(Organization.subDomain("acme"))
            .baseUrl("http://127.0.0.1/")
            .callFactory(this::newCall)
            .clock(simulation)
            .retryPolicy(RetryPolicy.DEFAULT.attempts(attempts).deadline(deadline).waits(firstWait, longestWait))
            .executor(isBlocking ? Runnable::run : newExecutor())
            .build();
    description.append(server);
    int count = isBlocking || simulation.percent(75) ? 1 : simulation.between(2, 3);
    for (int number = 1; number <= count; number++) {
      int ahead = simulation.oneOf(0, 1, 1, 2, 3, 8);
      int firstPage = simulation.percent(90) ? 1 : simulation.between(2, 4);
      Integer perPage = simulation.percent(5) ? null : (Integer) simulation.between(1, simulation.oneOf(5, 5, 9));
      int expectedPages = simulation.percent(70) ? 0 : simulation.between(1, 9);
      Plan plan =
          new Plan(number, ahead, firstPage, expectedPages, perPage, attempts, deadline, firstWait, longestWait);
      listings.add(new ObservedListing(plan, simulation, server, this::broken));
      description.append('\n').append(plan);
    }
  }

  private Executor newExecutor() {
    if (simulation.percent(70)) {
      return Runnable::run;
    }
    add(Situation.DELAYING_EXECUTOR);
    if (simulation.percent(20)) {
      tasksLeft = simulation.upTo(8);
    }
    return task -> {
      if (tasksLeft-- <= 0) {
        throw new RejectedExecutionException("full");
      }
      tasksWaiting++;
      simulation.later(
          simulation.nanos(0, 500),
          () -> {
            tasksWaiting--;
            lastSign = simulation.time();
            task.run();
          });
    };
  }

  /** Returns a run that has come to its end and kept all rules; a rule that is broken is an error with a trace. */
  static ListingRun of(long seed) {
    ListingRun run = new ListingRun(seed, false);
    run.run();
    if (run.broken != null) {
      throw new AssertionError(
          "Seed %d: %s%nTo see it alone: -Dtest=ListingModelTest -Dlisting.seed=%1$d%n%n%s"
              .formatted(seed, run.broken, trace(seed)));
    }
    return run;
  }

  /** {@return all that happens in the run of this seed} */
  static String trace(long seed) {
    ListingRun run = new ListingRun(seed, true);
    run.run();
    return run.description + "\n\n" + String.join("\n", run.simulation.trace()) + "\n";
  }

  private void broken(String rule) {
    simulation.trace(() -> "BROKEN: " + rule);
    if (broken == null) {
      broken = rule;
    }
  }

  private void run() {
    server.live(() -> listings.stream().anyMatch(listing -> !listing.isEnded));
    for (ObservedListing listing : listings) {
      long begin = listings.size() == 1 ? 0 : simulation.nanos(0, simulation.oneOf(1, 90_000));
      simulation.later(begin, () -> start(listing));
    }
    if (simulation.percent(25)) {
      simulation.later(some(), this::closeWhileAllWait);
    }
    while (broken == null && simulation.step()) {
      if (reader != null) {
        reader.awaitStandstill();
      }
      if (simulation.handled() > MOST_EVENTS) {
        broken("there is no end");
      }
    }
    if (broken == null) {
      listings.forEach(this::check);
      addSituations();
    }
  }

  private long some() {
    return simulation.nanos(0, simulation.oneOf(100, 3_000, 90_000));
  }

  private void start(ObservedListing listing) {
    Plan plan = listing.plan;
    simulation.trace(() -> "listing " + plan.number() + " begins");
    lastSign = simulation.time();
    listing.isBegun = true;
    ListApiTokensRequest request =
        new ListApiTokensRequest().header("Listing", String.valueOf(plan.number()));
    if (plan.perPage() != null) {
      request = request.perPage(plan.perPage());
    }
    Listing<ApiTokenPage, ApiToken> tokens =
        client
            .apiTokens().all(request)
            .fromPage(plan.firstPage())
            .expectedPages(plan.expectedPages())
            .ahead(plan.ahead())
            .onPage(listing::told);
    if (isBlocking) {
      readBlocking(tokens, listing);
    } else {
      readAsync(tokens, listing);
    }
  }

  private void readAsync(Listing<ApiTokenPage, ApiToken> tokens, ObservedListing listing) {
    CompletableFuture<CompletableFuture<Void>> itself = new CompletableFuture<>();
    Runnable cancel = () -> itself.thenAccept(end -> end.cancel(true));
    CompletableFuture<Void> end = tokens.forEachAsync(action(listing, cancel));
    itself.complete(end);
    end.whenComplete((nothing, failure) -> ended(listing, failure));
    if (simulation.percent(10)) {
      simulation.later(some(), cancel);
    }
  }

  private void readBlocking(Listing<ApiTokenPage, ApiToken> tokens, ObservedListing listing) {
    BlockingReader blocking =
        new BlockingReader(
            tokens,
            action(listing, this::closePages),
            failure -> ended(listing, failure));
    reader = blocking;
    if (simulation.percent(10)) {
      simulation.later(some(), blocking::interrupt);
    }
    // At last: from here on it draws.
    blocking.start();
  }

  private void closePages() {
    arePagesClosed = true;
    Objects.requireNonNull(reader).close();
  }

  /** Notes a token, and now and then does more than that. */
  private Consumer<ApiToken> action(ObservedListing listing, Runnable cancel) {
    int whenNotOnly = simulation.percent(15) ? simulation.between(1, 10) : 0;
    Runnable what =
        simulation.oneOf(
            cancel,
            this::close,
            () -> {
              if (isBlocking) {
                // As whoever stops early must.
                closePages();
              }
              throw new ActionException();
            });
    return token -> {
      listing.given(token);
      if (listing.given.size() == whenNotOnly) {
        simulation.trace(() -> "the reader does something else");
        what.run();
      }
    };
  }

  private void closeWhileAllWait() {
    for (ObservedListing listing : listings) {
      if (listing.isUnderWay() && !isClosed && tasksWaiting == 0) {
        add(
            listing.awaitsAnAnswer()
                ? Situation.CLOSED_IN_A_CALL
                : listing.awaitsAnotherAttempt() ? Situation.CLOSED_IN_A_PAUSE : Situation.CLOSED_IN_THE_QUEUE);
      }
    }
    close();
  }

  private void close() {
    if (!isClosed) {
      simulation.trace(() -> "the client is closed");
      addIf(listings.stream().anyMatch(ObservedListing::isUnderWay), Situation.CLOSED);
      isClosed = true;
      client.close();
      simulation.atTheEndOfThisInstant(this::checkThatNobodyWaits);
    }
  }

  /** Once it is closed, there are only answers and the user's executor to wait for. */
  private void checkThatNobodyWaits() {
    if (simulation.hasTimers()) {
      broken("a wait goes on though the client is closed");
    }
    for (ObservedListing listing : listings) {
      if (listing.isUnderWay() && !listing.awaitsAnAnswer() && tasksWaiting == 0) {
        broken("listing " + listing.plan.number() + " waits though the client is closed");
      }
    }
  }

  private void ended(ObservedListing listing, @Nullable Throwable failure) {
    simulation.trace(() -> "listing " + listing.plan.number() + " ends: " + (failure == null ? "all read" : failure));
    listing.isEnded = true;
    listing.failure = failure;
    addIf(isClosed && failure == null, Situation.CLOSED_AND_ALL_READ);
    simulation.atTheEndOfThisInstant(
        () -> {
          if (listing.hasRequestsUnderWay()) {
            broken("listing " + listing.plan.number() + " has ended, but a request of it has not");
          }
        });
  }

  /** What ended without an answer may have been counted, and one request goes in any minute. */
  private void refused(SimulatedCall call) {
    simulation.trace(() -> "the limit is exceeded");
    add(Situation.REFUSED);
    if (server.isAloneAndRight() && !isAnyUnanswered && mustKeepToTheLimit.contains(call)) {
      broken("the limit is exceeded though the client knows it, and has it for itself");
    }
  }

  private Call newCall(Request request) {
    int number = Integer.parseInt(Objects.requireNonNull(request.header("Listing")));
    return new SimulatedCall(request, new Wire(listings.get(number - 1)));
  }

  /** Between one call and the server. */
  private final class Wire implements SimulatedCall.Network {
    private final ObservedListing listing;

    Wire(ObservedListing listing) {
      this.listing = listing;
    }

    private void sign(SimulatedCall call, String what) {
      simulation.trace(() -> "listing " + listing.plan.number() + ", " + call + ": " + what);
      lastSign = simulation.time();
      if (isClosed) {
        simulation.atTheEndOfThisInstant(ListingRun.this::checkThatNobodyWaits);
      }
    }

    @Override
    public void begins(SimulatedCall call) {
      long now = simulation.time();
      long longest = MINUTE.toNanos();
      for (ObservedListing any : listings) {
        longest = Math.max(longest, any.longestWait());
      }
      if (now - lastSign > longest) {
        broken("the client did nothing for longer than asked for");
      }
      if (now > lastSign && !listing.hasAskedFor(call.page)) {
        add(Situation.HELD_BACK);
        if (!server.tellsOfALimit() && !met.contains(Situation.STATUS_429)) {
          broken("a request waits for a limit of which nothing is known");
        }
      }
      if (isClosed) {
        broken("a request begins though the client is closed");
      }
      requests++;
      if (knowsTheLimit && underWay < server.permitted) {
        mustKeepToTheLimit.add(call);
      } else {
        // It may arrive before those under way, and use up what was left for them.
        mustKeepToTheLimit.clear();
      }
      underWay++;
      sign(call, "asked for");
      listing.begins(call);
      server.take(call);
    }

    @Override
    public void cancelled(SimulatedCall call) {
      sign(call, "cancelled");
      isAnyUnanswered = true;
      listing.cancelled(call);
      simulation.later(simulation.nanos(0, 2), () -> call.fail(new IOException("Canceled")));
    }

    @Override
    public void answered(SimulatedCall call, Answer answer) {
      sign(call, "answered by " + answer.status());
      underWay--;
      knowsTheLimit |= answer.headers().get("X-RateLimit-Remaining") != null;
      if (answer.isCut()) {
        add(Situation.CUT);
      } else if (answer.status() != 200) {
        add(answer.status() == 429 ? Situation.STATUS_429 : Situation.OTHER_STATUS);
      }
      listing.answered(call, answer);
    }

    @Override
    public void failed(SimulatedCall call, IOException failure) {
      sign(call, failure.toString());
      underWay--;
      isAnyUnanswered = true;
      if (!String.valueOf(failure.getMessage()).equals("Canceled")) {
        add(call.isCanceled() ? Situation.TIMED_OUT : Situation.NO_ANSWER);
      }
      listing.failed(call, failure);
    }
  }

  private void check(ObservedListing listing) {
    Throwable failure = listing.failure;
    if (!listing.isEnded) {
      broken("listing " + listing.plan.number() + " does not end");
    } else if (failure instanceof ActionException) {
      listing.checkBegin();
      add(Situation.ACTION_THREW);
    } else if (arePagesClosed && failure == null) {
      // The iterator is over then.
      listing.checkBegin();
      add(Situation.CANCELLED);
    } else if (failure == null) {
      listing.checkEnd();
      add(Situation.ALL_READ);
    } else if (failure instanceof ConnectionException exception && isOfInterrupt(exception)) {
      listing.checkAllBeforeTheMissingPage();
      add(Situation.INTERRUPTED);
    } else if (failure instanceof KatapultException exception) {
      listing.checkFailure(exception);
      add(Situation.FAILED);
    } else if (isClosed && isOfClosing(failure)) {
      listing.checkAllBeforeTheMissingPage();
    } else if (failure instanceof CancellationException && !isBlocking) {
      listing.checkBegin();
      add(Situation.CANCELLED);
    } else if (failure instanceof RejectedExecutionException && tasksLeft < 0) {
      listing.checkBegin();
      add(Situation.REJECTED);
    } else {
      broken("listing " + listing.plan.number() + " ends with " + failure);
    }
  }

  private static boolean isOfInterrupt(ConnectionException exception) {
    return "interrupted while waiting".equals(exception.getCause().getMessage());
  }

  private static boolean isOfClosing(Throwable failure) {
    return failure.getClass() == IllegalStateException.class
        && String.valueOf(failure.getMessage()).startsWith("This KatapultClient has been closed");
  }

  private void addSituations() {
    for (ObservedListing listing : listings) {
      Set<String> missed = listing.missed;
      addIf(listing.mostUnderWay > 1, Situation.SEVERAL_AT_ONCE);
      addIf(!listing.movedByRemoval.isEmpty(), Situation.MOVED_BY_REMOVAL);
      addIf(missed.stream().anyMatch(listing.movedByRemoval::contains), Situation.MISSED_BY_REMOVAL);
      addIf(!listing.movedByAddition.isEmpty(), Situation.MOVED_BY_ADDITION);
      addIf(
          missed.stream().anyMatch(id -> !listing.movedByRemoval.contains(id) && listing.movedByAddition.contains(id)),
          Situation.MISSED_BY_ADDITION);
      addIf(listing.hasSeenALargeSet(), Situation.LARGE_SET);
      addIf(listing.endedByRepetition(), Situation.REPETITION);
      addIf(listing.endedByRepetition() && !missed.isEmpty(), Situation.MISSED_BY_REPETITION);
    }
    addIf(listings.size() > 1, Situation.SEVERAL_LISTINGS);
    addIf(server.changes.stream().anyMatch(Change::isAddition), Situation.ADDITION);
    addIf(server.changes.stream().anyMatch(change -> !change.isAddition()), Situation.REMOVAL);
    addIf(server.hasRenamed(), Situation.RENAMING);
    addIf(server.figures == Figures.NONSENSE, Situation.NONSENSE);
    addIf(server.oddity == Oddity.REPEATS_ONE_PAGE, Situation.REPEATING_SERVER);
    addIf(
        server.oddity == Oddity.TELLS_OF_EVER_MORE_PAGES || server.oddity == Oddity.REPEATS_ONE_OF_EVER_MORE_PAGES,
        Situation.GROWING_SERVER);
  }

  private void add(Situation situation) {
    met.add(situation);
  }

  private void addIf(boolean isMet, Situation situation) {
    if (isMet) {
      add(situation);
    }
  }
}
