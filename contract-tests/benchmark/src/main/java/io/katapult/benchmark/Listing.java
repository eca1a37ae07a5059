package io.katapult.benchmark;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.ApiResponse;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.Pages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists all tokens from a slow server in several ways. The consumer works for a while on each page. */
final class Listing {
  private static final String PLAIN_LOOP = "plain loop";
  private static final int PER_PAGE = 100;

  /** The options of a listing of so many pages. */
  private interface Way {
    io.katapult.extensions.Listing<ApiTokenPage, ApiToken> options(
        io.katapult.extensions.Listing<ApiTokenPage, ApiToken> listing, int pages);
  }

  /** The ways that use a listing. To measure another one, add it here. */
  private static final Map<String, Way> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put("default", (listing, pages) -> listing);
    WAYS.put("8 at once", (listing, pages) -> listing.ahead(8));
    WAYS.put("8 at once, expected pages", (listing, pages) -> listing.ahead(8).expectedPages(pages));
  }

  private Listing() {}

  /** Arguments: the server, the number of tokens, the number of repetitions. Prints way, work, ms, CPU ms and bytes. */
  public static void main(String[] args) throws Exception {
    int total = Integer.parseInt(args[1]);
    int repetitions = Integer.parseInt(args[2]);
    List<String> ways = new ArrayList<>(WAYS.keySet());
    ways.add(0, PLAIN_LOOP);
    try (KatapultClient katapult = client(args[0])) {
      run(katapult, PLAIN_LOOP, 0, total);
      run(katapult, "8 at once", 0, total);
      for (int i = 0; i < repetitions; i++) {
        for (int work : new int[] {0, 50}) {
          for (String way : ways) {
            Usage before = Usage.now();
            run(katapult, way, work, total);
            Usage after = Usage.now();
            System.out.println(
                way
                    + '\t'
                    + work
                    + '\t'
                    + after.nanosSince(before) / 1e6
                    + '\t'
                    + after.cpuNanosSince(before) / 1e6
                    + '\t'
                    + after.bytesSince(before));
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
    if (way.equals(PLAIN_LOOP)) {
      int pages = 1;
      for (int page = 1; page <= pages; page++) {
        ApiResponse<ApiTokenPage> response = katapult.apiTokens().list(request.page(page));
        pages = response.body().pagination().totalPages();
        tokens += response.body().apiTokens().size();
        Thread.sleep(work);
      }
    } else {
      io.katapult.extensions.Listing<ApiTokenPage, ApiToken> listing =
          WAYS.get(way).options(katapult.apiTokens().all(request), total / PER_PAGE);
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
