package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.katapult.specreader.Spec;
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
  static final int MAX_PAGES = 5;
  private static final int ATTEMPTS = 3;

  final Probe probe;
  final ListOperation list;
  final VerificationSettings settings;

  final int pageSize;

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

  /**
   * Something that is wrong with an answer.
   *
   * @param failure what is wrong, if not what the check says; null otherwise
   */
  record Mismatch(Answer answer, String expected, String came, @Nullable String failure) {
    Mismatch(Answer answer, String expected, String came) {
      this(answer, expected, came, null);
    }
  }

  /**
   * What the checks of a run share.
   *
   * @param results of the checks so far
   * @param pageSize the number of items on the largest page that the checks read: up to 100
   */
  record Run(
      VerificationSettings settings,
      Probe probe,
      Findings findings,
      Consumer<String> progress,
      List<Report.Check> results,
      int pageSize) {}

  Checks(Run run, ListOperation list) {
    probe = run.probe;
    findings = run.findings;
    settings = run.settings;
    progress = run.progress;
    results = run.results;
    pageSize = run.pageSize;
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
    progress.accept(
        "%-10s  %s".formatted(outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '), title));
    results.add(new Report.Check(id, title + ".", outcome, note, probe.answers().size() - before));
    current = null;
  }

  /** Reports that the current check fails. */
  final void fail(Answer answer, String expected, String came) {
    Current check = Objects.requireNonNull(current);
    fail(answer, check.id, check.failure, check.contract, expected, came);
  }

  /** Reports that the current check fails, by a request that got no response. */
  final void fail(Report.Example lost, String expected, String came) {
    Current check = Objects.requireNonNull(current);
    int last = probe.answers().size() - 1;
    fail(lost, last, check.id, check.failure, check.contract, expected, came);
  }

  /** Reports that the current check fails by a mistake that others may find too. */
  private void fail(
      Answer answer, String id, String failure, String contract, String expected, String came) {
    fail(answer.example(), answer.number(), id, failure, contract, expected, came);
  }

  private void fail(
      Report.Example example,
      int response,
      String id,
      String failure,
      String contract,
      String expected,
      String came) {
    Objects.requireNonNull(current).hasFailed = true;
    findings.ofCheck(
        id,
        failure,
        contract,
        response,
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
              throw new NotTestedException(
                  "this does not hold: " + check.title().replaceFirst("\\.$", ""));
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
    return list.organization(settings.organization());
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
    int status = answer.status();
    boolean isOutOfOrder = status == 429 || status >= 500 || (status / 100 == 3 && status != 304);
    if (isOutOfOrder) {
      String name = "HTTP " + status;
      failByResponse(
          answer,
          name,
          name,
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

  /** Checks that the numbers of a page match its items. In a large set, the totals are null. */
  final void totals(Answer answer) {
    JsonNode pagination = answer.at("/pagination");
    boolean isLarge = pagination.path("large_set").asBoolean();
    JsonNode total = pagination.path("total");
    JsonNode pages = pagination.path("total_pages");
    if (!pagination.path("large_set").isBoolean()
        || total.isMissingNode()
        || pages.isMissingNode()) {
      return;
    }
    if (isLarge != total.isNull() || isLarge != pages.isNull()) {
      fail(
          answer,
          "total and total_pages are null in a large set, and only there",
          pagination.toString());
      return;
    }
    JsonNode perPageNode = pagination.path("per_page");
    JsonNode pageNode = pagination.path("current_page");
    if (!isPositive(perPageNode) || !isPositive(pageNode)) {
      // The validator has reported why.
      return;
    }
    long size = items(answer).size();
    long perPage = perPageNode.asLong();
    if (size > perPage) {
      fail(answer, "at most " + perPage + " items", size + " items");
    } else if (isCount(total) && isCount(pages)) {
      long expected = (total.asLong() + perPage - 1) / perPage;
      if (pages.asLong() != expected) {
        fail(
            answer,
            "total_pages " + expected + " with total " + total + " and per_page " + perPage,
            "total_pages " + pages);
      }
      long rest =
          Math.max(0, Math.min(perPage, total.asLong() - (pageNode.asLong() - 1) * perPage));
      if (size != rest) {
        fail(answer, rest + " items on page " + pageNode + " with total " + total, size + " items");
      }
    }
  }

  /** Whether a value is an integer of at least 0. */
  static boolean isCount(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
  }

  /** Checks that no item comes. */
  final void isEmpty(Answer answer, String expected) {
    if (isPage(answer, expected)) {
      // The totals have a check of their own.
      if (!items(answer).isEmpty()) {
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
      failByResponse(
          answer, "the error code " + code, "the error code " + code, problem, contract(code));
    } else if (answer.status() == status && !error.path("code").isTextual()) {
      // The validator has reported why.
      throw new NotTestedException("the error can't be read");
    } else if (answer.status() == status && !cameCode.equals(code)) {
      failByResponse(
          answer,
          code + " " + cameCode,
          "the error code " + code,
          "comes as " + cameCode,
          contract(code));
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

  /** The place of a documented error code in the spec. */
  private static String contract(String code) {
    List<Object> codes =
        Spec.errorCodes().map(documented -> documented.getOrDefault("code", "")).toList();
    return CODES + "/" + codes.indexOf(code);
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
      known = read(pageSize, MAX_PAGES);
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
        Current check = Objects.requireNonNull(current);
        String id = mismatch.failure == null ? check.id : check.id + "-given";
        String failure = mismatch.failure == null ? check.failure : mismatch.failure;
        fail(mismatch.answer, id, failure, check.contract, mismatch.expected, mismatch.came);
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
