package io.katapult.specreader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The spec as maps and lists. */
public final class Spec {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final Map<String, Object> ROOT = load();

  private Spec() {}

  /** An example of a response. */
  public record Example(Operation operation, int status, String name, Object value) {
    public boolean isSuccess() {
      return status < 300;
    }

    @Override
    public String toString() {
      return status + " " + name;
    }
  }

  /**
   * An operation of the spec.
   *
   * @param path below the path of the server, with the names of path parameters in braces
   * @param method in upper case
   * @param content its object in the spec
   */
  public record Operation(String id, String path, String method, Map<String, Object> content) {
    public Stream<Map<String, Object>> parameters() {
      return list(content.getOrDefault("parameters", List.of()));
    }

    /** The parameter rules: for each kind of rule, lists of parameter names. */
    public Map<String, List<List<String>>> rules() {
      Map<String, List<List<String>>> rules = new LinkedHashMap<>();
      Vectors.map(content.getOrDefault("x-parameter-rules", Map.of()))
          .forEach(
              (rule, instances) ->
                  rules.put(rule, ((List<?>) instances).stream().map(Vectors::texts).toList()));
      return rules;
    }

    /** The responses by status. */
    public Map<String, Map<String, Object>> responses() {
      Map<String, Map<String, Object>> responses = new LinkedHashMap<>();
      Vectors.map(content.get("responses")).forEach((status, response) -> responses.put(status, resolved(response)));
      return responses;
    }

    /** The response headers of a status. */
    public Map<String, Object> headers(int status) {
      return Vectors.map(
          responses().getOrDefault(Integer.toString(status), Map.of()).getOrDefault("headers", Map.of()));
    }

    public Stream<Example> examples() {
      return responses().entrySet().stream()
          .flatMap(
              response ->
                  Vectors.map(json(response.getValue()).getOrDefault("examples", Map.of())).entrySet().stream()
                      .map(
                          example ->
                              new Example(
                                  this,
                                  Integer.parseInt(response.getKey()),
                                  example.getKey(),
                                  Objects.requireNonNull(resolved(example.getValue()).get("value")))));
    }

    private boolean isAt(String otherMethod, String otherPath) {
      String pattern =
          Stream.of(path.split("/", -1))
              .map(segment -> segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment))
              .collect(Collectors.joining("/"));
      return method.equals(otherMethod) && otherPath.matches(pattern);
    }

    @Override
    public String toString() {
      return id;
    }
  }

  public static Stream<Operation> operations() {
    return at("paths").entrySet().stream()
        .flatMap(
            path ->
                Vectors.map(path.getValue()).entrySet().stream()
                    .filter(method -> METHODS.contains(method.getKey()))
                    .map(
                        method -> {
                          Map<String, Object> content = Vectors.map(method.getValue());
                          return new Operation(
                              text(content, "operationId"),
                              path.getKey(),
                              method.getKey().toUpperCase(Locale.ROOT),
                              content);
                        }));
  }

  public static Operation operation(String id) {
    return operations().filter(operation -> operation.id.equals(id)).findFirst().orElseThrow();
  }

  /** Finds the operation of a request by its method and its target, whose path must begin with the base path. */
  public static Optional<Operation> operationAt(String basePath, String method, String target) {
    String path = target.split("\\?", 2)[0];
    return path.startsWith(basePath)
        ? operations().filter(operation -> operation.isAt(method, path.substring(basePath.length()))).findFirst()
        : Optional.empty();
  }

  /** The example of a parameter or of JSON content, which may be that of its schema. The tests need it to send one. */
  public static Object example(Map<String, Object> object, String name) {
    Object example = object.getOrDefault("example", resolved(object.get("schema")).get("example"));
    if (example == null) {
      throw new IllegalStateException(
          name + " has no example in the spec: give it one, so that the tests can call the operation");
    }
    return example;
  }

  /** The examples of all operations. */
  public static Stream<Example> examples() {
    return operations().flatMap(Operation::examples);
  }

  /** The path of the server URL, without a slash at its end. */
  public static String basePath() {
    return URI.create(text(servers().findFirst().orElseThrow(), "url")).getPath();
  }

  /** The JSON content of a response: its schema and examples. Empty if it has none. */
  public static Map<String, Object> json(Map<String, Object> response) {
    Map<String, Object> content = Vectors.map(response.getOrDefault("content", Map.of()));
    return Vectors.map(content.getOrDefault("application/json", Map.of()));
  }

  /** The documented error codes: each with {@code code}, {@code status} and {@code detail}. */
  public static Stream<Map<String, Object>> errorCodes() {
    return list(at("components", "schemas", "ApiError").get("x-error-codes"));
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

  /** The objects of a list, each with its {@code $ref} followed. */
  public static Stream<Map<String, Object>> list(@Nullable Object list) {
    return ((List<?>) Objects.requireNonNull(list)).stream().map(Spec::resolved);
  }

  /** Follows the {@code $ref} of an object, if it has one. */
  public static Map<String, Object> resolved(@Nullable Object object) {
    Map<String, Object> map = Vectors.map(object);
    return map.get("$ref") instanceof String ref ? at(ref.substring("#/".length()).split("/")) : map;
  }

  private static String text(Map<String, Object> object, String key) {
    return (String) Objects.requireNonNull(object.get(key), key);
  }

  private static Map<String, Object> load() {
    try (InputStream in = Spec.class.getClassLoader().getResourceAsStream("katapult-spec/openapi.yaml")) {
      return Vectors.map(new Load(LoadSettings.builder().build()).loadFromInputStream(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
