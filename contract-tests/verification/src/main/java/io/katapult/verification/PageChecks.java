package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.katapult.verification.Probe.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks of pages, totals and the organization. */
final class PageChecks extends Checks {
  private static final int DEFAULT_PAGE = 30;
  private static final List<Integer> SIZES = List.of(1, 2, 7);

  /** The first items, which are read in pages of each size: a multiple of the sizes. */
  private static final int WINDOW = 14;

  private static final int PAST_ANY_END = 1_000_000;

  PageChecks(Run run, ListOperation list) {
    super(run, list);
  }

  @Override
  void run() {
    String parameters = list.contract() + "/parameters";
    String pagination = "/components/schemas/Pagination";
    check(
        "first-page",
        "Without parameters, page 1 comes with per_page 30",
        "The defaults of page and per_page are wrong",
        parameters,
        () -> compared(this::firstPage));
    check(
        "echo",
        "page and per_page choose a page, and are echoed",
        "page and per_page don't choose the page that comes",
        pagination,
        this::echo);
    check(
        "past-the-end",
        "A page past the end is empty and echoes its number",
        "A page past the end does not come as an empty page",
        pagination + "/properties/current_page",
        this::pastTheEnd);
    check(
        "totals",
        "The totals match the items",
        "The totals don't match the items",
        pagination,
        this::totals);
    check(
        "page-sizes",
        "Pages of 1, 2, 7 and " + pageSize + " items have the same items",
        "Pages of another size have other items",
        parameters,
        this::sizes);
    check(
        "last-page",
        "The last page ends the list",
        "The last page does not end the list",
        pagination,
        this::lastPage);
    check(
        "no-doubles",
        "No item comes twice",
        "An item comes twice",
        parameters,
        () -> compared(this::doubles));
    check(
        "repeat",
        "The same request gives the same response",
        "The same request gives different responses",
        list.contract(),
        this::repeat);
    check(
        "organization-only",
        "All items belong to one organization",
        "Items belong to several organizations",
        list.contract(),
        this::oneOrganization);
    check(
        "organization-by-id",
        "An organization is found by its id too",
        "An organization is not found by its id",
        parameters,
        this::byId);
  }

  private @Nullable Mismatch firstPage() {
    List<JsonNode> all = listing().items();
    Answer answer = list();
    if (!isPage(answer, 1, DEFAULT_PAGE)) {
      return null;
    }
    return differs(
        answer, all.subList(0, Math.min(DEFAULT_PAGE, all.size())), "the first 30 items");
  }

  private @Nullable Mismatch differs(Answer answer, List<JsonNode> expected, String what) {
    List<JsonNode> items = items(answer);
    if (items.equals(expected)) {
      return null;
    }
    String how =
        items.size() != expected.size()
            ? Probe.counted(items.size(), "item")
            : ids(items).equals(ids(expected))
                ? "the same items in another order, or with other properties"
                : "other items";
    return new Mismatch(
        answer, what + " (" + expected.size() + ")", answer.example().came() + ": " + how);
  }

  private void echo() {
    isPage(list("per_page=1"), 1, 1);
    isPage(list("page=2", "per_page=7"), 2, 7);
    isPage(list("per_page=" + pageSize, "page=3"), 3, pageSize);
  }

  private void pastTheEnd() {
    Answer far = list("page=" + PAST_ANY_END);
    if (isPage(far, PAST_ANY_END, DEFAULT_PAGE) && !items(far).isEmpty()) {
      fail(far, "no items", far.example().came());
    }
    JsonNode pages = listing().last().at("/pagination/total_pages");
    if (isCount(pages) && pages.canConvertToInt()) {
      int next = Math.max(1, pages.asInt()) + 1;
      Answer answer = list("page=" + next, "per_page=" + pageSize);
      if (isPage(answer, next, pageSize) && !items(answer).isEmpty()) {
        fail(answer, "no items on page " + next + " of " + pages, answer.example().came());
      }
    }
  }

  /** Checks the numbers of all pages so far. In a large set, the totals are null. */
  private void totals() {
    listing();
    list("page=1", "per_page=1");
    list("page=2", "per_page=2");
    Set<Boolean> large = new TreeSet<>();
    for (Answer answer : List.copyOf(probe.answers())) {
      JsonNode pagination = answer.at("/pagination");
      if (answer.status() == 200
          && pagination.isObject()
          && answer.exchange().target().contains(organization())) {
        totals(answer);
        large.add(pagination.path("large_set").asBoolean());
      }
    }
    if (large.size() > 1) {
      Answer last = listing().last();
      fail(
          last,
          "large_set is the same on each page",
          "large_set is true on some pages and false on others");
    }
  }

  private void sizes() {
    needsItems(2);
    compared(
        () -> {
          List<JsonNode> all = listing().items();
          int window = Math.min(WINDOW, all.size());
          for (int size : SIZES) {
            List<Integer> pages = new ArrayList<>();
            for (int page = 1; (page - 1) * size < window; page++) {
              pages.add(page);
            }
            int last = (all.size() + size - 1) / size;
            if (listing().isWhole() && !pages.contains(last)) {
              pages.add(last);
            }
            for (int page : pages) {
              Answer answer = list("per_page=" + size, "page=" + page);
              if (!isPage(answer, page, size)) {
                return null;
              }
              List<JsonNode> expected =
                  all.subList((page - 1) * size, Math.min(page * size, all.size()));
              Mismatch mismatch =
                  differs(answer, expected, "items " + ((page - 1) * size + 1) + " and following");
              if (mismatch != null) {
                return mismatch;
              }
            }
          }
          return null;
        });
  }

  /** Reads the last page of a list that is too long to be read as a whole. */
  private void lastPage() {
    JsonNode pages = listing().last().at("/pagination/total_pages");
    if (listing().isWhole()) {
      compared(
          () -> {
            JsonNode total = listing().last().at("/pagination/total");
            int size = listing().items().size();
            return isCount(total) && total.asLong() != size
                ? new Mismatch(
                    listing().last(), total + " items on all pages, as total says", size + " items")
                : null;
          });
    } else if (isPositive(pages)) {
      Answer last = list("page=" + pages, "per_page=" + pageSize);
      if (isPage(last, "the last page") && items(last).isEmpty()) {
        fail(last, "items on page " + pages + " of " + pages, last.example().came());
      }
    } else {
      throw new NotTestedException(
          "the set has more than " + pageSize * MAX_PAGES + " items, and does not say how many");
    }
  }

  private @Nullable Mismatch doubles() {
    Listing read = listing();
    List<String> ids =
        read.items().stream()
            .map(item -> item.path("id"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .filter(id -> !id.isEmpty())
            .toList();
    int again = ids.size() - new TreeSet<>(ids).size();
    return again == 0
        ? null
        : new Mismatch(read.last(), "each id once", Probe.counted(again, "item") + " again");
  }

  private void repeat() {
    List<JsonNode> first = listing().items();
    List<List<JsonNode>> readings =
        new ArrayList<>(List.of(first.subList(0, Math.min(pageSize, first.size()))));
    Answer last = listing().last();
    while (readings.size() <= 4) {
      List<JsonNode> before = readings.get(readings.size() - 1);
      Listing again = read(pageSize, 1);
      if (again.items().equals(before)) {
        return;
      }
      last = again.last();
      isExplained(new Listing(before, false, last), again);
      readings.add(again.items());
    }
    Set<String> back = ids(readings.get(0));
    back.removeAll(ids(readings.get(1)));
    back.retainAll(ids(readings.get(2)));
    boolean isSameSet = readings.stream().map(Checks::ids).distinct().count() == 1;
    if (!back.isEmpty() || isSameSet) {
      String came =
          isSameSet ? "each time, the items have other properties" : "items vanish and come back";
      fail(last, "the same items in five requests", came);
    } else {
      throw new NotTestedException("the items changed with each request");
    }
  }

  private void oneOrganization() {
    String property = idProperty();
    needsItems(1);
    compared(
        () -> {
          Set<String> ids = new TreeSet<>();
          listing().items().stream()
              .map(item -> item.path(property))
              .filter(JsonNode::isTextual)
              .forEach(id -> ids.add(id.asText()));
          return ids.size() > 1
              ? new Mismatch(
                  listing().last(),
                  "one " + property + " in all items",
                  property + " " + String.join(", ", ids))
              : null;
        });
  }

  /** The property of an item that has the id of its organization: {@code organization_id} for organization[…]. */
  private String idProperty() {
    return list.group() + "_id";
  }

  private void byId() {
    needsItems(1);
    String id =
        listing().items().stream()
            .map(item -> item.path(idProperty()))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst()
            .orElseThrow(() -> new NotTestedException("no item has an " + idProperty()));
    String name = list.group() + "[id]";
    if (!list.alternatives().contains(name)) {
      throw new NotTestedException("the operation has no parameter " + name);
    }
    String byId = encoded(name) + "=" + encoded(id);
    isError(
        send(byId + "&" + organization()),
        400,
        "invalid_argument",
        "ambiguous_lookup_values",
        list.group());
    String swapped = encoded(name) + "=" + encoded(settings.organization());
    isError(send(swapped), 404, "organization_not_found", null);
    isError(send(encoded(list.client()) + "=" + encoded(id)), 404, "organization_not_found", null);
    if (list.rows() != null) {
      ListOperation.Rows rows = list.rows();
      String key = encoded(rows.array() + "[][" + rows.required() + "]");
      isEmpty(
          send(byId + "&" + key + "=" + madeUp), "no items with an annotation that was made up");
    }
    compared(
        () -> {
          List<JsonNode> all = listing().items();
          Answer first = send(byId + "&per_page=" + pageSize);
          if (!isPage(first, "the items of " + id)) {
            return null;
          }
          Mismatch mismatch =
              differs(
                  first,
                  all.subList(0, Math.min(pageSize, all.size())),
                  "the same items as by the sub-domain");
          if (mismatch != null) {
            return mismatch;
          }
          Answer second = send(byId + "&per_page=1&page=2");
          return isPage(second, 2, 1)
              ? differs(
                  second, all.subList(Math.min(1, all.size()), Math.min(2, all.size())), "item 2")
              : null;
        });
  }
}
