package io.katapult.languages;

import io.katapult.languages.LanguageConformance.Result;
import io.katapult.languages.LanguageConformance.Verdict;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of passed cases, as JSON, for the console, and for {@code spec/README.md}. */
final class LanguageTable {
  /** The results of one client. */
  private record Client(Language language, Variant variant, String toolchain, List<Result> results) {
    String name() {
      return language.name() + variant.suffix;
    }

    List<Result> of(String group) {
      return results.stream().filter(result -> result.group().equals(group)).toList();
    }
  }

  private final List<Client> clients = new ArrayList<>();

  synchronized void add(Language language, Variant variant, String toolchain, List<Result> results) {
    clients.add(new Client(language, variant, toolchain, results));
    clients.sort(Comparator.comparing(Client::variant).thenComparing(Client::name));
  }

  synchronized long languages() {
    return clients.stream().map(Client::language).distinct().count();
  }

  /**
   * A row for each client, with the number of passed and applicable cases of each group. Our clients come first. Below
   * the table are the reasons for cases that did not pass.
   */
  String markdown() throws IOException {
    List<String> groups = groups();
    StringBuilder table = new StringBuilder(row("client", groups.stream()));
    table.append(row("---", groups.stream().map(group -> "---")));
    for (Client client : clients) {
      table.append(row(client.name(), groups.stream().map(group -> score(client.of(group)))));
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

  /** The reasons for cases that our clients don't pass. */
  private Set<String> notes() {
    Set<String> notes = new LinkedHashSet<>();
    for (Client client : clients) {
      if (client.variant() == Variant.KATAPULT) {
        for (Result result : client.results()) {
          if (result.verdict() != Verdict.PASSED) {
            String what = result.verdict() == Verdict.FAILED ? "fails" : "not applicable";
            Object why = client.language().reasons("unmet").getOrDefault(result.fullName(), result.reason());
            notes.add("- %s, `%s`: %s, %s%n".formatted(client.name(), result.fullName(), what, why));
          }
        }
      }
    }
    return notes;
  }

  void write(Path directory) throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Client client : clients) {
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("language", client.language().name());
      content.put("client", client.variant().name().toLowerCase(Locale.ROOT));
      content.put("toolchain", client.toolchain());
      Map<String, Object> counts = new LinkedHashMap<>();
      for (String group : groups()) {
        List<Result> of = client.of(group);
        Map<String, Object> count = new LinkedHashMap<>();
        count.put("passed", count(of, Verdict.PASSED));
        count.put("failed", count(of, Verdict.FAILED));
        count.put("notApplicable", count(of, Verdict.NOT_APPLICABLE));
        counts.put(group, count);
      }
      content.put("groups", counts);
      content.put("cases", client.results().stream().filter(result -> result.verdict() != Verdict.PASSED).toList());
      all.add(content);
    }
    Files.writeString(directory.resolve("languages.md"), markdown());
    Files.writeString(directory.resolve("languages.json"), Vectors.pretty(all));
  }

  private static List<String> groups() throws IOException {
    Stream<String> vectors =
        Stream.concat(Vectors.requests(), Vectors.responses()).map(vector -> (String) vector.get("group")).distinct();
    return Stream.concat(vectors, Stream.of("contract")).toList();
  }

  private static long count(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }
}
