package io.katapult.contract;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.contract.LanguageClient.Variant;
import io.katapult.contract.LanguageConformance.Result;
import io.katapult.contract.LanguageConformance.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which client passes which group of vectors: for programs, for the console, and for the README. */
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

  /** A row for each client, first all of ours. Passed of applicable cases; a dash where nothing could be compiled. */
  String markdown() throws IOException {
    List<String> groups = groups();
    List<List<String>> rows = new ArrayList<>();
    rows.add(Stream.concat(Stream.of("client"), groups.stream()).toList());
    rows.add(rows.get(0).stream().map(column -> "---").toList());
    Map<String, List<String>> notApplicable = new LinkedHashMap<>();
    for (Variant variant : Variant.values()) {
      for (String language : results.keySet()) {
        List<String> row = new ArrayList<>();
        row.add(names.get(language) + (variant == Variant.STOCK ? ", stock" : ""));
        for (String group : groups) {
          List<Result> of = of(language, variant, group);
          long skipped = count(of, Verdict.NOT_APPLICABLE);
          row.add(of.isEmpty() ? "–" : count(of, Verdict.PASSED) + "/" + (of.size() - skipped));
          if (variant == Variant.KATAPULT) {
            of.stream()
                .filter(result -> result.verdict() == Verdict.NOT_APPLICABLE)
                .forEach(
                    result ->
                        notApplicable
                            .computeIfAbsent(names.get(language) + ": " + result.reason(), reason -> new ArrayList<>())
                            .add(result.name()));
          }
        }
        rows.add(row);
      }
    }
    String table = rows.stream().map(row -> "| " + String.join(" | ", row) + " |\n").collect(Collectors.joining());
    String notes =
        notApplicable.entrySet().stream()
            .map(note -> "- " + note.getKey() + " (" + note.getValue().size() + " cases)\n")
            .collect(Collectors.joining());
    return notes.isEmpty() ? table : table + "\nNot applicable:\n\n" + notes;
  }

  /** For the console: the table, and why what failed did, where it is ours. */
  String text() throws IOException {
    StringBuilder text = new StringBuilder(markdown().replace("| --- ", "").replace("|\n|\n", "|\n"));
    results.forEach(
        (language, variants) ->
            variants.getOrDefault(Variant.KATAPULT, List.of()).stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .forEach(result -> text.append(language + ", " + result.group() + ", " + result.name() + ": " + result.reason() + "\n")));
    return text.toString();
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
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    Files.writeString(directory.resolve("languages.json"), new JsonMapper().writer(printer).writeValueAsString(clients) + "\n");
  }

  private static List<String> groups() throws IOException {
    Stream<String> vectors =
        Stream.concat(Vectors.requests(), Vectors.responses()).map(vector -> (String) vector.get("group")).distinct();
    return Stream.concat(vectors, Stream.of("contract")).toList();
  }

  private List<Result> of(String language, Variant variant, String group) {
    return results.get(language).getOrDefault(variant, List.of()).stream().filter(result -> result.group().equals(group)).toList();
  }

  private static long count(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }
}
