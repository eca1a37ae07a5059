package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.katapult.verification.Probe.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all checks share: they send requests about one list operation, and report what is wrong. Not thread-safe. */
abstract class Checks {
  static final String CODES = "/components/schemas/ApiError/x-error-codes";
  static final int LARGEST_PAGE = 100;
  static final int MAX_PAGES = 5;
  private static final int ATTEMPTS = 3;

  final Probe probe;
  final ListOperation list;
  final VerificationSettings settings;

  /** A text that no server has seen before. */
  final String madeUp = "nobody-" + UUID.randomUUID();

  private final Findings findings;
  private final Consumer<String> progress;
  private final List<Report.Check> results;
  private @Nullable Current current;
  private @Nullable Listing listing;

  /** The check that runs now. */
  private static final class Current {
    final String id;
    final String failure;
    final String contract;
    boolean hasFailed;

    Current(String id, String failure, String contract) {
      this.id = id;
      this.failure = failure;
      this.contract = contract;
    }
  }

  /** Ends a check, because this server or its data does not allow it. */
  static final class NotTestedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTestedException(String reason) {
      super(reason);
    }
  }

  /**
   * Items that were read page by page.
   *
   * @param isWhole whether there are no more
   * @param last the last page
   */
  record Listing(List<JsonNode> items, boolean isWhole, Answer last) {
    List<String> ids() {
      return items.stream().map(Checks::id).toList();
    }
  }

  /** Something that is wrong with an answer. */
  record Mismatch(Answer answer, String expected, String came) {}

  /**
   * What the checks of a run share.
   *
   * @param results of the checks so far
   */
  record Run(
      VerificationSettings settings,
      Probe probe,
      Findings findings,
      Consumer<String> progress,
      List<Report.Check> results) {}

  Checks(Run run, ListOperation list) {
    probe = run.probe;
    findings = run.findings;
    settings = run.settings;
    progress = run.progress;
    results = run.results;
    this.list = list;
  }

  abstract void run();

  /**
   * Runs a check.
   *
   * @param title what the contract says, without a full stop
   * @param failure what is wrong if the check fails, without a full stop
   * @param contract the part of the spec that says it, as a JSON pointer
   */
  final void check(String id, String title, String failure, String contract, Runnable body) {
    progress.accept(title);
    Current check = new Current(id, failure, contract);
    current = check;
    int before = probe.answers().size();
    String note = null;
    try {
      body.run();
    } catch (NotTestedException e) {
      note = e.getMessage();
    }
    Report.Outcome outcome =
        check.hasFailed
            ? Report.Outcome.FAILED
            : note == null ? Report.Outcome.PASSED : Report.Outcome.NOT_TESTED;
    if (outcome == Report.Outcome.FAILED) {
      note = null;
    }
    results.add(new Report.Check(id, title + ".", outcome, note, probe.answers().size() - before));
    current = null;
  }

  /** Reports that the current check fails. */
  final void fail(Answer answer, String expected, String came) {
    Current check = Objects.requireNonNull(current);
    fail(answer, check.id, check.failure, check.contract, expected, came);
  }

  /** Reports that the current check fails by a mistake that others may find too. */
  private void fail(
      Answer answer, String id, String failure, String contract, String expected, String came) {
    Objects.requireNonNull(current).hasFailed = true;
    Report.Example example = answer.example();
    findings.ofCheck(
        id,
        failure,
        contract,
        answer.number(),
        new Report.Example(example.asked(), came, expected, example.requestId(), example.curl()));
  }

  /** Reports a mistake of the response that fails the current check, and maybe others. */
  private void failByResponse(
      Answer answer, String id, String place, String problem, String contract) {
    Objects.requireNonNull(current).hasFailed = true;
    probe.report(answer, id, place, problem, contract);
  }

  /** Ends the current check if an earlier one has failed that it depends on. */
  final void needs(String id) {
    results.stream()
        .filter(check -> check.id().equals(id) && check.outcome() == Report.Outcome.FAILED)
        .findFirst()
        .ifPresent(
            check -> {
              throw new NotTestedException("this does not hold: " + check.title());
            });
  }

  // Requests

  /** Lists items of the organization. Parameters are percent-encoded pairs. */
  final Answer list(String... parameters) {
    return send(
        organization() + (parameters.length == 0 ? "" : "&" + String.join("&", parameters)));
  }

  final Answer send(@Nullable String query) {
    return probe.get(list.path(), query, settings.apiKey(), Map.of());
  }

  final String organization() {
    return encoded(list.client()) + "=" + encoded(settings.organization());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A percent-encoded byte for each byte. */
  static String encodedWholly(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append(String.format(Locale.ROOT, "%%%02X", b));
    }
    return encoded.toString();
  }

  // Expectations

  /** Whether the answer is a page whose items can be read; otherwise the current check fails. */
  final boolean isPage(Answer answer, String expected) {
    if (answer.status() != 200) {
      if (!isOutOfOrder(answer)) {
        fail(answer, "HTTP 200, " + expected, answer.example().came());
      }
      return false;
    }
    boolean isReadable =
        items(answer).stream().allMatch(JsonNode::isObject)
            && answer.at("/" + list.items()).isArray();
    if (!isReadable || !answer.at("/pagination").isObject()) {
      // The validator has reported why.
      throw new NotTestedException("the page can't be read");
    }
    return true;
  }

  /** Whether the server failed, or refused to serve any request. This is one mistake, whatever was asked. */
  private boolean isOutOfOrder(Answer answer) {
    boolean isOutOfOrder = answer.status() == 429 || answer.status() >= 500;
    if (isOutOfOrder) {
      String status = "HTTP " + answer.status();
      failByResponse(
          answer,
          status,
          status,
          "comes instead of a response to the request",
          list.contract() + "/responses");
    }
    return isOutOfOrder;
  }

  /** Checks that the answer is a page with these numbers; null for a number that does not matter. */
  final boolean isPage(Answer answer, @Nullable Integer page, @Nullable Integer perPage) {
    String expected =
        (page == null ? "a page" : "page " + page)
            + (perPage == null ? "" : " with per_page " + perPage);
    if (!isPage(answer, expected)) {
      return false;
    }
    if (!isNumber(answer, "current_page", page) || !isNumber(answer, "per_page", perPage)) {
      fail(answer, "HTTP 200, " + expected, answer.example().came());
      return false;
    }
    return true;
  }

  /** Whether a number of the pagination is the expected one. The validator reports one that can't be any. */
  private static boolean isNumber(Answer answer, String name, @Nullable Integer expected) {
    JsonNode number = answer.at("/pagination/" + name);
    return expected == null || !isPositive(number) || number.asLong() == expected;
  }

  /** Whether a value is an integer of at least 1. */
  static boolean isPositive(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToInt() && number.asInt() > 0;
  }

  /** Checks that no item comes. */
  final void isEmpty(Answer answer, String expected) {
    if (isPage(answer, expected)) {
      if (!items(answer).isEmpty() || isPositive(answer.at("/pagination/total"))) {
        fail(answer, "HTTP 200, " + expected, answer.example().came());
      }
    }
  }

  /** Checks that the answer is this error. */
  final void isError(
      Answer answer, int status, String code, @Nullable String issue, String... path) {
    String expected = "HTTP " + status + " " + code + (issue == null ? "" : " (" + issue + ")");
    JsonNode error = answer.at("/error");
    String cameCode = error.path("code").asText("");
    JsonNode cameIssue = error.at("/detail/issue");
    if (cameCode.equals(code) && answer.status() != status) {
      String problem = "comes with status " + answer.status() + " instead of " + status;
      failByResponse(answer, "the error code " + code, "the error code " + code, problem, CODES);
    } else if (answer.status() == status && !error.path("code").isTextual()) {
      // The validator has reported why.
      throw new NotTestedException("the error can't be read");
    } else if (answer.status() == status && !cameCode.equals(code)) {
      failByResponse(
          answer, code + " " + cameCode, "the error code " + code, "comes as " + cameCode, CODES);
    } else if (answer.status() != status) {
      if (!isOutOfOrder(answer)) {
        fail(answer, expected, answer.example().came());
      }
    } else if (issue != null && cameIssue.isTextual() && !cameIssue.asText().equals(issue)) {
      String problem = issue + " comes as " + cameIssue.asText();
      failByResponse(
          answer,
          "issue",
          "the issue",
          problem,
          "/components/schemas/ErrorDetail/properties/issue");
    } else {
      isAbout(answer, path);
    }
  }

  /** Checks that an error names the argument that is wrong. */
  private void isAbout(Answer answer, String... path) {
    JsonNode detail = answer.at("/error/detail");
    List<String> names = new ArrayList<>();
    detail.path("path").forEach(name -> names.add(name.asText()));
    JsonNode name = detail.at("/argument/name");
    String last = path.length == 0 ? "" : path[path.length - 1];
    boolean isPath = !detail.has("path") || names.equals(List.of(path));
    boolean isName = !name.isTextual() || name.asText().equals(last);
    if (path.length > 0 && (!isPath || !isName)) {
      fail(
          answer,
          "wrong-argument",
          "An error names another argument than the wrong one",
          "/components/schemas/ErrorDetail/properties/path",
          "path " + List.of(path) + " and argument " + last,
          answer.example().came() + " with path " + names + " and argument " + name.asText(""));
    }
  }

  // Items

  final List<JsonNode> items(Answer answer) {
    List<JsonNode> items = new ArrayList<>();
    answer.at("/" + list.items()).forEach(items::add);
    return items;
  }

  static String id(JsonNode item) {
    return item.path("id").asText(item.toString());
  }

  /** The items of the organization, up to the first 500. Read once, and again after they have changed. */
  final Listing listing() {
    Listing known = listing;
    if (known == null) {
      known = read(LARGEST_PAGE, MAX_PAGES);
      listing = known;
    }
    return known;
  }

  /**
   * Reads pages of a size until the last one.
   *
   * @throws NotTestedException if a page can't be read
   */
  final Listing read(int perPage, int maxPages, String... parameters) {
    List<JsonNode> items = new ArrayList<>();
    for (int page = 1; ; page++) {
      List<String> query = new ArrayList<>(List.of(parameters));
      query.add("page=" + page);
      query.add("per_page=" + perPage);
      Answer answer = list(query.toArray(String[]::new));
      if (!isPage(answer, "page " + page)) {
        throw new NotTestedException(
            "page " + page + " with per_page " + perPage + " can't be read");
      }
      List<JsonNode> more = items(answer);
      items.addAll(more);
      JsonNode pages = answer.at("/pagination/total_pages");
      boolean isLast = pages.isIntegralNumber() ? page >= pages.asLong() : more.size() < perPage;
      if (isLast || page == maxPages) {
        return new Listing(items, isLast, answer);
      }
    }
  }

  /**
   * Runs a comparison with the items of the organization. If it fails, reads these items again: if they have changed,
   * the comparison runs again, because others may use the organization at the same time.
   */
  final void compared(Supplier<@Nullable Mismatch> comparison) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (findings.has("order")) {
        throw new NotTestedException("the order of the items changes");
      }
      Listing before = listing();
      Mismatch mismatch = comparison.get();
      if (mismatch == null) {
        return;
      }
      listing = null;
      if (listing().items().equals(before.items())) {
        fail(mismatch.answer, mismatch.expected, mismatch.came);
        return;
      }
      isExplained(before, listing());
    }
    throw new NotTestedException("the items changed while they were read");
  }

  /** Checks that items were only added, removed or edited between two readings: the others keep their order. */
  final void isExplained(Listing before, Listing after) {
    List<String> kept = new ArrayList<>(before.ids());
    kept.retainAll(new HashSet<>(after.ids()));
    List<String> again = new ArrayList<>(after.ids());
    again.retainAll(new HashSet<>(before.ids()));
    if (!kept.equals(again)) {
      fail(
          after.last(),
          "order",
          "The order of the items changes from request to request",
          list.contract(),
          "the same items in the same order as before",
          "the same items in another order");
    }
  }

  /** Ends the current check if there are fewer items. */
  final void needsItems(int count) {
    int found = listing().items().size();
    if (found < count) {
      throw new NotTestedException(
          found == 0
              ? "the organization has no items"
              : "the organization has "
                  + found
                  + (found == 1 ? " item" : " items")
                  + ", and this needs "
                  + count);
    }
  }

  static Set<String> ids(List<JsonNode> items) {
    Set<String> ids = new HashSet<>();
    items.forEach(item -> ids.add(id(item)));
    return ids;
  }
}
