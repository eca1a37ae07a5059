package io.katapult.spec;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.model.Changed;
import org.openapitools.openapidiff.core.model.ChangedOpenApi;
import org.openapitools.openapidiff.core.model.ChangedSchema;
import org.openapitools.openapidiff.core.model.ComposedChanged;

/** The effect of a change of the spec on its users. */
enum Change {
  NONE,
  ADDITION,
  BREAK;

  /** {@return the change between two specs in YAML} */
  static Change between(String before, String after) {
    ChangedOpenApi changed = OpenApiCompare.fromContents(before, after);
    if (!rulesKept(changed.getOldSpecOpenApi(), changed.getNewSpecOpenApi())
        || schemas(changed).anyMatch(Change::breaksUnseen)) {
      return BREAK;
    }
    return switch (changed.isChanged()) {
      case NO_CHANGES, METADATA -> NONE;
      case COMPATIBLE -> ADDITION;
      case UNKNOWN, INCOMPATIBLE -> BREAK;
    };
  }

  /** Whether the next version is high enough for this change. */
  boolean fits(Version released, Version next) {
    Version least =
        switch (this) {
          case NONE -> next;
          case ADDITION -> released.major() == 0 ? released.nextPatch() : released.nextMinor();
          case BREAK -> released.major() == 0 ? released.nextMinor() : released.nextMajor();
        };
    return next.compareTo(least) >= 0;
  }

  /** The library ignores x-parameter-rules, but any change of them affects what clients may send. */
  private static boolean rulesKept(OpenAPI before, OpenAPI after) {
    Map<String, Operation> remaining = operations(after);
    return operations(before).entrySet().stream()
        .filter(operation -> remaining.containsKey(operation.getKey()))
        .allMatch(
            operation ->
                Objects.equals(rules(operation.getValue()), rules(remaining.get(operation.getKey()))));
  }

  /** Detects breaking changes that the library reports as compatible. */
  private static boolean breaksUnseen(ChangedSchema changed) {
    Schema<?> before = changed.getOldSchema();
    Schema<?> after = changed.getNewSchema();
    if (!changed.getMissingProperties().isEmpty()) {
      return true;
    }
    if (changed.getContext().isResponse()) {
      return isTrue(after.getNullable()) && !isTrue(before.getNullable());
    }
    return (after.getEnum() != null && before.getEnum() == null)
        || isStricter(before.getMinLength(), after.getMinLength(), 1)
        || isStricter(before.getMinItems(), after.getMinItems(), 1)
        || isStricter(before.getMaxItems(), after.getMaxItems(), -1)
        || !Objects.equals(before.getDefault(), after.getDefault());
  }

  private static boolean isTrue(Boolean value) {
    return Boolean.TRUE.equals(value);
  }

  private static boolean isStricter(Integer before, Integer after, int direction) {
    return after != null && (before == null || Integer.signum(after.compareTo(before)) == direction);
  }

  private static Stream<ChangedSchema> schemas(Changed changed) {
    if (!(changed instanceof ComposedChanged composed)) {
      return Stream.empty();
    }
    Stream<ChangedSchema> within = composed.getChangedElements().stream().flatMap(Change::schemas);
    return changed instanceof ChangedSchema schema ? Stream.concat(Stream.of(schema), within) : within;
  }

  private static Map<String, Operation> operations(OpenAPI spec) {
    Map<String, Operation> operations = new TreeMap<>();
    for (Map.Entry<String, PathItem> path : spec.getPaths().entrySet()) {
      path.getValue()
          .readOperationsMap()
          .forEach((method, operation) -> operations.put(method + " " + path.getKey(), operation));
    }
    return operations;
  }

  private static Object rules(Operation operation) {
    return Objects.requireNonNullElse(operation.getExtensions(), Map.of()).get("x-parameter-rules");
  }
}
