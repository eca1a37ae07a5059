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

/** Lists the tokens of several organizations at once, and blocks no thread meanwhile. */
final class ListOrganizations {
  private ListOrganizations() {}

  /** Completes once all are there, or when all have ended and one has failed. */
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
