package io.katapult.recipes;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Lists the tokens of several organizations in parallel without blocking a thread. */
final class ListOrganizations {
  private ListOrganizations() {}

  /** Completes when all listings have ended. Fails if one of them failed. */
  static CompletableFuture<Map<String, List<ApiToken>>> list(KatapultClient katapult, List<String> subDomains) {
    Map<String, List<ApiToken>> found = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> listings = new ArrayList<>();
    for (String subDomain : subDomains) {
      ListApiTokensRequest request = new ListApiTokensRequest().organization(Organization.subDomain(subDomain));
      List<ApiToken> tokens = new ArrayList<>();
      CompletableFuture<Void> listed = katapult.apiTokens().all(request).forEachAsync(tokens::add);
      listings.add(listed.thenRun(() -> found.put(subDomain, tokens)));
    }
    return CompletableFuture.allOf(listings.toArray(CompletableFuture[]::new)).thenApply(nothing -> found);
  }
}
