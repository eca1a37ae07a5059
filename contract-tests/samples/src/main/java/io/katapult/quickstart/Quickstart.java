package io.katapult.quickstart;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.Pagination;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Listing;
import io.katapult.extensions.Organization;
import io.katapult.extensions.Pages;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.mock.PrismMock;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lists API tokens page by page: {@code mvn -q -Pquickstart}. If {@code KATAPULT_API_KEY} and
 * {@code KATAPULT_ORGANIZATION} are set, it calls the real API or the server at {@code KATAPULT_BASE_URL}. Otherwise it
 * starts a mock.
 */
final class Quickstart {
  private static final int LISTED = 0;
  private static final int WRONG_ENVIRONMENT = 2;
  private static final int NOT_READ = 3;

  private static final List<String> HEADINGS = List.of("NAME", "ID", "EXPIRES", "ADDRESSES", "SCOPES");

  private Quickstart() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    // Exits because Maven would go on to build the other modules, and print a long report for an exception.
    System.exit(run(System.getenv(), out, err, Instant.now()));
  }

  /** Returns the exit code. */
  static int run(Map<String, String> environment, PrintStream out, PrintStream err, Instant now) {
    Predicate<String> isMissing = name -> environment.getOrDefault(name, "").isBlank();
    List<String> missing = Stream.of("KATAPULT_API_KEY", "KATAPULT_ORGANIZATION").filter(isMissing).toList();
    try {
      if (missing.isEmpty()) {
        askApi(environment, out, now);
      } else if (!missing.contains("KATAPULT_API_KEY")) {
        // The tokens of the mock could be mistaken for those of the key's owner.
        err.println("KATAPULT_ORGANIZATION is not set in the environment.");
        return WRONG_ENVIRONMENT;
      } else {
        askMock(missing, out, err, now);
      }
      return LISTED;
    } catch (ParameterException e) {
      err.println(inOneLine(e.getMessage()) + '.');
      return WRONG_ENVIRONMENT;
    } catch (KatapultException e) {
      err.println("The API tokens could not be read. " + inOneLine(e.getMessage()));
      return NOT_READ;
    } catch (IllegalStateException | UncheckedIOException e) {
      // From the mock. The lines after the first one are in its log too.
      err.println(e.getMessage().lines().findFirst().orElse("").replaceFirst(":$", "."));
      return NOT_READ;
    }
  }

  /** Also removes control characters. */
  private static String inOneLine(String message) {
    return message.replaceAll("[\\p{C}\\p{Z}]+", " ");
  }

  private static void askApi(Map<String, String> environment, PrintStream out, Instant now) {
    try (KatapultClient katapult = KatapultClient.builder().environment(environment).build()) {
      out.println("Asking the Katapult API. " + katapult);
      list(katapult, new ListApiTokensRequest(), out, now);
    }
  }

  private static void askMock(List<String> missing, PrintStream out, PrintStream err, Instant now) {
    err.println("Starting a mock. The first start installs it.");
    try (PrismMock mock = PrismMock.start();
        KatapultClient katapult =
            KatapultClient.builder()
                .apiKey("quickstart")
                .organization(Organization.subDomain("acme"))
                .baseUrl(mock.baseUrl())
                .build()) {
      out.println("Asking a mock. To ask the Katapult API, also set " + String.join(" and ", missing) + '.');
      list(katapult, new ListApiTokensRequest().perPage(2), out, now);
    }
  }

  /** Reads all pages before it prints one, so that the columns of all have the same width. */
  private static void list(KatapultClient katapult, ListApiTokensRequest request, PrintStream out, Instant now) {
    List<ApiTokenPage> listed = new ArrayList<>();
    try (Pages<ApiTokenPage, ApiToken> pages = katapult.apiTokens().all(request).pages()) {
      while (pages.hasNext()) {
        listed.add(pages.next().body());
      }
    }
    Stream<List<String>> rows =
        listed.stream().flatMap(page -> page.apiTokens().stream()).map(token -> row(token, now));
    int[] widths = widths(Stream.concat(Stream.of(HEADINGS), rows));
    for (ApiTokenPage page : listed) {
      Pagination pagination = page.pagination();
      out.println();
      out.println(
          pagination.totalPages() == null
              ? "Page " + pagination.currentPage()
              : "Page %d of %d, %d tokens in all"
                  .formatted(pagination.currentPage(), pagination.totalPages(), pagination.total()));
      print(HEADINGS, widths, out);
      page.apiTokens().forEach(token -> print(row(token, now), widths, out));
    }
  }

  private static List<String> row(ApiToken token, Instant now) {
    return List.of(
        token.name(),
        token.id(),
        expiry(token, now),
        token.allowsAnyIpAddress() ? "any" : String.join(" ", token.authorizedIpAddresses()),
        token.scopes().isEmpty() ? "none" : String.join(" ", token.scopes()));
  }

  private static int[] widths(Stream<List<String>> rows) {
    int[] widths = new int[HEADINGS.size()];
    rows.forEach(row -> Arrays.setAll(widths, i -> Math.max(widths[i], width(row.get(i)))));
    return widths;
  }

  private static void print(List<String> row, int[] widths, PrintStream out) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - width(row.get(i)) + 2));
    }
    out.println(line.toString().stripTrailing());
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  static String expiry(ApiToken token, Instant now) {
    if (token.expiresAt() == null) {
      return "never";
    }
    Duration left = Duration.between(now, token.expiresAt());
    return left.isNegative() ? "expired " + inWords(left.negated()) + " ago" : "in " + inWords(left);
  }

  private static String inWords(Duration duration) {
    long days = duration.toDays();
    if (days >= 365) {
      return count(days / 365, "year");
    }
    if (days >= 1) {
      return count(days, "day");
    }
    return duration.toHours() >= 1 ? count(duration.toHours(), "hour") : count(duration.toMinutes(), "minute");
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
