package io.katapult.benchmark;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import java.lang.management.ManagementFactory;
import java.util.Iterator;

/** Measures the live heap while a client lists very many tokens, and of an idle client for comparison. */
final class LiveHeap {
  private static final int PER_PAGE = 100;

  private LiveHeap() {}

  /** Arguments: the server, the number of tokens, the number of samples. Prints way and bytes. */
  public static void main(String[] args) {
    int total = Integer.parseInt(args[1]);
    int interval = total / Integer.parseInt(args[2]);
    try (KatapultClient katapult = Listing.client(args[0])) {
      ListApiTokensRequest request = new ListApiTokensRequest().perPage(PER_PAGE);
      katapult.apiTokens().list(request);
      System.out.println("idle\t" + live());
      io.katapult.extensions.Listing<ApiTokenPage, ApiToken> listing = katapult.apiTokens().all(request);
      for (String way : new String[] {"default", "8 at once"}) {
        sample(way.equals("default") ? listing : listing.ahead(8), total, interval, way);
      }
    }
    System.exit(0);
  }

  private static void sample(Iterable<ApiToken> listing, int total, int interval, String way) {
    int tokens = 0;
    for (Iterator<ApiToken> read = listing.iterator(); read.hasNext(); read.next()) {
      tokens++;
      // In the middle of a page.
      if (tokens % interval == interval / 2) {
        System.out.println(way + "\t" + live());
      }
    }
    if (tokens != total) {
      throw new IllegalStateException("Read " + tokens + " of " + total + " tokens");
    }
  }

  private static long live() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
