package io.katapult.verification;

import io.katapult.client.model.ApiToken;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.Pagination;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Listing;
import io.katapult.extensions.Pages;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/**
 * Verifies that a server conforms to the spec: {@code mvn verify -Plive}. The checks work with any set of tokens.
 * {@link SecondOracle} also validates every exchange. {@link LiveServer} documents the environment variables.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.DisplayName.class)
class ServerVerification {
  static final ThreadLocal<Run> RUN =
      ThreadLocal.withInitial(
          () -> new Run(System.getenv(), Path.of("target"), wait -> Thread.sleep(wait.toMillis())));

  private static final int MAX_PAGES = 5;
  private static final int PAST_ANY_END = 1_000_000;

  private final Run run = RUN.get();
  private final LiveServer server;
  private final String organization;

  @RegisterExtension final InvocationInterceptor checks = new Checks();

  /** The server to verify, the directory for the report, and how to wait. */
  record Run(Map<String, String> environment, Path directory, LiveServer.Pause pause) {
    /** Omits the environment because it holds the token. */
    @Override
    public String toString() {
      return "Run{directory=" + directory + '}';
    }
  }

  ServerVerification() throws IOException {
    Files.deleteIfExists(run.directory.resolve("live-report.json"));
    Files.deleteIfExists(run.directory.resolve("live-report.txt"));
    server = new LiveServer(run.environment, run.pause);
    organization = "organization%5Bsub_domain%5D=" + encoded(server.subDomain());
  }

  @AfterAll
  void report() throws IOException {
    server.close();
    server.report().write(run.directory);
    System.out.println("Report: " + run.directory.resolve("live-report.txt").toAbsolutePath());
  }

  @Test
  @DisplayName("the first page is page 1 with up to 30 tokens")
  void firstPage() throws IOException {
    isConsistent(
        server.list(organization).isPage().has("/pagination/current_page", 1).has("/pagination/per_page", 30));
  }

  @Test
  @DisplayName("page and per_page are echoed")
  void paginationIsEchoed() throws IOException {
    isConsistent(
        server
            .list(organization + "&per_page=1")
            .isPage()
            .has("/pagination/current_page", 1)
            .has("/pagination/per_page", 1));
    isConsistent(
        server
            .list(organization + "&page=2&per_page=7")
            .isPage()
            .has("/pagination/current_page", 2)
            .has("/pagination/per_page", 7));
  }

  @Test
  @DisplayName("a page past the end is empty and echoes its number")
  void pagePastTheEnd() throws IOException {
    LiveServer.Answer page =
        server.list(organization + "&page=" + PAST_ANY_END).isPage().has("/pagination/current_page", PAST_ANY_END);
    isEmpty(page);
  }

  /** Checks that the numbers of a page agree. In a large set, the totals are null. */
  private static void isConsistent(LiveServer.Answer page) {
    long size = page.at("/api_tokens").size();
    long perPage = page.at("/pagination/per_page").asLong();
    page.is(size <= perPage, "at most per_page tokens", size + " tokens with per_page " + perPage);
    boolean largeSet = page.at("/pagination/large_set").asBoolean();
    boolean isNull = page.at("/pagination/total").isNull() && page.at("/pagination/total_pages").isNull();
    page.is(
        largeSet == isNull,
        "total and total_pages are null only in a large set",
        page.at("/pagination").toString());
    if (!largeSet && !isNull && perPage > 0) {
      long total = page.at("/pagination/total").asLong();
      long number = page.at("/pagination/current_page").asLong();
      page.has("/pagination/total_pages", (total + perPage - 1) / perPage);
      long expected = Math.max(0, Math.min(perPage, total - (number - 1) * perPage));
      page.is(size == expected, expected + " of " + total + " tokens on page " + number, size + " tokens");
    }
  }

  private static void isEmpty(LiveServer.Answer page) {
    page.is(page.at("/api_tokens").isArray() && page.at("/api_tokens").isEmpty(), "no tokens", "tokens or no list");
  }

  @Test
  @DisplayName("the SDK lists consecutive pages")
  void allPages() throws IOException {
    LiveServer.Answer first = server.list(organization + "&per_page=1").isPage();
    long total = first.at("/pagination/total").asLong(MAX_PAGES);
    int perPage = (int) Math.max(1, Math.min(200, (total + MAX_PAGES - 2) / (MAX_PAGES - 1)));
    // Wait here so that the SDK does not have to.
    server.awaitRoomFor(MAX_PAGES + 2);

    ListApiTokensRequest request = new ListApiTokensRequest().perPage(perPage);
    Listing<ApiTokenPage, ApiToken> listing = server.katapult().apiTokens().all(request).ahead(0);
    Set<String> ids = new HashSet<>();
    int read = 0;
    try (Pages<ApiTokenPage, ApiToken> pages = listing.pages()) {
      while (pages.hasNext() && read < MAX_PAGES) {
        ApiTokenPage page = pages.next().body();
        Pagination pagination = page.pagination();
        read++;
        long size = page.apiTokens().size();
        first.is(
            pagination.currentPage() == read,
            "page " + read + " after page " + (read - 1),
            "page " + pagination.currentPage());
        first.is(pagination.perPage() == perPage, "per_page " + perPage, "per_page " + pagination.perPage());
        first.is(
            page.apiTokens().stream().map(ApiToken::id).allMatch(ids::add),
            "each token on one page only",
            "page " + read + " repeats a token of an earlier page");
        if (pagination.total() != null && pagination.totalPages() != null) {
          long expected = Math.max(0, Math.min(perPage, pagination.total() - (read - 1L) * perPage));
          first.is(size == expected, expected + " tokens on page " + read, size + " tokens");
        }
      }
    }
  }

  @Test
  @DisplayName("an organization is found by its sub-domain and by its id")
  void organizationById() throws IOException {
    LiveServer.Answer bySubDomain = server.list(organization + "&per_page=1").isPage();
    String id = bySubDomain.at("/api_tokens/0/organization_id").asText("");
    Assumptions.assumeTrue(!id.isEmpty() && !id.equals("null"), "no token has an organization_id");

    server
        .list("organization%5Bid%5D=" + encoded(id) + "&per_page=1")
        .isPage()
        .has("/api_tokens/0/organization_id", id)
        .has("/pagination/total", bySubDomain.at("/pagination/total").asText());
  }

  @Test
  @DisplayName("organization[id] and organization[sub_domain] are mutually exclusive")
  void bothOrganizations() throws IOException {
    server
        .list(organization + "&organization%5Bid%5D=org_0000000000000000", "organization[id], organization[sub_domain]")
        .isError(400, "invalid_argument")
        .has("/error/detail/issue", "ambiguous_lookup_values");
  }

  @Test
  @DisplayName("an unknown organization is not found")
  void unknownOrganization() throws IOException {
    server.list("organization%5Bsub_domain%5D=" + server.madeUpName()).isError(404, "organization_not_found");
  }

  @ParameterizedTest(name = "{0} is rejected")
  @CsvSource({
    "page=0, page, validation_errors",
    "per_page=0, per_page, validation_errors",
    "page=abc, page, parse_error",
  })
  @DisplayName("invalid pages")
  void wrongPage(String query, String parameter, String issue) throws IOException {
    server
        .list(organization + "&" + query, parameter)
        .isError(400, "invalid_argument")
        .has("/error/detail/issue", issue)
        .has("/error/detail/path/0", parameter);
  }

  @Test
  @DisplayName("the last value of a repeated parameter wins")
  void duplicate() throws IOException {
    server.list(organization + "&page=0&page=1", "page").isPage().has("/pagination/current_page", 1);
  }

  @Test
  @DisplayName("unknown parameters are ignored")
  void unknownParameters() throws IOException {
    server.list(organization + "&unknown=1&other%5B%5D%5Bkey%5D=2", "unknown", "other[][key]").isPage();
  }

  @Test
  @DisplayName("a token is required")
  void missingToken() throws IOException {
    server
        .get("organizations/organization/api_tokens", organization, null, "Authorization")
        .isError(400, "missing_api_token");
  }

  @Test
  @DisplayName("a made-up token is invalid")
  void madeUpToken() throws IOException {
    server
        .get("organizations/organization/api_tokens", organization, server.madeUpToken())
        .isError(403, "invalid_api_token");
  }

  @Test
  @DisplayName("an unknown route is not found")
  void unknownRoute() throws IOException {
    server
        .get("organizations/organization/api_token", organization, server.apiKey(), "path")
        .isError(404, "route_not_found");
  }

  @ParameterizedTest(name = "annotations are read row by row, {0}")
  @CsvSource({
    "percent-encoded, %5B%5D%5B, %5D, %20",
    "percent-encoded in lower case, %5b%5d%5b, %5d, %20",
    "with literal brackets, [][, ], %20",
    "with + for a space, %5B%5D%5B, %5D, +",
  })
  @DisplayName("annotations, row by row")
  void rows(String encoding, String open, String close, String space) throws IOException {
    String key = "&annotations" + open + "key" + close + "=";
    String value = "&annotations" + open + "value" + close + "=";
    String name = server.madeUpName() + space;
    String rows = key + name + "a" + value + "1" + key + name + "b" + value + "2";
    LiveServer.Answer page = server.list(organization + rows).isPage();
    // No token can have a made-up annotation.
    isEmpty(page);
    page.is(page.at("/pagination/total").asLong() == 0, "total 0", "total " + page.at("/pagination/total"));
  }

  @Test
  @DisplayName("annotations are not read column by column")
  void columns() throws IOException {
    server
        .list(
            organization
                + "&annotations%5B%5D%5Bkey%5D=a&annotations%5B%5D%5Bkey%5D=b"
                + "&annotations%5B%5D%5Bvalue%5D=1&annotations%5B%5D%5Bvalue%5D=2",
            "annotations[][key], annotations[][value]")
        .isError(400, "missing_required_argument");
  }

  /** {@link LiveServer} checks the header in every exchange. */
  @Test
  @DisplayName("X-RateLimit-Remaining does not increase within a minute")
  void rateLimit() throws IOException {
    for (int i = 0; i < 3; i++) {
      server.list(organization + "&per_page=1").isPage();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Runs each test as a check, which fails if it has differences. */
  private final class Checks implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
        Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
      check(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
      check(invocation, context);
    }

    private void check(Invocation<Void> invocation, ExtensionContext context) {
      LiveReport report = server.report();
      report.begin(context.getDisplayName());
      TestAbortedException skipped = null;
      try {
        invocation.proceed();
      } catch (TestAbortedException e) {
        report.note(e.getMessage());
        skipped = e;
      } catch (Throwable e) {
        // Report the exception instead of throwing it: its message may hold the token, and the report redacts it.
        report.difference(context.getDisplayName(), null, null, "a readable response", e.toString());
      }
      String differences = report.end(skipped != null);
      if (!differences.isEmpty()) {
        throw new AssertionError("The server does not conform to the spec:\n" + differences);
      }
      if (skipped != null) {
        throw skipped;
      }
    }
  }
}
