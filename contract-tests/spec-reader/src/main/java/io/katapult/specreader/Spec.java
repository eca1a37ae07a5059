package io.katapult.specreader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The spec, as the maps and lists that its YAML says. */
public final class Spec {
  private static final Map<String, Object> ROOT = load();

  private Spec() {}

  /** A response example, by the status and the name that choose it. */
  public record Example(int status, String name, Object value) {
    @Override
    public String toString() {
      return status + " " + name;
    }
  }

  /** The one operation. */
  public static Map<String, Object> operation() {
    return at("paths", "/organizations/organization/api_tokens", "get");
  }

  public static Stream<Map<String, Object>> servers() {
    return list(ROOT.get("servers"));
  }

  public static Map<String, Object> at(String... path) {
    Map<String, Object> object = ROOT;
    for (String key : path) {
      object = resolved(object.get(key));
    }
    return object;
  }

  public static Stream<Map<String, Object>> list(Object list) {
    return ((List<?>) list).stream().map(Spec::resolved);
  }

  public static Stream<Example> examples() {
    return Vectors.map(operation().get("responses")).entrySet().stream()
        .flatMap(
            response -> {
              Map<String, Object> content = Vectors.map(resolved(response.getValue()).get("content"));
              return Vectors.map(Vectors.map(content.get("application/json")).get("examples")).entrySet().stream()
                  .map(
                      example ->
                          new Example(
                              Integer.parseInt(response.getKey()),
                              example.getKey(),
                              resolved(example.getValue()).get("value")));
            });
  }

  /** The object itself, or what its {@code $ref} points to. */
  public static Map<String, Object> resolved(Object object) {
    Map<String, Object> map = Vectors.map(object);
    return map.get("$ref") instanceof String ref ? at(ref.substring("#/".length()).split("/")) : map;
  }

  private static Map<String, Object> load() {
    try (InputStream in = Spec.class.getClassLoader().getResourceAsStream("katapult-spec/openapi.yaml")) {
      return Vectors.map(new Load(LoadSettings.builder().build()).loadFromInputStream(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
