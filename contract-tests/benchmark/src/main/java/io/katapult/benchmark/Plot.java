package io.katapult.benchmark;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/** Draws plots that are readable on a phone, on light and dark pages. */
final class Plot {
  private static final int WIDTH = 480;
  private static final int ROW = 20;

  private final StringBuilder svg = new StringBuilder();
  private int y;

  /** A bar, with a thin line for its spread. */
  record Bar(String label, String kind, double value, double low, double high, String text) {}

  /** A line through the values at 1, 10, 100, and so on. */
  record Line(String label, String kind, List<Double> values) {}

  /** Adds bars that start at 0. */
  Plot bars(String title, List<Bar> bars) {
    title(title);
    // A letter of this size is at most 7 wide on average, so no label is cut.
    int left = 7 * bars.stream().mapToInt(bar -> bar.label.length()).max().orElseThrow() + 10;
    int right = 7 * bars.stream().mapToInt(bar -> bar.text.length()).max().orElseThrow() + 16;
    double scale = (WIDTH - left - right) / bars.stream().mapToDouble(Bar::high).max().orElseThrow();
    for (Bar bar : bars) {
      draw("<text class=\"end\" x=\"%d\" y=\"%d\">%s</text>", left - 6, y + 12, bar.label);
      draw("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\"/>",
          bar.kind, left, y + 1, bar.value * scale);
      draw("<path d=\"M%.1f %d H%.1f\"/>", left + bar.low * scale, y + 8, left + bar.high * scale);
      draw("<text x=\"%.1f\" y=\"%d\">%s</text>", left + Math.max(bar.value, bar.high) * scale + 6, y + 12, bar.text);
      y += ROW;
    }
    y += 12;
    return this;
  }

  /** Adds lines on logarithmic axes; all have as many values. */
  Plot lines(String title, String horizontal, List<Line> lines) {
    title(title);
    DoubleSummaryStatistics all =
        lines.stream().flatMap(line -> line.values.stream()).mapToDouble(Math::log10).summaryStatistics();
    double most = Math.ceil(all.getMax());
    double least = Math.floor(all.getMin());
    int left = 7 * power((int) most).length() + 16;
    int right = 7 * lines.stream().mapToInt(line -> line.label.length()).max().orElseThrow() + 10;
    double height = 34 * (most - least);
    int steps = lines.get(0).values.size() - 1;
    double step = (double) (WIDTH - left - right) / steps;
    for (int power = (int) least; power <= most; power++) {
      double at = y + 8 + 34 * (most - power);
      draw("<path class=\"grid\" d=\"M%d %.1f H%d\"/>", left, at, WIDTH - right);
      draw("<text class=\"end\" x=\"%d\" y=\"%.1f\">%s</text>", left - 6, at + 4, power(power));
    }
    for (int i = 0; i <= steps; i++) {
      draw("<text class=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>", left + i * step, y + height + 26, power(i));
    }
    // From top to bottom, so that labels can make room for each other.
    double free = 0;
    for (Line line : lines.stream().sorted(Comparator.comparing(line -> -line.values.get(steps))).toList()) {
      StringBuilder path = new StringBuilder();
      double at = 0;
      for (int i = 0; i <= steps; i++) {
        at = y + 8 + 34 * (most - Math.log10(line.values.get(i)));
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : " L", left + i * step, at));
      }
      double label = Math.max(free, at);
      draw("<path class=\"line %s\" d=\"%s\"/>", line.kind, path);
      draw("<text x=\"%d\" y=\"%.1f\">%s</text>", WIDTH - right + 6, label + 4, line.label);
      free = label + 14;
    }
    y += (int) height + 44;
    draw("<text class=\"middle\" x=\"%d\" y=\"%d\">%s</text>", left + (WIDTH - right - left) / 2, y, horizontal);
    y += 24;
    return this;
  }

  private static String power(int power) {
    return String.format(Locale.ROOT, "%,." + Math.max(0, -power) + "f", Math.pow(10, power));
  }

  private void title(String title) {
    draw("<text class=\"title\" x=\"8\" y=\"%d\">%s</text>", y + 18, title);
    y += 28;
  }

  private void draw(String element, Object... values) {
    svg.append(String.format(Locale.ROOT, element, values)).append('\n');
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d">
            <style>
            svg { background: #ffffff }
            text { font: 12px sans-serif; fill: #1f2328 }
            .title { font-weight: bold }
            .end { text-anchor: end }
            .middle { text-anchor: middle }
            path { stroke: #1f2328; fill: none }
            .ours { fill: #1f6feb; stroke: #1f6feb }
            .peer { fill: #8c959f; stroke: #8c959f }
            .floor { fill: #d0d7de; stroke: #d0d7de }
            .line { fill: none; stroke-width: 2 }
            .grid { stroke: #d0d7de }
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117 }
            text { fill: #f0f6fc }
            path { stroke: #f0f6fc }
            .ours { fill: #4493f8; stroke: #4493f8 }
            .peer { fill: #7d8590; stroke: #7d8590 }
            .floor { fill: #3d444d; stroke: #3d444d }
            .line { fill: none }
            .grid { stroke: #3d444d }
            }
            </style>
            """,
            WIDTH,
            y)
        + svg
        + "</svg>\n";
  }
}
