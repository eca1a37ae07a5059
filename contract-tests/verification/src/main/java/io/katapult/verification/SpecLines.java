package io.katapult.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Finds the lines of {@code openapi.yaml}. */
final class SpecLines {
  private static final Node ROOT = load();

  private SpecLines() {}

  /** The line of a JSON pointer, counted from 1, or of the last step that is there. */
  static int of(String pointer) {
    Node node = ROOT;
    int line = 1;
    for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      NodeTuple entry = entry(node, step.replace("~1", "/").replace("~0", "~"));
      if (entry != null) {
        node = entry.getValueNode();
        line = line(entry.getKeyNode());
      } else if (node instanceof SequenceNode sequence && step.matches("[0-9]{1,4}")) {
        List<Node> elements = sequence.getValue();
        node = elements.get(Math.min(elements.size() - 1, Integer.parseInt(step)));
        line = line(node);
      } else {
        return line;
      }
    }
    return line;
  }

  private static @Nullable NodeTuple entry(Node node, String key) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(
                tuple ->
                    tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
            .findFirst()
            .orElse(null)
        : null;
  }

  private static int line(Node node) {
    Optional<Mark> mark = node.getStartMark();
    return mark.map(start -> start.getLine() + 1).orElse(1);
  }

  private static Node load() {
    ClassLoader loader = Objects.requireNonNull(SpecLines.class.getClassLoader());
    try (InputStream in = loader.getResourceAsStream("katapult-spec/openapi.yaml")) {
      return new Compose(LoadSettings.builder().build())
          .composeInputStream(Objects.requireNonNull(in))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
