package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.katapult.verification.Probe.Answer;
import io.katapult.verification.VerificationSettings.Annotation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of annotations as filters. Most need items that have the annotations of the settings. */
final class FilterChecks extends Checks {
  /** A selection is read up to 200 items. */
  private static final int PAGES = 2;

  private static final int FEW_PAGES = 5;

  FilterChecks(Run run, ListOperation list) {
    super(run, list);
  }

  @Override
  void run() {
    if (list.rows() == null) {
      return;
    }
    String rule = list.contract() + "/x-parameter-rules";
    check(
        "filter-unknown",
        "No item has an annotation that was made up",
        "Annotations don't filter",
        rule,
        () -> {
          needsItems(1);
          isEmpty(list(query(unknown())), "no items");
          isEmpty(list(query(unknown(), new Annotation(madeUp + "b", "2"))), "no items");
        });
    check(
        "filter-utf8",
        "Annotations are read as UTF-8",
        "Annotations are not read as UTF-8",
        rule,
        () -> with("a character beyond ASCII", FilterChecks::isBeyondAscii).forEach(this::selects));
    check(
        "filter",
        "An annotation selects the items that have it",
        "An annotation selects other items",
        rule,
        () -> plain().forEach(this::selects));
    check(
        "filter-value",
        "An item needs both key and value of an annotation",
        "Key or value of an annotation is ignored, or only compared in part",
        rule,
        () -> plain().forEach(this::values));
    check(
        "filter-all",
        "An item needs all annotations of a request",
        "An annotation of several is ignored",
        rule,
        () -> plain().forEach(this::several));
    check(
        "filter-pairs",
        "Two annotations select the items that have both",
        "Two annotations select other items",
        rule,
        this::pairs);
    check(
        "filter-pages",
        "A selection has pages too",
        "The pages of a selection are wrong",
        rule,
        () -> compared(() -> pages(plain().get(0))));
    check(
        "filter-totals",
        "The totals of a selection match its items",
        "The totals of a selection don't match its items",
        "/components/schemas/Pagination",
        this::totals);
    check(
        "filter-encoding",
        "An annotation means the same in each encoding",
        "An annotation means something else in another encoding",
        rule,
        () -> annotations(1).forEach(this::encodings));
    check(
        "filter-space",
        "A plus sign in an annotation means a space",
        "A plus sign in an annotation is not read as a space",
        rule,
        () ->
            with("a space", text -> text.contains(" "))
                .forEach(
                    annotation ->
                        compared(() -> same(annotation, query(annotation).replace("%20", "+")))));
    check(
        "filter-plus",
        "%2B in an annotation means a plus sign",
        "%2B in an annotation is not read as a plus sign",
        rule,
        () -> with("a plus sign", text -> text.contains("+")).forEach(this::selects));
  }

  private static boolean isBeyondAscii(String text) {
    return text.chars().anyMatch(c -> c > 0x7f);
  }

  private void values(Annotation annotation) {
    String value = annotation.value();
    isEmpty(list(query(new Annotation(annotation.key(), madeUp))), "no items");
    isEmpty(list(query(new Annotation(madeUp, value))), "no items");
    isEmpty(list(query(new Annotation(annotation.key(), value + madeUp))), "no items");
    // An item has one value for a key. So these select other items, if any.
    Set<String> others = new TreeSet<>(List.of("%", "*", "_".repeat(value.length()), value + "%"));
    if (!value.isEmpty()) {
      others.add(value.substring(0, value.offsetByCodePoints(value.length(), -1)));
    }
    settings.annotations().forEach(other -> others.add(other.value()));
    others.remove(value);
    others.removeIf(String::isEmpty);
    for (String other : others) {
      compared(() -> excludes(annotation, other));
    }
  }

  private @Nullable Mismatch excludes(Annotation annotation, String otherValue) {
    Listing selected = selection(new Annotation(annotation.key(), otherValue));
    Set<String> ids = ids(selected.items());
    ids.retainAll(ids(selection(annotation).items()));
    return ids.isEmpty()
        ? null
        : new Mismatch(
            selected.last(),
            "no item whose value is " + annotation.value(),
            Probe.counted(ids.size(), "such item"));
  }

  private void several(Annotation annotation) {
    Annotation otherValue = new Annotation(annotation.key(), madeUp);
    isEmpty(list(query(annotation, unknown())), "no items");
    isEmpty(list(query(unknown(), annotation)), "no items");
    isEmpty(list(query(annotation, annotation, unknown())), "no items");
    isEmpty(list(query(annotation, unknown(), annotation)), "no items");
    isEmpty(list(query(annotation, annotation, annotation, annotation, unknown())), "no items");
    // An item has one value for a key.
    isEmpty(list(query(annotation, otherValue)), "no items");
    isEmpty(list(query(otherValue, annotation)), "no items");
  }

  private void totals() {
    needs("totals");
    needsItems(1);
    String row = encoded(Objects.requireNonNull(list.rows()).array() + "[][");
    for (Answer answer : List.copyOf(probe.answers())) {
      if (answer.status() == 200 && answer.exchange().target().contains(row)) {
        totals(answer);
      }
    }
  }

  private Annotation unknown() {
    return new Annotation(madeUp, "1");
  }

  private String query(Annotation... annotations) {
    ListOperation.Rows rows = Objects.requireNonNull(list.rows());
    List<String> pairs = new ArrayList<>();
    for (Annotation annotation : annotations) {
      pairs.add(
          encoded(rows.array() + "[][" + rows.required() + "]") + "=" + encoded(annotation.key()));
      pairs.add(
          encoded(rows.array() + "[][" + rows.optional() + "]")
              + "="
              + encoded(annotation.value()));
    }
    return String.join("&", pairs);
  }

  /** The annotations of the settings. */
  private List<Annotation> annotations(int count) {
    needsItems(1);
    needs("rows");
    needs("page-sizes");
    if (settings.annotations().size() < count) {
      throw new NotTestedException(
          settings.annotations().isEmpty()
              ? "no annotation was given: set KATAPULT_ANNOTATIONS=key=value to one that some items"
                  + " have"
              : "only one annotation was given: set KATAPULT_ANNOTATIONS=key=value,key=value");
    }
    return settings.annotations();
  }

  /** The annotations without special characters, if there are any: the others are tested on their own. */
  private List<Annotation> plain() {
    List<Annotation> all = annotations(1);
    List<Annotation> plain =
        all.stream()
            .filter(annotation -> (annotation.key() + annotation.value()).matches("[\\w.-]*"))
            .toList();
    return plain.isEmpty() ? all : plain;
  }

  private List<Annotation> with(String what, Predicate<String> condition) {
    List<Annotation> matching =
        annotations(1).stream()
            .filter(
                annotation ->
                    condition.test(annotation.key()) || condition.test(annotation.value()))
            .toList();
    if (matching.isEmpty()) {
      throw new NotTestedException("no annotation was given that has " + what);
    }
    if (matching.stream()
        .anyMatch(annotation -> isBeyondAscii(annotation.key() + annotation.value()))) {
      needs("filter-utf8");
    }
    return matching;
  }

  /** Reads the first items that have an annotation. */
  private Listing selection(Annotation... annotations) {
    return read(pageSize, PAGES, query(annotations));
  }

  private void selects(Annotation annotation) {
    compared(
        () -> {
          Listing selected = selection(annotation);
          if (selected.items().isEmpty()) {
            boolean isPlain = plain().contains(annotation);
            return new Mismatch(
                selected.last(),
                "items with " + annotation.key() + "=" + annotation.value(),
                "no items",
                isPlain
                    ? "No item comes with an annotation that was given: it is wrong, or the filter"
                        + " is"
                    : null);
          }
          boolean isPart = new HashSet<>(listing().items()).containsAll(selected.items());
          return listing().isWhole() && !isPart
              ? new Mismatch(
                  selected.last(),
                  "some of the items of the organization",
                  "items that it does not list")
              : null;
        });
  }

  private void pairs() {
    List<Annotation> annotations = annotations(2);
    for (int i = 0; i + 1 < annotations.size(); i++) {
      Annotation a = annotations.get(i);
      Annotation b = annotations.get(i + 1);
      compared(
          () -> {
            Listing ofA = selection(a);
            Listing ofB = selection(b);
            if (!ofA.isWhole() || !ofB.isWhole()) {
              throw new NotTestedException(
                  "more than " + pageSize * PAGES + " items have one of the annotations");
            }
            Set<JsonNode> expected = new HashSet<>(ofA.items());
            expected.retainAll(new HashSet<>(ofB.items()));
            for (List<Annotation> order : List.of(List.of(a, b), List.of(b, a))) {
              Listing both = selection(order.toArray(Annotation[]::new));
              if (both.items().size() != expected.size() || !expected.containsAll(both.items())) {
                return new Mismatch(
                    both.last(),
                    "the " + expected.size() + " items that have both annotations",
                    Probe.counted(both.items().size(), "item") + ", or other ones");
              }
            }
            return null;
          });
    }
  }

  private @Nullable Mismatch pages(Annotation annotation) {
    Listing selected = selection(annotation);
    List<JsonNode> expected =
        selected.items().subList(0, Math.min(2 * FEW_PAGES, selected.items().size()));
    Listing read = read(2, FEW_PAGES, query(annotation));
    if (!read.items().equals(expected)) {
      String came = read.items().size() + " items, or other ones";
      return new Mismatch(
          read.last(),
          "the first " + expected.size() + " items of the selection on pages of 2",
          came);
    }
    return null;
  }

  private void encodings(Annotation annotation) {
    ListOperation.Rows rows = Objects.requireNonNull(list.rows());
    String key = encodedWholly(annotation.key());
    String value = encodedWholly(annotation.value());
    String literal =
        rows.array()
            + "[]["
            + rows.required()
            + "]="
            + key
            + "&"
            + rows.array()
            + "[]["
            + rows.optional()
            + "]="
            + value;
    compared(() -> same(annotation, literal));
    compared(
        () ->
            same(
                annotation,
                literal.replace("[", "%5b").replace("]", "%5d").toLowerCase(Locale.ROOT)));
    // The value before the key is the same row.
    compared(() -> same(annotation, String.join("&", reversed(List.of(literal.split("&", -1))))));
    // Twice the same is no more than once.
    compared(() -> same(annotation, query(annotation, annotation)));
  }

  private static List<String> reversed(List<String> list) {
    List<String> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }

  private @Nullable Mismatch same(Annotation annotation, String query) {
    List<JsonNode> expected = selection(annotation).items();
    Listing other = read(pageSize, PAGES, query);
    return other.items().size() == expected.size()
            && new HashSet<>(expected).containsAll(other.items())
        ? null
        : new Mismatch(
            other.last(),
            "the " + expected.size() + " items that " + query(annotation) + " selects",
            Probe.counted(other.items().size(), "item"));
  }
}
