package io.katapult.recipes;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Listing;
import io.katapult.extensions.Pages;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Goes on at the page at which a listing failed, also in another run of the program. */
final class ResumeListing {
  private ResumeListing() {}

  /**
   * Lists page by page, so that the page that fails has not been used at all.
   *
   * @param request the same each time but for its page: page numbers mean nothing with another {@code perPage}
   * @return the page to go on from, to be kept for the next time; empty if the end was reached
   */
  static OptionalInt list(KatapultClient katapult, ListApiTokensRequest request, Consumer<List<ApiToken>> action) {
    try (Pages<ApiTokenPage, ApiToken> pages = katapult.apiTokens().all(request).pages()) {
      while (pages.hasNext()) {
        action.accept(pages.next().body().apiTokens());
      }
      return OptionalInt.empty();
    } catch (KatapultException e) {
      System.err.println("Stopped: " + e.getMessage());
      return OptionalInt.of(e.page());
    }
  }
}
