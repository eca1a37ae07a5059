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

/** Resumes a listing at the page that failed, even in a later run of the program. */
final class ResumeListing {
  private ResumeListing() {}

  /**
   * Lists page by page, so that no part of a failed page is processed.
   *
   * @param request must be the same when resuming: another {@code perPage} or other annotations change the page numbers
   * @param fromPage 1, or the page to resume from
   * @return the page to resume from; empty if the listing is complete
   */
  static OptionalInt list(
      KatapultClient katapult, ListApiTokensRequest request, int fromPage, Consumer<List<ApiToken>> action) {
    try (Pages<ApiTokenPage, ApiToken> pages = katapult.apiTokens().all(request).fromPage(fromPage).pages()) {
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
