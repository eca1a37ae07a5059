package io.katapult.benchmark;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.Pages;

/** Lists all tokens from a slow server in three ways. The consumer works for a while on each page. */
final class Listing {
  private static final int PER_PAGE = 100;

  private Listing() {}

  /** Arguments: the server, the number of tokens, the number of repetitions. Prints way, work and milliseconds. */
  public static void main(String[] args) throws Exception {
    int total = Integer.parseInt(args[1]);
    int repetitions = Integer.parseInt(args[2]);
    try (KatapultClient katapult = client(args[0])) {
      run(katapult, "plain loop", 0, total);
      run(katapult, "8 at once", 0, total);
      for (int i = 0; i < repetitions; i++) {
        for (int work : new int[] {0, 50}) {
          for (String way : new String[] {"plain loop", "default", "8 at once"}) {
            long begin = System.nanoTime();
            run(katapult, way, work, total);
            System.out.println(way + "\t" + work + "\t" + (System.nanoTime() - begin) / 1e6);
          }
        }
      }
    }
    System.exit(0);
  }

  static KatapultClient client(String baseUrl) {
    return KatapultClient.builder()
        .apiKey(Subject.API_KEY)
        .organization(Organization.subDomain(Subject.SUB_DOMAIN))
        .baseUrl(baseUrl)
        .build();
  }

  private static void run(KatapultClient katapult, String way, int work, int total) throws InterruptedException {
    ListApiTokensRequest request = new ListApiTokensRequest().perPage(PER_PAGE);
    int tokens = 0;
    if (way.equals("plain loop")) {
      int pages = 1;
      for (int page = 1; page <= pages; page++) {
        ApiResponse<ApiTokenPage> response = katapult.apiTokens().list(request.page(page));
        pages = response.body().pagination().totalPages();
        tokens += response.body().apiTokens().size();
        Thread.sleep(work);
      }
    } else {
      io.katapult.extensions.Listing<ApiTokenPage, ApiToken> listing = katapult.apiTokens().all(request);
      if (way.equals("8 at once")) {
        listing = listing.ahead(8);
      }
      try (Pages<ApiTokenPage, ApiToken> pages = listing.pages()) {
        while (pages.hasNext()) {
          tokens += pages.next().body().apiTokens().size();
          Thread.sleep(work);
        }
      }
    }
    if (tokens != total) {
      throw new IllegalStateException(way + " read " + tokens + " tokens of " + total);
    }
  }
}
