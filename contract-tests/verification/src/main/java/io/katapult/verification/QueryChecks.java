package io.katapult.verification;

import io.katapult.specreader.Spec;
import io.katapult.verification.Probe.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Checks of errors, and of how the server reads a query. They need no items. */
final class QueryChecks extends Checks {
  QueryChecks(Run run, ListOperation list) {
    super(run, list);
  }

  @Override
  void run() {
    String parameters = list.contract() + "/parameters";
    String rules = list.contract() + "/x-parameter-rules";
    check(
        "missing-token",
        "A request without a token is refused",
        "A request without a token is not refused with 400 missing_api_token",
        "/security",
        this::missingTokens);
    check(
        "wrong-token",
        "A wrong token is refused",
        "A wrong token is not refused with 403 invalid_api_token",
        "/security",
        this::wrongTokens);
    check(
        "unknown-route",
        "An unknown route is not found",
        "An unknown route does not give 404 route_not_found",
        CODES,
        () -> {
          String path = list.path() + "_" + madeUp;
          Answer answer = probe.get(path, organization(), settings.apiKey(), Map.of());
          isError(answer, 404, "route_not_found", null);
        });
    check(
        "unknown-organization",
        "An unknown organization is not found",
        "An unknown organization does not give 404 organization_not_found",
        list.contract(),
        this::unknownOrganizations);
    check(
        "two-organizations",
        "Two ways to name the organization are refused",
        "Two ways to name the organization are not refused with 400 invalid_argument"
            + " (ambiguous_lookup_values)",
        rules,
        this::twoOrganizations);
    check(
        "bounds",
        "A number below its minimum is refused",
        "A number below its minimum is not refused with 400 invalid_argument (validation_errors)",
        parameters,
        () -> refusesNumbers("validation_errors", "0", "-1"));
    check(
        "not-a-number",
        "Text instead of a number is refused",
        "Text instead of a number is not refused with 400 invalid_argument (parse_error)",
        parameters,
        () -> refusesNumbers("parse_error", "abc", ""));
    check(
        "unknown-parameters",
        "Unknown parameters are ignored",
        "Unknown parameters are not ignored",
        parameters,
        () -> isPage(list("unknown=1", "other%5B%5D%5Bkey%5D=2", "PAGE=2", "pages=2"), 1, 30));
    check(
        "last-wins",
        "The last value of a repeated parameter counts",
        "The last value of a repeated parameter does not count",
        parameters,
        this::lastWins);
    check(
        "percent-encoding",
        "Names and values are percent-decoded once, after the query is split",
        "Names and values are not percent-decoded once, after the query is split",
        parameters,
        this::percentEncoding);
    check(
        "plus",
        "A plus sign in a query means a space",
        "A plus sign in a query is not read as a space",
        parameters,
        this::plus);
    ListOperation.Rows rows = list.rows();
    if (rows != null) {
      check(
          "rows",
          "Annotations are read row by row, and each row needs a key",
          "Annotations are not read row by row, or a row needs no key",
          rules,
          () -> rows(rows));
      check(
          "brackets",
          "Brackets mean the same, encoded or not",
          "Brackets mean something else in another encoding",
          rules,
          () -> brackets(rows));
      check(
          "indexes",
          "Other ways to write an array are refused",
          "Another way to write an array is not refused with 400 invalid_argument (array_expected)",
          rules,
          () -> indexes(rows));
    }
  }

  private void refusesNumbers(String issue, String... values) {
    for (String name : numbers()) {
      for (String value : values) {
        isError(list(name + "=" + value), 400, "invalid_argument", issue, name);
      }
    }
  }

  private void indexes(ListOperation.Rows rows) {
    String key = "[" + rows.required() + "]=" + madeUp;
    String second = "&" + rows.array() + "[1][" + rows.required() + "]=" + madeUp;
    for (String way : List.of("[0]" + key, key, "=" + madeUp, "[0]" + key + second)) {
      String query = (rows.array() + way).replace("[", "%5B").replace("]", "%5D");
      isError(list(query), 400, "invalid_argument", "array_expected", rows.array());
    }
  }

  /** Queries that a server may handle on paths of their own. */
  private List<String> queries() {
    List<String> queries =
        new ArrayList<>(List.of(organization(), organization() + "&page=1&per_page=1"));
    ListOperation.Rows rows = list.rows();
    if (rows != null) {
      queries.add(
          organization()
              + "&"
              + encoded(rows.array() + "[][" + rows.required() + "]")
              + "="
              + madeUp);
    }
    list.alternatives().forEach(name -> queries.add(encoded(name) + "=" + madeUp));
    return queries;
  }

  private void missingTokens() {
    for (String query : queries()) {
      isError(probe.get(list.path(), query, null, Map.of()), 400, "missing_api_token", null);
    }
    Answer page = list("page=1", "per_page=1");
    String etag = Objects.requireNonNullElse(page.header("ETag"), "*");
    String query = organization() + "&page=1&per_page=1";
    Map<String, String> conditional = Map.of("If-None-Match", etag);
    isError(probe.get(list.path(), query, null, conditional), 400, "missing_api_token", null);
    // Which error they give is open.
    for (String value : List.of("Bearer", "Basic " + settings.apiKey(), settings.apiKey())) {
      Answer answer = probe.get(list.path(), organization(), null, Map.of("Authorization", value));
      if (answer.status() != 400 && answer.status() != 403) {
        fail(answer, "HTTP 400 or 403", answer.example().came());
      }
    }
  }

  private List<String> numbers() {
    return list.operation()
        .parameters()
        .filter(parameter -> Spec.resolved(parameter.get("schema")).containsKey("minimum"))
        .map(parameter -> (String) parameter.get("name"))
        .toList();
  }

  /** A made-up token, and some that only begin or end like the right one, or have another case. */
  private void wrongTokens() {
    String key = settings.apiKey();
    for (String query : queries()) {
      Answer answer = probe.get(list.path(), query, "token-" + UUID.randomUUID(), Map.of());
      isError(answer, 403, "invalid_api_token", null);
    }
    StringBuilder swapped = new StringBuilder();
    key.chars()
        .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
        .forEach(swapped::appendCodePoint);
    List<String> tokens = new ArrayList<>(List.of(key + "x", "x" + key));
    if (key.length() > 1) {
      tokens.add(key.substring(0, key.length() - 1));
    }
    if (!swapped.toString().equals(key)) {
      tokens.add(swapped.toString());
    }
    for (String token : tokens) {
      Answer answer = probe.get(list.path(), organization(), token, Map.of());
      isError(answer, 403, "invalid_api_token", null);
    }
  }

  private void unknownOrganizations() {
    List<String> names = new ArrayList<>(list.alternatives());
    names.add(list.client());
    for (String name : names) {
      isError(send(encoded(name) + "=" + madeUp), 404, "organization_not_found", null);
      // An empty value counts as sent.
      isError(send(encoded(name) + "="), 404, "organization_not_found", null);
    }
    isError(send(null), 404, "organization_not_found", null);
    // Not the beginning of a name, and no pattern. An organization may have this name.
    String organization = settings.organization();
    String shorter = organization.substring(0, organization.length() - 1);
    for (String name : List.of(shorter, shorter + "%", shorter + "_", shorter + "*")) {
      Answer answer = send(encoded(list.client()) + "=" + encoded(name));
      if (answer.status() == 200) {
        fail(answer, "HTTP 404 organization_not_found", answer.example().came());
      }
    }
  }

  private void twoOrganizations() {
    for (String alternative : list.alternatives()) {
      String group = alternative.replaceFirst("\\[.*", "");
      for (String value : List.of(madeUp, "")) {
        String other = encoded(alternative) + "=" + value;
        isError(list(other), 400, "invalid_argument", "ambiguous_lookup_values", group);
        isError(
            send(other + "&" + organization()),
            400,
            "invalid_argument",
            "ambiguous_lookup_values",
            group);
      }
    }
  }

  private void lastWins() {
    isPage(list("page=1", "page=2"), 2, null);
    isPage(list("page=0", "page=1"), 1, null);
    isError(list("page=1", "page=0"), 400, "invalid_argument", "validation_errors", "page");
    isPage(send(encoded(list.client()) + "=" + madeUp + "&" + organization()), 1, null);
  }

  private void percentEncoding() {
    isPage(list("page=%32", "per%5Fpage=%37"), 2, 7);
    String client = encodedWholly(list.client()) + "=" + encodedWholly(settings.organization());
    isPage(send(client), 1, null);
    isPage(send(client.toLowerCase(Locale.ROOT)), 1, null);
    isPage(list("%2570age=2", "per_page%253D=2"), 1, 30);
    isError(list("page=%2532"), 400, "invalid_argument", "parse_error", "page");
    isError(list("page=2%26per_page=7"), 400, "invalid_argument", "parse_error", "page");
    isPage(list("unknown=1%26page=2"), 1, 30);
    isPage(list("unknown=1%3Bpage=2"), 1, 30);
    if (!list.alternatives().isEmpty()) {
      isPage(list(encoded(encoded(list.alternatives().get(0))) + "=" + madeUp), 1, null);
    }
  }

  /**
   * A name that is first text and then an array is an error in Rack. With one spelling of the space or with two, it is
   * the same name.
   */
  private void plus() {
    Answer same = list("a%20b=1", "a%20b%5B%5D=1");
    Answer other = list("a%20c=1", "a%20b%5B%5D=1");
    if (same.status() == other.status()) {
      throw new NotTestedException("the server accepts a name that is text and an array");
    }
    Answer mixed = list("a+b=1", "a%20b%5B%5D=1");
    if (mixed.status() != same.status()) {
      fail(mixed, "HTTP " + same.status() + ", as with %20 instead of +", mixed.example().came());
    }
  }

  private void brackets(ListOperation.Rows rows) {
    needs("rows");
    String name = rows.array() + "[][" + rows.optional() + "]=" + madeUp;
    List<String> encodings =
        List.of(
            name,
            name.replace("[", "%5B").replace("]", "%5D"),
            name.replace("[", "%5b").replace("]", "%5d"),
            name.replaceFirst("\\[", "%5B"),
            encodedWholly(name.substring(0, name.indexOf('='))) + "=" + madeUp);
    for (String encoding : encodings) {
      isError(
          list(encoding), 400, "missing_required_argument", null, rows.array(), rows.required());
    }
    // Encoded twice, it is an unknown parameter.
    isPage(list(name.replace("[", "%255B").replace("]", "%255D")), 1, null);
  }

  /** Sends all sequences of up to three cells, and some of four. A cell begins a row if the last row has its column. */
  private void rows(ListOperation.Rows rows) {
    List<String> sequences = new ArrayList<>(List.of(""));
    for (int i = 0; sequences.get(i).length() < 3; i++) {
      sequences.add(sequences.get(i) + "k");
      sequences.add(sequences.get(i) + "v");
    }
    sequences.remove(0);
    sequences.addAll(List.of("kvkv", "kkvv", "vkvk", "kvvk"));
    for (String sequence : sequences) {
      List<String> cells = new ArrayList<>();
      Set<Character> row = new HashSet<>();
      boolean isValid = true;
      for (int i = 0; i < sequence.length(); i++) {
        char column = sequence.charAt(i);
        if (!row.add(column)) {
          isValid &= row.contains('k');
          row = new HashSet<>(Set.of(column));
        }
        String name =
            encoded(
                rows.array() + "[][" + (column == 'k' ? rows.required() : rows.optional()) + "]");
        cells.add(name + "=" + madeUp + cells.size());
      }
      isValid &= row.contains('k');
      // Other parameters between the cells don't matter.
      cells.add(cells.size() / 2, "per_page=2");
      Answer answer = list(cells.toArray(String[]::new));
      if (isValid) {
        isPage(answer, 1, 2);
      } else {
        isError(answer, 400, "missing_required_argument", null, rows.array(), rows.required());
      }
    }
  }
}
