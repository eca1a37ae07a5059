package io.katapult.benchmark;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One measured figure.
 *
 * @param benchmark the name of the benchmark
 * @param client the name of the client
 * @param variant the number of tokens, or the way of listing
 * @param quantity the measured quantity, such as time or bytes
 * @param rounds the figure of each round; figures of the same round were measured shortly after each other
 */
record Figure(
    String benchmark,
    String client,
    String variant,
    String quantity,
    String unit,
    List<Double> rounds) {

  double score() {
    return median(rounds);
  }

  /** The quantile, with linear interpolation. */
  static double quantile(List<Double> values, double share) {
    List<Double> ordered = values.stream().sorted().toList();
    double position = share * (ordered.size() - 1);
    int below = (int) position;
    int above = Math.min(below + 1, ordered.size() - 1);
    return ordered.get(below) + (position - below) * (ordered.get(above) - ordered.get(below));
  }

  static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  /** The minimum of fewer than 10 rounds, or else the lower quartile, which ignores outliers. */
  static double low(List<Double> values) {
    return quantile(values, values.size() < 10 ? 0 : 0.25);
  }

  static double high(List<Double> values) {
    return quantile(values, values.size() < 10 ? 1 : 0.75);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("benchmark", benchmark).put("client", client).put("variant", variant).put("quantity", quantity);
    json.put("unit", unit).put("score", score()).put("low", low(rounds)).put("high", high(rounds));
    ArrayNode each = json.putArray("rounds");
    rounds.forEach(each::add);
    return json;
  }
}
