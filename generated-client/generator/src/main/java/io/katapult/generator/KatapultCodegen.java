package io.katapult.generator;

import io.swagger.v3.oas.models.OpenAPI;
import java.util.Set;
import org.openapitools.codegen.languages.JavaClientCodegen;

/** Generates from documents only whose every construct the templates cover. */
abstract class KatapultCodegen extends JavaClientCodegen {
  /** Methods that every model has: a property can't be called so. In lower case, as the generator compares them. */
  private static final Set<String> METHODS =
      Set.of("builder", "clone", "equals", "finalize", "getclass", "hashcode", "notify", "notifyall", "tostring", "wait");

  KatapultCodegen() {
    reservedWords.addAll(METHODS);
  }

  @Override
  public void preprocessOpenAPI(OpenAPI spec) {
    super.preprocessOpenAPI(spec);
    CoveredConstructs.check(spec);
  }

  /** The type of what is never null. */
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
