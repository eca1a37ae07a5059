package com.example.modular;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;

/** Lists tokens from the mock, as a named module. */
public final class ModularConsumer {
  public static void main(String[] args) {
    if (!KatapultClient.class.getModule().isNamed()) {
      throw new IllegalStateException("The SDK is not on the module path");
    }
    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey("consumer")
            .organization(Organization.subDomain("acme"))
            .baseUrl(args[0])
            .build()) {
      long tokens = katapult.apiTokens().all(new ListApiTokensRequest().perPage(2)).stream().count();
      if (tokens != 5) {
        throw new IllegalStateException("The mock has 5 tokens, but " + tokens + " were listed");
      }
    }
  }
}
