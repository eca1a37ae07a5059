package io.katapult.languages;

import io.katapult.languages.LanguageClient.Variant;
import io.katapult.languages.LanguageConformance.Result;
import io.katapult.languages.LanguageConformance.Verdict;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of passed cases, as JSON, for the console, and for {@code spec/README.md}. */
final class LanguageTable {
  private final Map<String, String> names = new TreeMap<>();
  private final Map<String, String> toolchains = new TreeMap<>();
  private final Map<String, Map<Variant, List<Result>>> results = new TreeMap<>();

  void add(String language, String toolchain) throws IOException {
    names.put(language, (String) LanguageClient.definition(language).get("name"));
    toolchains.put(language, toolchain);
    results.put(language, new EnumMap<>(Variant.class));
  }

  void add(String language, Variant variant, List<Result> of) {
    results.get(language).put(variant, of);
  }

  Set<String> languages() {
    return results.keySet();
  }

  /**
   * A row for each client, with the number of passed and applicable cases of each group. Our clients come first. Below
   * the table are the reasons for cases that did not pass.
   */
  String markdown() throws IOException {
    List<String> groups = groups();
    StringBuilder table = new StringBuilder(row("client", groups.stream()));
    table.append(row("---", groups.stream().map(group -> "---")));
    for (Variant variant : Variant.values()) {
      for (String language : results.keySet()) {
        String client = names.get(language) + (variant == Variant.STOCK ? ", stock" : "");
        table.append(row(client, groups.stream().map(group -> score(of(language, variant, group)))));
      }
    }
    Set<String> notes = notes();
    return table + (notes.isEmpty() ? "" : "\n" + String.join("", notes));
  }

  private static String row(String first, Stream<String> others) {
    return Stream.concat(Stream.of(first), others).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A dash if the client could not be compiled. */
  private static String score(List<Result> of) {
    long applicable = of.size() - count(of, Verdict.NOT_APPLICABLE);
    return of.isEmpty() ? "–" : count(of, Verdict.PASSED) + "/" + applicable;
  }

  private Set<String> notes() throws IOException {
    Set<String> notes = new LinkedHashSet<>();
    for (String language : results.keySet()) {
      Map<String, Object> unmet = Vectors.map(LanguageClient.definition(language).getOrDefault("unmet", Map.of()));
      for (Result result : results.get(language).getOrDefault(Variant.KATAPULT, List.of())) {
        if (result.verdict() != Verdict.PASSED) {
          String what = result.verdict() == Verdict.FAILED ? "fails" : "not applicable";
          Object why = unmet.getOrDefault(result.fullName(), result.reason());
          notes.add("- %s, `%s`: %s, %s%n".formatted(names.get(language), result.fullName(), what, why));
        }
      }
    }
    return notes;
  }

  void write(Path directory) throws IOException {
    List<Map<String, Object>> clients = new ArrayList<>();
    for (String language : results.keySet()) {
      for (Map.Entry<Variant, List<Result>> variant : results.get(language).entrySet()) {
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("language", names.get(language));
        client.put("templates", variant.getKey().name().toLowerCase(Locale.ROOT));
        client.put("toolchain", toolchains.get(language));
        Map<String, Object> counts = new LinkedHashMap<>();
        for (String group : groups()) {
          List<Result> of = of(language, variant.getKey(), group);
          Map<String, Object> count = new LinkedHashMap<>();
          count.put("passed", count(of, Verdict.PASSED));
          count.put("failed", count(of, Verdict.FAILED));
          count.put("notApplicable", count(of, Verdict.NOT_APPLICABLE));
          counts.put(group, count);
        }
        client.put("groups", counts);
        client.put(
            "cases", variant.getValue().stream().filter(result -> result.verdict() != Verdict.PASSED).toList());
        clients.add(client);
      }
    }
    Files.writeString(directory.resolve("languages.md"), markdown());
    Files.writeString(directory.resolve("languages.json"), Vectors.pretty(clients));
  }

  private static List<String> groups() throws IOException {
    Stream<String> vectors =
        Stream.concat(Vectors.requests(), Vectors.responses()).map(vector -> (String) vector.get("group")).distinct();
    return Stream.concat(vectors, Stream.of("contract")).toList();
  }

  private List<Result> of(String language, Variant variant, String group) {
    return results.get(language).getOrDefault(variant, List.of()).stream()
        .filter(result -> result.group().equals(group))
        .toList();
  }

  private static long count(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }
}
