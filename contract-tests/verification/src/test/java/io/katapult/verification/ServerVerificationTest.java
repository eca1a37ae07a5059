package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.katapult.verification.StandInServer.Answer;
import io.katapult.verification.StandInServer.Asked;
import io.katapult.verification.StandInServer.Variant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVerificationTest {
  private final List<Duration> waits = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void testsAllChecksOfAServerWithItems() throws IOException {
    try (StandInServer server = new StandInServer()) {
      Report report = verify(server.settings());

      assertThat(report.findings()).isEmpty();
      assertThat(report.checks()).hasSizeGreaterThan(40);
      assertThat(report.checks(Report.Outcome.NOT_TESTED)).isEmpty();
      assertThat(report.requests()).isBetween(100, 300).isEqualTo(server.targets().size());
      assertThat(report.remarks())
          .singleElement()
          .asString()
          .contains("service_unavailable")
          .doesNotContain("invalid_argument");
    }
  }

  @Test
  void saysWhatAnEmptyOrganizationDoesNotTest() throws IOException {
    Variant empty = new Variant();
    empty.tokens = List.of();
    try (StandInServer server = new StandInServer(empty)) {
      Report report = verify(server.settings());

      assertThat(report.isConforming()).isTrue();
      assertThat(report.checks(Report.Outcome.NOT_TESTED))
          .extracting(Report.Check::id)
          .contains("page-sizes", "organization-by-id", "filter-unknown", "filter", "filter-all");
      assertThat(ReportFormat.TEXT.write(report))
          .contains("Not tested\n")
          .contains("  - The organization has no items. Not tested: page-sizes, ");
    }
  }

  @Test
  void waitsForTheLimitOutsideOfEveryTimeout() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T10:00:20Z"));
    Variant variant = new Variant();
    variant.permitted = 12;
    variant.clock = now::get;
    try (StandInServer server = new StandInServer(variant)) {
      OkHttpClient impatient = new OkHttpClient.Builder().callTimeout(Duration.ofMillis(1)).build();
      Report report =
          ServerVerification.verify(
              server.settings().httpClient(impatient),
              progress::add,
              wait -> {
                waits.add(wait);
                now.updateAndGet(before -> before.plus(wait));
              });

      assertThat(report.isConforming()).isTrue();
      assertThat(waits)
          .hasSizeGreaterThan(10)
          .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(61)));
      assertThat(progress).contains("Waiting 41 s: the rate limit is 12 requests per minute");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/core/v2|Key-of-the-stand-in-7f3a91|acme|has no /organizations/organization/api_tokens:"
            + " does the base URL end with /core/v1?",
        "/core/v1|another-key|acme|The API key is refused with HTTP 403 invalid_api_token",
        "/core/v1|Key-of-the-stand-in-7f3a91|acne|The organization \"acne\" does not exist",
      })
  void refusesWithOneSentenceAndOneRequest(
      String path, String key, String organization, String sentence) throws IOException {
    try (StandInServer server = new StandInServer()) {
      String url = server.baseUrl().replace("/core/v1", path);
      Report report = verify(VerificationSettings.of(url, key, organization));

      assertThat(report.refusal()).contains(sentence);
      assertThat(report.isConforming()).isFalse();
      assertThat(report.findings()).isEmpty();
      assertThat(server.targets()).hasSize(1);
      assertThat(ReportFormat.TEXT.write(report)).hasLineCount(3).doesNotContain("null");
    }
  }

  static Stream<MockResponse> otherServers() {
    return Stream.of(
        new MockResponse.Builder().body("<html>").addHeader("Content-Type", "text/html").build(),
        new MockResponse.Builder().code(302).addHeader("Location", "/login").build(),
        new MockResponse.Builder().code(404).body("Not found").build(),
        new MockResponse.Builder().code(401).build());
  }

  @ParameterizedTest
  @MethodSource("otherServers")
  void refusesAnotherKindOfServer(MockResponse response) throws IOException {
    Report report = verifyOnce(response);

    assertThat(report.refusal()).isNotNull().matches("[^?]*[.?]");
    assertThat(report.requests()).isEqualTo(1);
  }

  static Stream<MockResponse> wrongFirstResponses() {
    return Stream.of(
        json().code(500).body("{}").build(),
        json().code(201).body("{}").build(),
        json().body("[]").build(),
        json().body("{").build(),
        json().addHeader("Content-Encoding", "gzip").body("{}").build());
  }

  private static MockResponse.Builder json() {
    return new MockResponse.Builder().addHeader("Content-Type", "application/json");
  }

  /** It is the right kind of server, but already its first response is wrong. */
  @ParameterizedTest
  @MethodSource("wrongFirstResponses")
  void findsWhatIsWrongWithTheFirstResponse(MockResponse response) throws IOException {
    Report report = verifyOnce(response);

    assertThat(report.refusal()).isNull();
    assertThat(report.findings()).isNotEmpty();
    assertThat(report.checks()).isEmpty();
  }

  private Report verifyOnce(MockResponse response) throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      for (int i = 0; i < 3; i++) {
        server.enqueue(response);
      }
      server.start();
      return verify(VerificationSettings.of(server.url("/").toString(), "key", "acme"));
    }
  }

  @Test
  void refusesIfNothingAnswers() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Report report = verify(VerificationSettings.of("http://127.0.0.1:" + port, "key", "acme"));

    assertThat(report.refusal())
        .startsWith("The server at http://127.0.0.1:" + port + " does not answer: ");
  }

  @Test
  void reportsAServerThatStopsAnswering() throws IOException {
    Variant variant =
        new Variant() {
          private volatile boolean hasStopped;

          @Override
          Asked ask(Asked asked) {
            hasStopped |= asked.has("page=1000000");
            return asked;
          }

          @Override
          MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
            return hasStopped
                ? response.onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
                : response;
          }
        };
    try (StandInServer server = new StandInServer(variant)) {
      Report report = verify(server.settings());

      assertThat(report.refusal()).isNull();
      assertThat(report.findings())
          .extracting(Report.Finding::sentence)
          .anyMatch(
              sentence ->
                  sentence.matches(
                      "The server at .* does not answer: .*, after [0-9]+ requests\\."));
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (MockWebServer other = new MockWebServer()) {
      other.start();
      Variant variant =
          new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return asked.has("page=3")
                  ? answer.status(302).header("Location", other.url("/").toString())
                  : answer;
            }
          };
      try (StandInServer server = new StandInServer(variant)) {
        assertThat(verify(server.settings()).isConforming()).isFalse();
        assertThat(other.getRequestCount()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"H2_PRIOR_KNOWLEDGE", "HTTP_1_1"})
  void knowsOtherProtocols(Protocol protocol) throws IOException {
    try (StandInServer server =
        new StandInServer(new Variant(), http -> http.setProtocols(List.of(protocol)))) {
      OkHttpClient client = new OkHttpClient.Builder().protocols(List.of(protocol)).build();

      assertThat(verify(server.settings().httpClient(client)).findings()).isEmpty();
    }
  }

  @Test
  void knowsHttpsWithAPrivateCertificate() throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    HandshakeCertificates ofServer =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    HandshakeCertificates ofClient =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    try (StandInServer server =
        new StandInServer(new Variant(), http -> http.useHttps(ofServer.sslSocketFactory()))) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .sslSocketFactory(ofClient.sslSocketFactory(), ofClient.trustManager())
              .build();

      assertThat(verify(server.settings().httpClient(client)).findings()).isEmpty();
      assertThat(verify(server.settings()).refusal()).contains("does not answer");
    }
  }

  /** The stand-in answers as a proxy too: it reads only the path of a target. */
  @Test
  void knowsProxies() throws IOException {
    try (StandInServer server =
        new StandInServer(
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return new Asked(
                    asked.method(),
                    asked.path().replaceFirst("^http://[^/]*", ""),
                    asked.query(),
                    asked.headers());
              }
            })) {
      int port = URI.create(server.baseUrl()).getPort();
      Proxy proxy =
          new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      OkHttpClient client = new OkHttpClient.Builder().proxy(proxy).build();
      VerificationSettings settings =
          VerificationSettings.of("http://api.example/core/v1", StandInServer.KEY, "acme")
              .httpClient(client);

      assertThat(verify(settings).findings()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|key|acme|base URL",
        "http://localhost?a=b|key|acme|base URL",
        "http://localhost|a key|acme|API key",
        "http://localhost|key|' '|organization",
      })
  void refusesBadSettings(String url, String key, String organization, String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationSettings.of(url, key, organization))
        .withMessageContaining(word)
        .satisfies(e -> assertThat(e).hasMessageNotContaining("a key").hasNoCause());
  }

  @Test
  void readsTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "KATAPULT_API_KEY",
            "key",
            "KATAPULT_ORGANIZATION",
            "acme",
            "KATAPULT_ANNOTATIONS",
            "a=b,c=d=e",
            "KATAPULT_BASE_URL",
            "");
    VerificationSettings settings = VerificationSettings.fromEnvironment(environment);

    assertThat(settings)
        .hasToString("VerificationSettings{https://api.katapult.io/core/v1, organization=acme}");
    assertThat(settings.annotations())
        .extracting(VerificationSettings.Annotation::value)
        .containsExactly("b", "d=e");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerificationSettings.fromEnvironment(Map.of()))
        .withMessageStartingWith("Set KATAPULT_API_KEY and KATAPULT_ORGANIZATION");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.annotations("a"))
        .withMessageContaining("key=value");
  }

  private Report verify(VerificationSettings settings) {
    return ServerVerification.verify(settings, progress::add, waits::add);
  }
}
