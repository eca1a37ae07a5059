package io.katapult.extensions;

import static java.util.Objects.requireNonNull;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.Listing.Progress;
import io.katapult.extensions.SimulatedCall.Answer;
import io.katapult.extensions.SimulatedServer.Change;
import io.katapult.extensions.SimulatedServer.Oddity;
import io.katapult.extensions.SimulatedServer.Shown;
import io.katapult.extensions.SimulatedServer.Token;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** One listing, as the server and the reader see it, and what must hold for it. */
final class ObservedListing {
  /** What it is asked to do. */
  record Plan(
      int number,
      int ahead,
      int firstPage,
      int expectedPages,
      @Nullable Integer perPage,
      int attempts,
      Duration deadline,
      Duration firstWait,
      Duration longestWait) {}

  /** One request for a page, and how long the next one must wait at least, and at most unless the limit holds it. */
  private static final class Sent {
    final long began;
    long ended = -1;
    boolean mayPass;
    boolean is429;
    long leastWait;
    long mostWait;

    Sent(long began) {
      this.began = began;
    }
  }

  private static final class Page {
    final List<Sent> sent = new ArrayList<>();
    @Nullable Shown shown;

    Sent last() {
      return sent.get(sent.size() - 1);
    }

    boolean isUnderWay() {
      return !sent.isEmpty() && last().ended < 0;
    }
  }

  final Plan plan;
  final List<Token> given = new ArrayList<>();

  /** Ids that were there all the time, and were not given. */
  final Set<String> missed = new LinkedHashSet<>();

  /** Ids that moved onto a page that had been answered. */
  final Set<String> movedByAddition = new HashSet<>();

  final Set<String> movedByRemoval = new HashSet<>();

  boolean isBegun;
  boolean isEnded;
  @Nullable Throwable failure;
  int mostUnderWay;
  private final Simulation simulation;
  private final SimulatedServer server;
  private final Consumer<String> broken;
  private final TreeMap<Integer, Page> pages = new TreeMap<>();
  private final Set<SimulatedCall> cancelled = new HashSet<>();
  private final int mostPages;
  private int perPage;
  private int changesBefore;
  private int asked;
  private int underWay;
  private int told;
  private long toldTokens;
  private long longestWait;

  ObservedListing(Plan plan, Simulation simulation, SimulatedServer server, Consumer<String> broken) {
    this.plan = plan;
    this.simulation = simulation;
    this.server = server;
    this.broken = broken;
    mostPages = Math.max(1, plan.ahead());
    asked = plan.firstPage() - 1;
    told = asked;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      broken.accept("listing " + plan.number() + " " + otherwise);
    }
  }

  void begins(SimulatedCall call) {
    int number = call.page;
    if (pages.isEmpty()) {
      changesBefore = server.changes.size();
      perPage = server.perPage(call.request());
    }
    Page page = pages.computeIfAbsent(number, any -> new Page());
    require(!isEnded, "asks for a page after its end");
    require(page.shown == null, "asks again for a page that it has");
    require(!page.isUnderWay(), "asks for a page that is under way");
    if (page.sent.isEmpty()) {
      require(number == asked + 1, "leaves out a page");
      asked = number;
      boolean isExpected = number < plan.firstPage() + Math.max(1, plan.expectedPages());
      require(isExpected || isKnown(number), "asks for a page of which nobody has told");
      require(number < plan.firstPage() + mostPages || isThere(number - mostPages), "fetches too far ahead");
    } else {
      Sent last = page.last();
      require(last.mayPass, "asks again though it is of no use");
      require(page.sent.size() < plan.attempts(), "asks too often for one page");
      require(simulation.time() >= last.ended + last.leastWait, "asks again too early");
    }
    require(
        call.timeout().timeoutNanos() <= Math.max(1, plan.deadline().toNanos() - leastSpent(page)),
        "gives a request more time than is left until the deadline");
    pages.headMap(number).values().forEach(earlier -> require(!isHeldBack(earlier), "lets a later page go first"));
    page.sent.add(new Sent(simulation.time()));
    underWay++;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    require(underWay <= mostPages, "has more requests under way than asked for");
  }

  private Page page(int number) {
    return requireNonNull(pages.get(number), "no page was asked for");
  }

  private boolean isThere(int number) {
    Page page = pages.get(number);
    return page != null && page.shown != null;
  }

  private Shown shown(int number) {
    return requireNonNull(page(number).shown, "the page is not there");
  }

  private boolean isKnown(int number) {
    for (int earlier : pages.headMap(number).keySet()) {
      Integer total = isThere(earlier) ? shown(earlier).totalPages() : (Integer) 0;
      if (number <= (total == null ? earlier + 1 : total)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it would go now, if the limit did not hold it: it must go before the pages behind it. */
  private boolean isHeldBack(Page page) {
    return page.shown == null
        && !page.isUnderWay()
        && !mayHaveFailed(page)
        && (page.last().is429 || simulation.time() > page.last().ended + page.last().mostWait);
  }

  private boolean mayHaveFailed(Page page) {
    return !page.last().mayPass
        || page.sent.size() == plan.attempts()
        || mostSpent(page) >= plan.deadline().toNanos();
  }

  private static long leastSpent(Page page) {
    return page.sent.stream().mapToLong(one -> one.ended - one.began + one.leastWait).sum();
  }

  private static long mostSpent(Page page) {
    return page.sent.stream().mapToLong(one -> one.ended - one.began + one.mostWait).sum();
  }

  void cancelled(SimulatedCall call) {
    cancelled.add(call);
    end(page(call.page));
  }

  private void end(Page page) {
    if (page.last().ended < 0) {
      page.last().ended = simulation.time();
      underWay--;
    }
  }

  void failed(SimulatedCall call, IOException how) {
    if (cancelled.contains(call)) {
      return;
    }
    Page page = page(call.page);
    end(page);
    page.last().mayPass =
        !call.isCanceled()
            && !(how instanceof ProtocolException)
            && (!(how instanceof InterruptedIOException) || how instanceof SocketTimeoutException);
    backOff(page);
    longestWait = Math.max(longestWait, page.last().mostWait);
  }

  void answered(SimulatedCall call, Answer answer) {
    if (cancelled.contains(call)) {
      return;
    }
    Page page = page(call.page);
    end(page);
    if (call.isCanceled()) {
      return;
    }
    page.shown = server.shown(answer);
    if (page.shown == null) {
      int status = answer.status();
      page.last().is429 = status == 429;
      page.last().mayPass = answer.isCut() || status == 429 || status == 500 || (502 <= status && status <= 504);
      backOff(page);
      if (!answer.isCut()) {
        obey(page.last(), answer.headers());
      }
      longestWait = Math.max(longestWait, page.last().mostWait);
    }
  }

  private void backOff(Page page) {
    double grown = plan.firstWait().toNanos() * Math.pow(2, page.sent.size() - 1.0);
    page.last().mostWait = (long) Math.min(grown, (double) plan.longestWait().toNanos());
    page.last().leastWait = page.last().mostWait / 2;
  }

  private void obey(Sent last, Headers headers) {
    String retryAfter = headers.get("Retry-After");
    Instant until = RateLimit.date(retryAfter);
    if (retryAfter != null && retryAfter.matches("[0-9]{1,18}")) {
      last.leastWait = Duration.ofSeconds(Long.parseLong(retryAfter)).toNanos();
      last.mostWait = last.leastWait;
    } else if (until != null) {
      Instant date = RateLimit.date(headers.get("Date"));
      Duration wait = Duration.between(date == null ? simulation.now() : date, until);
      last.leastWait = Math.max(0, wait.toNanos());
      last.mostWait = last.leastWait;
    } else if (last.is429) {
      Duration minute = RateLimit.untilNextMinute(headers, simulation.now());
      last.leastWait = minute.plusMillis(100).toNanos();
      last.mostWait = minute.plusMillis(1_000).toNanos();
    }
  }

  /** The longest wait that it has been asked for, in nanoseconds, also for pages that it gave up; 0 if none. */
  long longestWait() {
    return longestWait;
  }

  void told(Progress progress) {
    told++;
    require(progress.page() == told && isThere(told), "tells of page " + progress.page() + " instead of " + told);
    Integer total = progress.totalPages();
    if (plan.expectedPages() > 0 && told == plan.firstPage() && total != null) {
      pages.tailMap(Math.max(told, total), false).clear();
      asked = Math.min(asked, Math.max(told, total));
    }
    toldTokens += shown(told).tokens().size();
    require(progress.items() == toldTokens, "tells of " + progress.items() + " tokens instead of " + toldTokens);
  }

  void given(ApiToken token) {
    require(!isEnded, "gives a token after its end");
    given.add(new Token(token.id(), token.name()));
  }

  boolean hasAskedFor(int number) {
    return number <= asked;
  }

  boolean isUnderWay() {
    return isBegun && !isEnded;
  }

  boolean hasRequestsUnderWay() {
    return underWay > 0;
  }

  /** The first page that is not there. */
  private int awaited() {
    int number = plan.firstPage();
    while (isThere(number)) {
      number++;
    }
    return number;
  }

  boolean awaitsAnAnswer() {
    Page page = pages.get(awaited());
    return page != null && page.isUnderWay();
  }

  boolean awaitsAnotherAttempt() {
    Page page = pages.get(awaited());
    return page != null && !page.isUnderWay();
  }

  /** What the pages that came must have given, up to the last one or before the first that is missing. */
  private record Expected(List<Token> tokens, int lastPage, boolean isWhole, boolean isRepetition) {}

  private Expected expected() {
    List<Token> tokens = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> again = new HashSet<>();
    int number = plan.firstPage();
    while (isThere(number)) {
      Shown page = shown(number);
      int before = tokens.size();
      boolean isRound = true;
      for (Token token : page.tokens()) {
        if (ids.add(token.id())) {
          tokens.add(token);
        } else {
          isRound &= again.contains(token.id());
        }
      }
      if (tokens.size() > before) {
        isRound = false;
        again.clear();
      } else {
        page.tokens().forEach(token -> again.add(token.id()));
      }
      Integer total = page.totalPages();
      boolean isLast =
          page.tokens().isEmpty() || (total == null ? page.tokens().size() < page.perPage() : number >= total);
      boolean isRepetition = total == null && isRound;
      if (isLast || isRepetition) {
        return new Expected(tokens, number, true, !isLast);
      }
      number++;
    }
    return new Expected(tokens, number - 1, false, false);
  }

  /** It has come to the end of the list. */
  void checkEnd() {
    Expected expected = expected();
    require(expected.isWhole(), "ends without page " + awaited());
    require(given.equals(expected.tokens()), "gave " + given + " instead of " + expected.tokens());
    require(told == expected.lastPage(), "told of pages up to " + told + " instead of " + expected.lastPage());
    if (server.oddity == Oddity.NONE && expected.isWhole()) {
      checkMissed(expected);
    }
  }

  /** It has been ended by the reader: what it gave is the begin of what came. */
  void checkBegin() {
    List<Token> all = expected().tokens();
    require(
        given.size() <= all.size() && given.equals(all.subList(0, given.size())),
        "gave " + given + " instead of a begin of " + all);
  }

  /** It has ended for a page that did not come: it gave all before. */
  void checkAllBeforeTheMissingPage() {
    Expected expected = expected();
    require(!expected.isWhole(), "failed though all pages are there");
    require(given.equals(expected.tokens()), "gave " + given + " instead of " + expected.tokens());
  }

  void checkFailure(KatapultException exception) {
    checkAllBeforeTheMissingPage();
    int number = awaited();
    Page page = page(number);
    require(exception.page() == number, "failed for page " + exception.page() + " instead of " + number);
    require(
        exception.attempts().size() == page.sent.size(),
        "tells of " + exception.attempts().size() + " attempts instead of " + page.sent.size());
    require(mayHaveFailed(page), "failed though another attempt was due: " + exception);
  }

  /** Follows all tokens from the first request to the last answer. */
  private void checkMissed(Expected expected) {
    int changesAfter = changesBefore;
    for (int number = plan.firstPage(); number <= expected.lastPage(); number++) {
      changesAfter = Math.max(changesAfter, shown(number).changes());
    }
    List<String> ids = server.idsAfter(changesBefore);
    missed.addAll(ids.subList(Math.min(ids.size(), (plan.firstPage() - 1) * perPage), ids.size()));
    for (int i = changesBefore; i < changesAfter; i++) {
      Change change = server.changes.get(i);
      int border = (change.index() / perPage + 1) * perPage;
      if (change.isAddition()) {
        ids.add(change.index(), change.id());
        // Those behind it that have become the first ones of their pages.
        addMoved(movedByAddition, ids, border, i);
      } else {
        missed.remove(ids.remove(change.index()));
        // Those behind it that have become the last ones of their pages.
        addMoved(movedByRemoval, ids, border - 1, i);
      }
    }
    given.forEach(token -> missed.remove(token.id()));
    if (expected.isRepetition()) {
      long additions = server.changes.subList(changesBefore, changesAfter).stream().filter(Change::isAddition).count();
      require(additions >= 2L * perPage, "ends by a repetition, but there is none");
    } else {
      Set<String> lost = new LinkedHashSet<>(missed);
      lost.removeAll(movedByRemoval);
      if (plan.ahead() > 1) {
        lost.removeAll(movedByAddition);
      }
      require(lost.isEmpty(), "missed " + lost);
    }
  }

  private void addMoved(Set<String> moved, List<String> ids, int first, int change) {
    for (int j = first; j < ids.size(); j += perPage) {
      int number = j / perPage + 1;
      if (number < plan.firstPage() || (isThere(number) && shown(number).changes() <= change)) {
        moved.add(ids.get(j));
      }
    }
  }

  boolean endedByRepetition() {
    return expected().isRepetition();
  }

  boolean hasSeenALargeSet() {
    return pages.values().stream().anyMatch(page -> page.shown != null && page.shown.totalPages() == null);
  }
}
