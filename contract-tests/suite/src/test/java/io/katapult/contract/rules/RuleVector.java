package io.katapult.contract.rules;

import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A case of {@code spec/parameter-rules/vectors.json}. */
record RuleVector(Map<String, Object> content) {
  /** A pair of a query, decoded. */
  record Pair(String name, String value) {}

  static List<RuleVector> all() {
    return list(Vectors.map(resource("vectors.json")).get("cases")).map(RuleVector::new).toList();
  }

  static Object resource(String file) {
    try (InputStream in = RuleVector.class.getResourceAsStream("/katapult-spec/parameter-rules/" + file)) {
      return Vectors.json(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }

  List<Map<String, Object>> parameters() {
    return list(content.get("parameters")).toList();
  }

  /** The rules of a kind. */
  List<List<String>> rules(String kind) {
    return ((List<?>) Vectors.map(content.get("rules")).getOrDefault(kind, List.of()))
        .stream().map(Vectors::texts).toList();
  }

  Map<String, Object> given() {
    return Vectors.map(content.get("given"));
  }

  boolean isRejected() {
    return content.containsKey("rejected");
  }

  String brokenRule() {
    return (String) Vectors.map(content.get("rejected")).get("rule");
  }

  List<String> brokenParameters() {
    return Vectors.texts(Vectors.map(content.get("rejected")).get("parameters"));
  }

  List<Pair> pairs() {
    return ((List<?>) content.get("pairs"))
        .stream().map(Vectors::texts).map(pair -> new Pair(pair.get(0), pair.get(1))).toList();
  }

  /** What a client sends that does not know the rules. */
  List<Pair> withoutRules() {
    List<Pair> pairs = new ArrayList<>();
    for (Map<String, Object> parameter : parameters()) {
      String name = (String) parameter.get("name");
      Object value = given().get(name);
      if (value != null) {
        List<?> values = value instanceof List<?> elements ? elements : List.of(value);
        values.forEach(element -> pairs.add(new Pair(name, String.valueOf(element))));
      }
    }
    return pairs;
  }

  private static Stream<Map<String, Object>> list(Object list) {
    return ((List<?>) list).stream().map(Vectors::map);
  }

  @Override
  public String toString() {
    return content.get("group") + ": " + content.get("name");
  }
}
