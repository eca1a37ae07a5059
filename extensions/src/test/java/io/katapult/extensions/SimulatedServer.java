package io.katapult.extensions;

import io.katapult.extensions.SimulatedCall.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import okhttp3.Headers;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory, with tokens that come, go and get other names while they are listed. What it is like, chance
 * decides: how slow and how faulty, what limit it has, and whether it keeps to its own rules.
 */
final class SimulatedServer {
  private static final int MOST_PAGES_TOLD = 60;
  private static final int DEFAULT_PER_PAGE = 30;

  record Token(String id, String name) {}

  /** One token more or less. */
  record Change(boolean isAddition, int index, String id) {}

  /**
   * A page as it was shown.
   *
   * @param changes how many there had been before
   */
  record Shown(List<Token> tokens, @Nullable Integer totalPages, int perPage, int changes) {}

  /** What it says of its limit. */
  enum Figures {
    RIGHT,
    NOT_ALWAYS,
    NONSENSE,
    ANY
  }

  /** How it breaks the rules of paging. */
  enum Oddity {
    NONE,
    REPEATS_ONE_PAGE,
    TELLS_OF_EVER_MORE_PAGES,
    REPEATS_ONE_OF_EVER_MORE_PAGES
  }

  /** Where a change is. */
  private enum Place {
    ADD_FIRST,
    ADD_LAST,
    ADD_ANYWHERE,
    REMOVE_FIRST,
    REMOVE_ANYWHERE,
    RENAME_ANYWHERE
  }

  final List<Change> changes = new ArrayList<>();
  final Oddity oddity;
  final Figures figures;

  /** Requests a minute; any number if it is 0. */
  final int permitted;

  private final Simulation simulation;
  private final Consumer<SimulatedCall> onRefusal;
  private final List<Token> tokens = new ArrayList<>();
  private final IdentityHashMap<Answer, Shown> pages = new IdentityHashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final boolean othersUseTheKey;
  private final int largeFrom;
  private final int mostPerPage;
  private final int faults;
  private final int slowest;
  private final int slowPages;
  private final boolean keepsTheOrder;
  private final long ahead;
  private final int longestCalm;
  private final String description;
  private int changesLeft;
  private int nextToken;
  private int renamed;
  private int pagesTold;
  private long minute = Long.MIN_VALUE;
  private int used;

  /** {@code onRefusal} gets each call that exceeds the limit. */
  SimulatedServer(Simulation simulation, Consumer<SimulatedCall> onRefusal) {
    this.simulation = simulation;
    this.onRefusal = onRefusal;
    oddity = simulation.percent(92) ? Oddity.NONE : simulation.oneOf(Oddity.values());
    permitted = simulation.percent(40) ? 0 : simulation.percent(80) ? simulation.between(1, 12) : 200;
    figures = simulation.percent(60) ? Figures.RIGHT : simulation.oneOf(Figures.values());
    othersUseTheKey = permitted > 0 && simulation.percent(30);
    largeFrom = simulation.percent(60) ? Integer.MAX_VALUE : simulation.percent(60) ? 0 : simulation.between(1, 30);
    mostPerPage = simulation.percent(80) ? 200 : simulation.between(1, 5);
    faults = simulation.percent(40) ? 0 : simulation.oneOf(3, 10, 30, 60);
    slowest = simulation.oneOf(1, 20, 200, 2_000);
    slowPages = simulation.percent(60) ? 0 : simulation.oneOf(2, 20);
    keepsTheOrder = simulation.percent(20);
    ahead = simulation.percent(50) ? 0 : simulation.nanos(-90_000, 90_000);
    int size = simulation.percent(10) ? 0 : simulation.upTo(simulation.oneOf(5, 20, 60));
    for (int i = 0; i < size; i++) {
      tokens.add(newToken());
    }
    longestCalm = simulation.oneOf(10, 200, 2_000, 60_000);
    for (Place place : Place.values()) {
      int weight = simulation.percent(40) ? 0 : simulation.oneOf(1, 3, 10);
      for (int i = 0; i < weight; i++) {
        places.add(place);
      }
    }
    changesLeft =
        places.isEmpty() || simulation.percent(40) ? 0 : simulation.between(1, simulation.oneOf(3, 20, 60));
    description =
        "%d tokens, a large set from %d on, at most %d on a page; %d changes, at most %d ms apart; oddity: %s%n"
                .formatted(size, largeFrom, mostPerPage, changesLeft, longestCalm, oddity)
            + "limit: %d a minute, others use it: %b, figures: %s; clock ahead by %d ms%n"
                .formatted(permitted, othersUseTheKey, figures, ahead / 1_000_000)
            + "faults: %d %%; a way takes at most %d ms, always as long: %b; slow pages: %d %%"
                .formatted(faults, slowest, keepsTheOrder, slowPages);
  }

  @Override
  public String toString() {
    return description;
  }

  private Token newToken() {
    String id = "token" + nextToken++;
    return new Token(id, "Version 1 of " + id);
  }

  /** Begins to change the list, and lets others use the key, as long as it is read. */
  void live(BooleanSupplier isRead) {
    simulation.later(simulation.nanos(0, longestCalm), () -> change(isRead));
    if (othersUseTheKey) {
      simulation.later(simulation.nanos(0, 60_000), () -> use(isRead));
    }
  }

  private void use(BooleanSupplier isRead) {
    if (isRead.getAsBoolean()) {
      startMinute();
      used += simulation.between(1, permitted);
      simulation.trace(() -> "others use the key: " + used + " requests in this minute");
      simulation.later(simulation.nanos(0, 60_000), () -> use(isRead));
    }
  }

  private void change(BooleanSupplier isRead) {
    if (changesLeft == 0 || !isRead.getAsBoolean()) {
      return;
    }
    int atOnce = simulation.percent(80) ? 1 : simulation.between(2, 10);
    for (int i = 0; i < atOnce && changesLeft > 0; i++) {
      changesLeft--;
      change(places.get(simulation.upTo(places.size() - 1)));
    }
    simulation.later(simulation.nanos(0, longestCalm), () -> change(isRead));
  }

  private void change(Place place) {
    int size = tokens.size();
    int any = simulation.upTo(Math.max(0, size - 1));
    switch (place) {
      case ADD_FIRST -> add(0);
      case ADD_LAST -> add(size);
      case ADD_ANYWHERE -> add(simulation.upTo(size));
      case REMOVE_FIRST -> remove(0);
      case REMOVE_ANYWHERE -> remove(any);
      case RENAME_ANYWHERE -> rename(any);
    }
  }

  private void add(int index) {
    Token token = newToken();
    tokens.add(index, token);
    changes.add(new Change(true, index, token.id()));
    simulation.trace(() -> token.id() + " is added at " + index);
  }

  private void remove(int index) {
    if (index < tokens.size()) {
      Token token = tokens.remove(index);
      changes.add(new Change(false, index, token.id()));
      simulation.trace(() -> token.id() + " is removed at " + index);
    }
  }

  private void rename(int index) {
    if (index < tokens.size()) {
      String id = tokens.get(index).id();
      tokens.set(index, new Token(id, "Version " + (2 + renamed++) + " of " + id));
      simulation.trace(() -> id + " gets another name");
    }
  }

  boolean hasRenamed() {
    return renamed > 0;
  }

  boolean tellsOfALimit() {
    return figures != Figures.NONSENSE && (permitted > 0 || figures == Figures.ANY);
  }

  boolean isAloneAndRight() {
    return figures == Figures.RIGHT && !othersUseTheKey;
  }

  /** {@return the ids when there had been so many changes} */
  List<String> idsAfter(int count) {
    List<String> ids = new ArrayList<>();
    tokens.forEach(token -> ids.add(token.id()));
    for (int i = changes.size() - 1; i >= count; i--) {
      Change change = changes.get(i);
      if (change.isAddition()) {
        ids.remove(change.index());
      } else {
        ids.add(change.index(), change.id());
      }
    }
    return ids;
  }

  /** Does with a call what a network and a server do. */
  void take(SimulatedCall call) {
    long limit = call.timeout().timeoutNanos();
    if (limit > 0) {
      simulation.later(limit, call::timeOut);
    }
    if (simulation.percent(faults / 3)) {
      IOException failure =
          simulation.percent(5)
              ? new ProtocolException("unexpected status line")
              : simulation.oneOf(new ConnectException("refused"), new SocketTimeoutException("connect timed out"));
      simulation.later(way(), () -> call.fail(failure));
    } else {
      simulation.later(way(), () -> arrive(call));
    }
  }

  private long way() {
    return keepsTheOrder ? simulation.nanos(slowest, slowest) : simulation.nanos(0, slowest);
  }

  /** Counts it, though nobody may wait for it any more. */
  private void arrive(SimulatedCall call) {
    startMinute();
    used++;
    int left = permitted - used;
    if (permitted > 0 && left < 0) {
      onRefusal.accept(call);
      send(call, error(429, "rate_limit_reached", 0));
    } else {
      boolean isSlow = simulation.percent(slowPages);
      simulation.later(isSlow ? simulation.nanos(0, 40_000) : way() / 4, () -> serve(call, left));
    }
  }

  private Instant now() {
    return simulation.now().plusNanos(ahead);
  }

  private void startMinute() {
    long current = Math.floorDiv(now().getEpochSecond(), 60L);
    if (current != minute) {
      minute = current;
      used = 0;
    }
  }

  private void serve(SimulatedCall call, int left) {
    int fault = simulation.percent(faults) ? simulation.upTo(99) : 100;
    if (fault < 30) {
      send(call, error(503, "service_unavailable", left));
    } else if (fault < 50) {
      send(call, error(simulation.oneOf(500, 502, 504), "unhandled_exception", left));
    } else if (fault < 65) {
      send(call, error(429, "rate_limit_reached", left));
    } else if (fault < 80) {
      String whole = page(call, left).body();
      String begin = whole.substring(0, simulation.upTo(whole.length() - 1));
      send(call, new Answer(200, headers(left).build(), begin, true));
    } else if (fault < 95) {
      IOException failure =
          simulation.oneOf(new IOException("connection reset"), new SocketTimeoutException("Read timed out"));
      simulation.later(way(), () -> call.fail(failure));
    } else if (fault < 98) {
      send(call, error(simulation.oneOf(403, 404), "permission_denied", left));
    } else if (fault < 100) {
      send(call, new Answer(200, headers(left).build(), "<h1>It works!</h1>", false));
    } else {
      send(call, page(call, left));
    }
  }

  private void send(SimulatedCall call, Answer answer) {
    simulation.trace(() -> "the server answers " + call + ": " + describe(answer));
    simulation.later(way(), () -> call.answer(answer));
  }

  private String describe(Answer answer) {
    Shown page = shown(answer);
    String ids = page == null ? "" : " " + page.tokens().stream().map(Token::id).toList();
    String cut = answer.isCut() ? " cut" : "";
    return answer.status() + ids + cut + ", " + answer.headers().toString().replace('\n', ' ');
  }

  /** {@return the page in this answer; null if it has none, or not all of it} */
  @Nullable Shown shown(Answer answer) {
    return pages.get(answer);
  }

  private Answer error(int status, String code, int left) {
    Headers.Builder headers = headers(left);
    if ((status == 429 || status == 503) && simulation.percent(30)) {
      int kind = simulation.upTo(9);
      headers.set(
          "Retry-After",
          kind == 0
              ? simulation.oneOf("soon", "-1", "1.5", "99999999999999999999")
              : kind < 3
                  ? date(now().plusNanos(simulation.nanos(-5_000, 90_000)))
                  : String.valueOf(simulation.upTo(simulation.oneOf(3, 90))));
    }
    return new Answer(
        status, headers.build(), "{\"error\":{\"code\":\"" + code + "\",\"description\":null,\"detail\":{}}}", false);
  }

  private static String date(Instant instant) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
  }

  private Headers.Builder headers(int left) {
    Headers.Builder headers = new Headers.Builder();
    switch (figures) {
      case RIGHT -> addFigures(headers, left);
      case NOT_ALWAYS -> {
        if (simulation.percent(70)) {
          addFigures(headers, left);
        }
      }
      case NONSENSE -> addNonsense(headers);
      case ANY -> {
        int any = simulation.upTo(20);
        headers.set("Date", date(now().plusNanos(simulation.nanos(-60_000, 60_000))));
        headers.set("X-RateLimit-Permitted", String.valueOf(any));
        headers.set("X-RateLimit-Remaining", String.valueOf(simulation.upTo(any)));
      }
    }
    return headers;
  }

  private void addFigures(Headers.Builder headers, int left) {
    headers.set("Date", date(now()));
    if (permitted > 0) {
      headers.set("X-RateLimit-Permitted", String.valueOf(permitted));
      headers.set("X-RateLimit-Remaining", String.valueOf(left));
    }
  }

  /** One of the two makes no sense, or both. */
  private void addNonsense(Headers.Builder headers) {
    boolean isPermittedRight = simulation.percent(30);
    headers.set("Date", simulation.oneOf("", "yesterday", "0", "Thu, 01 Jan 1970 00:00:00 GMT"));
    headers.set(
        "X-RateLimit-Permitted",
        isPermittedRight ? "200" : simulation.oneOf("", "-1", "0", "many", "1e3", "99999999999", "-2147483648"));
    headers.set(
        "X-RateLimit-Remaining",
        isPermittedRight ? simulation.oneOf("", "-1", "201", "none", "0x10", "-99999999999", "2147483647") : "0");
  }

  private Answer page(SimulatedCall call, int left) {
    int perPage = perPage(call.request());
    Integer total = tokens.size() >= largeFrom ? null : (Integer) tokens.size();
    boolean repeats = oddity == Oddity.REPEATS_ONE_PAGE || oddity == Oddity.REPEATS_ONE_OF_EVER_MORE_PAGES;
    int from = Math.min(tokens.size(), repeats ? 0 : (call.page - 1) * perPage);
    List<Token> onPage = List.copyOf(tokens.subList(from, Math.min(tokens.size(), from + perPage)));
    Shown page = new Shown(onPage, total == null ? null : (Integer) totalPages(perPage), perPage, changes.size());
    Answer answer = new Answer(200, headers(left).build(), json(call.page, total, page), false);
    pages.put(answer, page);
    return answer;
  }

  private int totalPages(int perPage) {
    if (oddity == Oddity.TELLS_OF_EVER_MORE_PAGES || oddity == Oddity.REPEATS_ONE_OF_EVER_MORE_PAGES) {
      pagesTold = Math.min(MOST_PAGES_TOLD, pagesTold + simulation.upTo(10));
    }
    return Math.max(pagesTold, (tokens.size() + perPage - 1) / perPage);
  }

  private static String json(int number, @Nullable Integer total, Shown page) {
    StringBuilder json = new StringBuilder("{\"pagination\":{\"current_page\":").append(number);
    json.append(",\"total_pages\":").append(page.totalPages()).append(",\"total\":").append(total);
    json.append(",\"per_page\":").append(page.perPage()).append(",\"large_set\":").append(total == null);
    json.append("},\"api_tokens\":[");
    String comma = "";
    for (Token token : page.tokens()) {
      json.append(comma).append("{\"id\":\"").append(token.id()).append("\",\"name\":\"").append(token.name());
      json.append("\",\"organization_id\":null,\"authorized_ip_addresses\":[],\"expires_at\":null,\"rate_limit\":200,");
      json.append("\"scopes\":[],\"secret\":null}");
      comma = ",";
    }
    return json.append("]}").toString();
  }

  /** {@return how many tokens a page has that this asks for} */
  int perPage(Request request) {
    String asked = request.url().queryParameter("per_page");
    return Math.min(mostPerPage, asked == null ? DEFAULT_PER_PAGE : Integer.parseInt(asked));
  }
}
