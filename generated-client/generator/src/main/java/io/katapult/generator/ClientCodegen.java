package io.katapult.generator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openapitools.codegen.CodegenModel;
import org.openapitools.codegen.CodegenOperation;
import org.openapitools.codegen.CodegenProperty;
import org.openapitools.codegen.model.ModelMap;
import org.openapitools.codegen.model.OperationsMap;

/** Generates the Retrofit interfaces and the models. */
public final class ClientCodegen extends KatapultCodegen {
  @Override
  public String getName() {
    return "katapult-client";
  }

  @Override
  public OperationsMap postProcessOperationsWithModels(OperationsMap objects, List<ModelMap> models) {
    OperationsMap processed = super.postProcessOperationsWithModels(objects, models);
    for (CodegenOperation operation : processed.getOperations().getOperation()) {
      // Moshi would parse plain text as JSON.
      if ("String".equals(operation.returnType)) {
        operation.returnType = "okhttp3.ResponseBody";
      }
      // In Retrofit, a DELETE with a body needs @HTTP.
      operation.vendorExtensions.put(
          "x-retrofit-method",
          operation.httpMethod.equals("DELETE") && operation.bodyParam != null
              ? "HTTP(method = \"DELETE\", path = \"" + operation.path + "\", hasBody = true)"
              : operation.httpMethod + "(\"" + operation.path + "\")");
    }
    return processed;
  }

  @Override
  public void postProcessModelProperty(CodegenModel model, CodegenProperty property) {
    super.postProcessModelProperty(model, property);
    describe(property);
    if (property.vendorExtensions.get("x-predicates") instanceof Map<?, ?> predicates) {
      Map<String, String> methods = new HashMap<>();
      predicates.forEach((kind, name) -> methods.put(kind.toString(), toVarName(name.toString())));
      property.vendorExtensions.put("x-java-predicates", methods);
    }
  }

  private static void describe(CodegenProperty property) {
    if (property.items != null) {
      describe(property.items);
      markRecurring(property.items);
    } else if (property.baseName.endsWith("_id")) {
      markRecurring(property);
    }
    // An adapter reads enums, as for models.
    property.isModel |= property.isEnumRef;
    if (property.isFreeFormObject) {
      property.dataType = "Map<String, Object>";
    }
    String kind = kind(property);
    property.vendorExtensions.put("x-kind", kind);
    property.vendorExtensions.put(
        "x-primitive-type", kind.equals("instant") ? "Instant" : primitive(property.dataType));
  }

  /** Marks strings whose values often repeat: strings in lists, and IDs of other objects. The adapter reuses them. */
  private static void markRecurring(CodegenProperty property) {
    if (kind(property).equals("string") && !property.isModel && !property.isPassword) {
      property.vendorExtensions.put("x-java-recurring", true);
    }
  }

  /** The method of {@code Json} that reads a value. */
  private static String kind(CodegenProperty property) {
    if (property.vendorExtensions.containsKey("x-unix-time")) {
      return "instant";
    }
    return switch (property.dataType) {
      case "Integer" -> "int32";
      case "Long" -> "int64";
      case "Float" -> "float32";
      case "Double" -> "float64";
      case "Boolean" -> "bool";
      case "Map<String, Object>" -> "freeForm";
      default -> "string";
    };
  }

  @Override
  public String getHelp() {
    return "Generates the Retrofit interfaces and the models.";
  }
}
