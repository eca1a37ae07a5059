package io.katapult.verification;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the mistakes of a server, and groups equal ones. Not thread-safe. */
final class Findings {
  private static final int EXAMPLES = 3;
  private static final int SHORT = 150;
  private static final JsonMapper JSON = new JsonMapper();

  private final Redaction redaction;
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final List<Integer> statuses = new ArrayList<>();

  private static final class Group {
    final String id;
    final String sentence;
    final String contract;
    final boolean isOfResponses;
    final Set<Integer> responses = new LinkedHashSet<>();
    final Set<String> examples = new LinkedHashSet<>();
    final List<Report.Example> shown = new ArrayList<>();

    Group(String id, String sentence, String contract, boolean isOfResponses) {
      this.id = id;
      this.sentence = sentence;
      this.contract = contract;
      this.isOfResponses = isOfResponses;
    }
  }

  Findings(Redaction redaction) {
    this.redaction = redaction;
  }

  /** Counts a response, and returns its number. */
  int response(int status) {
    statuses.add(status);
    return statuses.size() - 1;
  }

  /** Adds a mistake that any response may have. The sentence continues with the responses that have it. */
  void ofResponse(
      String id, String sentence, String contract, int response, Report.Example example) {
    add(new Group(id, sentence, contract, true), response, example);
  }

  /** Adds a mistake that a check found. */
  void ofCheck(String id, String sentence, String contract, int response, Report.Example example) {
    add(new Group(id, sentence, contract, false), response, example);
  }

  private void add(Group group, int response, Report.Example example) {
    Group known = groups.computeIfAbsent(group.id, id -> group);
    known.responses.add(response);
    if (known.shown.size() < EXAMPLES && known.examples.add(example.asked())) {
      known.shown.add(
          new Report.Example(
              redaction.redact(example.asked()),
              redaction.redact(example.came()),
              redaction.redact(example.expected()),
              example.requestId() == null ? null : redaction.redact(example.requestId()),
              redaction.redact(example.curl())));
    }
  }

  boolean has(String id) {
    return groups.containsKey(id);
  }

  /**
   * The findings. Mistakes of many responses come first, because others follow from them. Those that checks found are
   * in the order of the checks, because the later ones depend on the earlier ones.
   */
  List<Report.Finding> sorted() {
    return groups.values().stream()
        .sorted(
            Comparator.comparingInt(
                (Group group) -> group.isOfResponses ? -group.responses.size() : 0))
        .map(this::finding)
        .toList();
  }

  private Report.Finding finding(Group group) {
    String scope = group.isOfResponses ? " in " + scope(group) : "";
    return new Report.Finding(
        group.id,
        redaction.redact(group.sentence + "."),
        redaction.redact(group.sentence + scope + "."),
        group.contract,
        description(group.contract),
        group.responses.size(),
        List.copyOf(group.shown));
  }

  private String scope(Group group) {
    Set<Integer> responses = group.responses;
    int count = responses.size();
    // A 304 is hardly a response of its own.
    int all = (int) statuses.stream().filter(status -> status != 304).count();
    if (count == all) {
      return "all " + count + " responses";
    }
    List<Integer> seen = responses.stream().map(statuses::get).distinct().toList();
    // That HTTP 503 comes in all responses with status 503 says nothing.
    if (!group.sentence.startsWith("HTTP ")
        && seen.size() == 1
        && count > 1
        && count == statuses.stream().filter(seen.get(0)::equals).count()) {
      return "all " + count + " responses with status " + seen.get(0);
    }
    if (count > 1
        && count == statuses.stream().filter(status -> status >= 400).count()
        && seen.stream().allMatch(status -> status >= 400)) {
      return "all " + count + " error responses";
    }
    return count + " of " + Probe.counted(all, "response");
  }

  /** The first paragraph of the description at a place in the spec, or the place itself if it is short. */
  private static String description(String contract) {
    Object part = SpecSchemas.at(contract);
    if (part instanceof Map<?, ?> map && map.get("description") instanceof String text) {
      return text.split("\n\n", 2)[0].strip().replace('\n', ' ');
    }
    String shown = JSON.valueToTree(part).toString();
    return shown.length() <= SHORT ? shown : "";
  }
}
