package io.katapult.generator;

import io.swagger.v3.oas.models.OpenAPI;
import org.openapitools.codegen.languages.JavaClientCodegen;

/** Generates from documents only whose every construct the templates cover. */
abstract class KatapultCodegen extends JavaClientCodegen {
  @Override
  public void preprocessOpenAPI(OpenAPI spec) {
    super.preprocessOpenAPI(spec);
    CoveredConstructs.check(spec);
  }
}
