package io.katapult.contract.documentation;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;

class ListTokens {
  public static void main(String[] arguments) {
    ListApiTokensRequest billing = new ListApiTokensRequest().annotation("team", "billing");
    try (KatapultClient katapult = KatapultClient.fromEnvironment()) {
      for (ApiToken token : katapult.apiTokens().all(billing)) {
        System.out.println(token.name() + " " + token.scopes() + " expires " + token.expiresAt());
      }
    }
  }
}
