package io.katapult.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.katapult.extensions.internal.WaitLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaitLogTest {
  private static final Logger LOGGER = Logger.getLogger("io.katapult.extensions");

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final List<MockResponse> before = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          logged.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private TokenServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TokenServer(5);
    server.instead = page -> before.isEmpty() ? null : before.remove(0);
    LOGGER.setLevel(Level.ALL);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
    LOGGER.setLevel(null);
    server.close();
  }

  private KatapultClient client() {
    return server.client().clock(new FakeClock()).build();
  }

  @Test
  void tellsWhyACallWaits() {
    before.add(TokenServer.error(503, "service_unavailable"));
    before.add(server.page(1).newBuilder().onResponseBody(new SocketEffect.CloseSocket()).build());
    before.add(TokenServer.error(503, "service_unavailable").newBuilder().setHeader("Retry-After", "30").build());

    client().apiTokens().list(new ListApiTokensRequest().annotation("owner", "secret"));

    String url = server.http.url("/organizations/organization/api_tokens").toString();
    assertThat(logged)
        .containsExactly(
            "FINE GET " + url + ", attempt 1: HTTP 503, the server failed, and the next attempt is due in 0.2 s",
            "FINE GET " + url + ", attempt 2: the connection failed, and the next attempt is due in 0.3 s",
            "INFO GET " + url + ", attempt 3: HTTP 503, Retry-After asks for 30 s");
  }

  @Test
  void tellsWhenListingsWaitForTheRateLimit() {
    before.add(
        server.page(1).newBuilder()
            .setHeader("X-RateLimit-Permitted", "200")
            .setHeader("X-RateLimit-Remaining", "0")
            .setHeader("Date", "Mon, 01 Jun 2026 12:00:20 GMT")
            .build());

    assertThat(client().apiTokens().all()).hasSize(5);

    assertThat(logged).containsExactly("INFO Listings wait 40100 ms for the rate limit");
  }

  @Test
  void tellsNothingOfWhatDoesNotWait() {
    before.add(TokenServer.error(403, "permission_denied"));
    KatapultClient katapult = client();

    assertThat(catchThrowable(() -> katapult.apiTokens().list())).isNotNull();
    assertThat(katapult.apiTokens().all()).hasSize(5);
    assertThat(logged).isEmpty();
  }

  @Test
  void makesNoTextThatIsNotLogged() {
    LOGGER.setLevel(Level.INFO);

    WaitLog.log(Duration.ofMillis(4_999), () -> "short" + logged.add("made"));
    WaitLog.log(Duration.ofSeconds(5), () -> "long");

    assertThat(logged).containsExactly("INFO long");
  }
}
