package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.verification.RackServer.Deviation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs {@link ServerVerification} against servers with and without known deviations. */
class LiveVerificationTest {
  private static final String KEY = "key-that-nobody-may-see";

  /** A difference that the report must contain for each deviation, as "expected < actual". */
  private static final Map<Deviation, String> FOUND = new EnumMap<>(Deviation.class);

  static {
    FOUND.put(Deviation.COLUMNS, "status 400 and code missing_required_argument < status 200");
    FOUND.put(Deviation.LITERAL_BRACKETS_NOT_READ, "no tokens < ");
    FOUND.put(Deviation.UNKNOWN_PARAMETER_REFUSED, "status 200 < status 400 and code invalid_argument");
    FOUND.put(Deviation.FIRST_OF_DUPLICATES_WINS, "status 200 < status 400 and code invalid_argument");
    FOUND.put(Deviation.BOTH_ORGANIZATIONS_ACCEPTED, "status 400 and code invalid_argument < status 200");
    FOUND.put(Deviation.PAGE_ZERO_ACCEPTED, "status 400 and code invalid_argument < status 200");
    FOUND.put(Deviation.PAGE_OF_TEXT_ACCEPTED, "status 400 and code invalid_argument < status 200");
    FOUND.put(Deviation.MISSING_TOKEN_401, "response status: Response status 401 not defined");
    FOUND.put(Deviation.MADE_UP_TOKEN_401, "response status: Response status 401 not defined");
    FOUND.put(Deviation.MADE_UP_TOKEN_ACCEPTED, "status 403 and code invalid_api_token < status 200");
    FOUND.put(Deviation.UNKNOWN_ORGANIZATION_403, "/error/code: comes under 404, not 403");
    FOUND.put(Deviation.UNKNOWN_ROUTE_200, "status 404 and code route_not_found < status 200");
    FOUND.put(Deviation.ERROR_WITHOUT_ENVELOPE, "response /: Object has missing required properties ([\"error\"])");
    FOUND.put(Deviation.ERROR_AS_HTML, "contentType: Response Content-Type header 'text/html'");
    FOUND.put(Deviation.ERROR_WITH_ANOTHER_CODE, "and code error_of_tomorrow");
    FOUND.put(Deviation.ERROR_WITHOUT_DETAIL, "'/error'] Object has missing required properties ([\"detail\"])");
    FOUND.put(Deviation.ERROR_NOT_MARKED, "Header 'X-Api-Schema' is expected");
    FOUND.put(Deviation.PROPERTY_RENAMED, "/api_tokens/0'] Object has missing required properties ([\"name\"])");
    FOUND.put(Deviation.PROPERTY_MISSING, "/api_tokens/0'] Object has missing required properties ([\"secret\"])");
    FOUND.put(Deviation.PROPERTY_NULL, "response /api_tokens/0/scopes: ");
    FOUND.put(Deviation.PROPERTY_OF_ANOTHER_TYPE, "response /api_tokens/0/rate_limit: ");
    FOUND.put(Deviation.TOTAL_AS_TEXT, "response /pagination/total: ");
    FOUND.put(Deviation.TOTAL_PAGES_WRONG, "/pagination/total_pages is 3 < /pagination/total_pages is 4");
    FOUND.put(Deviation.REQUEST_ID_MISSING, "Header 'X-Request-Id' is expected");
    FOUND.put(Deviation.REQUEST_ID_NO_UUID, "response X-Request-Id: Input string \"1\" is not a valid UUID");
    FOUND.put(Deviation.RATE_LIMIT_MISSING, "Header 'X-RateLimit-Remaining' is expected");
    FOUND.put(Deviation.RATE_LIMIT_GROWS, "X-RateLimit-Remaining does not increase within a minute < ");
    FOUND.put(Deviation.CONTENT_TYPE_MISSING, "response Content-Type: is missing");
    FOUND.put(Deviation.CURRENT_PAGE_NOT_ECHOED, "/pagination/current_page is 1000000 < /pagination/current_page is 1");
    FOUND.put(Deviation.PER_PAGE_NOT_ECHOED, "/pagination/per_page is 7 < /pagination/per_page is 30");
    FOUND.put(Deviation.PAST_THE_END_404, "status 200 < status 404 and code page_not_found");
    FOUND.put(Deviation.SAME_PAGE_AGAIN, "each token on one page only < page 2 repeats a token of an earlier page");
  }

  @TempDir Path directory;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 100})
  void findsNothingOnAConformingServer(int tokens) throws IOException {
    try (RackServer server = RackServer.builder().apiKey(KEY).tokens(tokens).start()) {
      TestExecutionSummary summary = verify(server.baseUrl());

      assertThat(differences()).isEmpty();
      assertThat(summary.getTotalFailureCount()).isZero();
      assertThat(summary.getTestsSucceededCount()).isEqualTo(tokens == 0 ? 20 : 21);
      assertThat(server.targets()).hasSizeBetween(20, LiveServer.MAX_REQUESTS);
      assertThat(report().get("requests").asInt()).isEqualTo(server.targets().size());
      assertThat(text()).contains(" checks, ", " 0 differences", "passed   a token is required");
    }
  }

  static Stream<Deviation> compatible() {
    return Stream.of(Deviation.values()).filter(deviation -> deviation.isCompatible);
  }

  @ParameterizedTest
  @MethodSource("compatible")
  void acceptsCompatibleDeviations(Deviation deviation) throws IOException {
    try (RackServer server = RackServer.builder().apiKey(KEY).tokens(3).deviation(deviation).start()) {
      TestExecutionSummary summary = verify(server.baseUrl());

      assertThat(differences()).isEmpty();
      assertThat(summary.getTotalFailureCount()).isZero();
    }
  }

  static Stream<Deviation> incompatible() {
    return Stream.of(Deviation.values()).filter(deviation -> !deviation.isCompatible);
  }

  @ParameterizedTest
  @MethodSource("incompatible")
  void findsADeviation(Deviation deviation) throws Exception {
    if (deviation == Deviation.RATE_LIMIT_GROWS) {
      awaitMiddleOfMinute();
    }
    try (RackServer server = RackServer.builder().apiKey(KEY).tokens(15).deviation(deviation).start()) {
      TestExecutionSummary summary = verify(server.baseUrl());

      assertThat(differences()).as("%s", deviation).anySatisfy(text -> assertThat(text).contains(FOUND.get(deviation)));
      assertThat(summary.getTotalFailureCount()).isPositive();
      assertThat(text()).contains("failed");
    }
  }

  /** The remaining requests may increase when a new minute begins. */
  private static void awaitMiddleOfMinute() throws InterruptedException {
    long millis = System.currentTimeMillis() % 60_000;
    Thread.sleep(millis > 55_000 ? 62_000 - millis : Math.max(0, 2_000 - millis));
  }

  /** The server echoes the token everywhere that the report may quote. */
  @Test
  void redactsTokensThatTheServerEchoes() throws IOException {
    String key = "Xq71\"Yv82\\Zk93+Wj64/Vh55";
    Set<String> tokens = ConcurrentHashMap.newKeySet();
    try (MockWebServer server = new MockWebServer()) {
      server.setDispatcher(
          new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              String authorization = request.getHeaders().get("Authorization");
              String token = authorization == null ? "" : authorization.replace("Bearer ", "");
              tokens.add(token);
              String type = request.getTarget().contains("page") ? "text/" + token : "application/json";
              String escaped = token.replace("\\", "\\\\").replace("\"", "\\\"");
              return new MockResponse.Builder()
                  .code(400)
                  .setHeader("Content-Type", type)
                  .setHeader("X-Request-Id", token)
                  .setHeader("X-RateLimit-Remaining", token)
                  .setHeader("X-Api-Schema", token)
                  .body("{\"error\":{\"code\":\"%s\",\"detail\":\"%s\"}}".formatted(escaped, escaped))
                  .build();
            }
          });
      server.start();
      Logger root = Logger.getLogger("");
      Handler handler = new StreamHandler(output, new SimpleFormatter());
      handler.setLevel(Level.ALL);
      Level level = root.getLevel();
      root.addHandler(handler);
      root.setLevel(Level.ALL);
      TestExecutionSummary summary;
      try {
        summary = verify(environment(key, server.url("/").toString()));
      } finally {
        root.setLevel(level);
        root.removeHandler(handler);
        handler.close();
      }

      assertThat(summary.getTotalFailureCount()).isEqualTo(21);
      assertThat(tokens).contains(key).hasSize(3);
      StringWriter failures = new StringWriter();
      summary.printFailuresTo(new PrintWriter(failures), 1000);
      String all = failures + output.toString(StandardCharsets.UTF_8) + text() + report();
      assertThat(all).contains("request ██");
      // Not even parts of a token. Short parts of the made-up token may occur by chance.
      assertThat(tokens.stream().flatMap(token -> Pattern.compile("[\"\\\\+/-]").splitAsStream(token)))
          .filteredOn(part -> part.length() >= 8 || (key.contains(part) && !part.isEmpty()))
          .hasSize(7)
          .allSatisfy(part -> assertThat(all).doesNotContain(part));
    }
  }

  @Test
  void deletesOldReports() throws IOException {
    Files.writeString(directory.resolve("live-report.txt"), "an old report");

    TestExecutionSummary summary = verify(Map.of());

    assertThat(summary.getFailures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getException())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("Set KATAPULT_API_KEY and KATAPULT_ORGANIZATION. "));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void reportsAnUnreachableServer() throws IOException {
    RackServer server = RackServer.builder().start();
    server.close();

    TestExecutionSummary summary = verify(server.baseUrl());

    assertThat(summary.getTotalFailureCount()).isEqualTo(21);
    assertThat(differences())
        .hasSize(21)
        .allSatisfy(text -> assertThat(text).contains("a readable response < "));
  }

  private TestExecutionSummary verify(String baseUrl) {
    return verify(environment(KEY, baseUrl));
  }

  private static Map<String, String> environment(String key, String baseUrl) {
    return Map.of("KATAPULT_API_KEY", key, "KATAPULT_ORGANIZATION", "acme", "KATAPULT_BASE_URL", baseUrl);
  }

  private TestExecutionSummary verify(Map<String, String> environment) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8);
    ServerVerification.RUN.set(new ServerVerification.Run(environment, directory, wait -> {}));
    System.setOut(captured);
    System.setErr(captured);
    try {
      LauncherFactory.create(
              LauncherConfig.builder()
                  .enableTestEngineAutoRegistration(false)
                  .enableTestExecutionListenerAutoRegistration(false)
                  .enableLauncherSessionListenerAutoRegistration(false)
                  .enableLauncherDiscoveryListenerAutoRegistration(false)
                  .enablePostDiscoveryFilterAutoRegistration(false)
                  .addTestEngines(new JupiterTestEngine())
                  .build())
          .execute(
              LauncherDiscoveryRequestBuilder.request().selectors(selectClass(ServerVerification.class)).build(),
              listener);
    } finally {
      System.setOut(out);
      System.setErr(err);
      ServerVerification.RUN.remove();
    }
    return listener.getSummary();
  }

  private JsonNode report() throws IOException {
    return new JsonMapper().readTree(directory.resolve("live-report.json").toFile());
  }

  private String text() throws IOException {
    return Files.readString(directory.resolve("live-report.txt"));
  }

  private List<String> differences() throws IOException {
    List<String> differences = new ArrayList<>();
    for (JsonNode difference : report().findValue("checks").findValues("differences")) {
      difference.forEach(d -> differences.add(d.get("spec").asText() + " < " + d.get("came").asText()));
    }
    return differences;
  }
}
