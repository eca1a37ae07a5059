package io.katapult.generator;

import io.swagger.v3.oas.models.OpenAPI;
import java.util.Set;
import org.openapitools.codegen.languages.JavaClientCodegen;

/** Rejects documents with constructs that the templates don't support. */
abstract class KatapultCodegen extends JavaClientCodegen {
  /** Methods of every model, which properties must not be named after. The generator compares them in lower case. */
  private static final Set<String> METHODS =
      Set.of(
          "builder", "clone", "equals", "finalize", "getclass", "hashcode", "notify", "notifyall", "tostring", "wait");

  KatapultCodegen() {
    reservedWords.addAll(METHODS);
  }

  @Override
  public void preprocessOpenAPI(OpenAPI spec) {
    super.preprocessOpenAPI(spec);
    CoveredConstructs.check(spec, this::toVarName);
  }

  /** The type of a non-null value. */
  static String primitive(String type) {
    return switch (type) {
      case "Integer" -> "int";
      case "Long" -> "long";
      case "Boolean" -> "boolean";
      case "Float" -> "float";
      case "Double" -> "double";
      default -> type;
    };
  }
}
