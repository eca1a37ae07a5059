package io.katapult.extensions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.extensions.SimulatedCall.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

/** In which order, and when, pages are asked for that the limit or the server held back. */
class HeldBackPagesTest {
  private static final int PAGES = 9;

  private final Simulation clock = new Simulation(1, false);
  private final Map<Integer, SimulatedCall> underWay = new HashMap<>();
  private final List<Integer> asked = new ArrayList<>();
  private final List<Instant> askedAt = new ArrayList<>();
  private final List<String> given = new ArrayList<>();
  private final List<Integer> cancelled = new ArrayList<>();
  private boolean failsToSend;
  private boolean hasNoCalls;
  private final KatapultClient katapult =
      KatapultClient.builder()
          .apiKey("key")
          .organization(Organization.subDomain("acme"))
          .baseUrl("http://127.0.0.1/")
          .callFactory(this::newCall)
          .clock(clock)
          .build();

  private Call newCall(Request request) {
    if (hasNoCalls) {
      throw new IllegalStateException("no more calls");
    }
    return new SimulatedCall(request, new Network());
  }

  private final class Network implements SimulatedCall.Network {
    @Override
    public void begins(SimulatedCall call) {
      if (failsToSend) {
        throw new RejectedExecutionException();
      }
      asked.add(call.page);
      askedAt.add(clock.now());
      underWay.put(call.page, call);
    }

    @Override
    public void cancelled(SimulatedCall call) {
      cancelled.add(call.page);
    }

    @Override
    public void answered(SimulatedCall call, Answer answer) {}

    @Override
    public void failed(SimulatedCall call, IOException failure) {}
  }

  private CompletableFuture<Void> list(int ahead) {
    return katapult
        .apiTokens().all()
        .ahead(ahead)
        .forEachAsync(token -> given.add(token.id()));
  }

  private void answer(int page, int status, String... headers) {
    String ok =
        "{\"pagination\":{\"current_page\":%d,\"total_pages\":%d,\"total\":%2$d,\"per_page\":1,\"large_set\":false},"
            + "\"api_tokens\":[{\"id\":\"token%1$d\",\"name\":\"\",\"organization_id\":null,"
            + "\"authorized_ip_addresses\":[],\"expires_at\":null,\"rate_limit\":200,\"scopes\":[],\"secret\":null}]}";
    String error = "{\"error\":{\"code\":\"error\",\"description\":null,\"detail\":{}}}";
    String body = status == 200 ? ok.formatted(page, PAGES) : error;
    requireNonNull(underWay.get(page)).answer(new Answer(status, Headers.of(headers), body, false));
  }

  private static String[] limit(int permitted, int remaining) {
    return new String[] {
      "X-RateLimit-Permitted", String.valueOf(permitted), "X-RateLimit-Remaining", String.valueOf(remaining)
    };
  }

  /** Lets time pass, and returns what is asked for in it. */
  private List<Integer> askedWithin(Duration duration) {
    boolean[] isOver = {false};
    asked.clear();
    askedAt.clear();
    clock.later(duration.toNanos(), () -> clock.atTheEndOfThisInstant(() -> isOver[0] = true));
    while (!isOver[0]) {
      clock.step();
    }
    return asked;
  }

  private Duration untilTheMinute() {
    return Duration.ofMillis(60_000 - clock.now().toEpochMilli() % 60_000);
  }

  @Test
  void pagesThatWereExpectedInVainAreNotAskedForAgain() {
    int tooMany = PAGES + 2;
    katapult.apiTokens().all().ahead(tooMany).expectedPages(tooMany).forEachAsync(token -> given.add(token.id()));
    assertThat(asked).hasSize(tooMany);
    for (int page = 2; page <= tooMany; page++) {
      answer(page, 429);
    }
    answer(1, 200);

    assertThat(askedWithin(Duration.ofMinutes(2)))
        .containsExactlyElementsOf(IntStream.rangeClosed(2, PAGES).boxed().toList());
  }

  @Test
  void onlyPagesThatWereExpectedInVainAreCancelled() {
    int tooMany = PAGES + 2;
    katapult.apiTokens().all().ahead(2 * PAGES).expectedPages(tooMany).forEachAsync(token -> given.add(token.id()));
    assertThat(asked).hasSize(tooMany);
    answer(1, 200);
    assertThat(cancelled).containsExactlyInAnyOrder(PAGES + 1, PAGES + 2);
    for (int page = 2; page <= PAGES; page++) {
      answer(page, 200);
    }

    assertThat(given).hasSize(PAGES);
    assertThat(asked).hasSize(tooMany);
  }

  @Test
  void noPageIsExpectedBehindTheGreatestNumber() {
    katapult.apiTokens().all().fromPage(Integer.MAX_VALUE - 1).ahead(9).expectedPages(9).forEachAsync(token -> {});

    assertThat(asked).containsExactly(Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
  }

  @Test
  void pagesThatWereRefusedGoInTheirOrderAndBeforeLaterOnes() {
    list(4);
    answer(1, 200);
    answer(5, 429);
    answer(3, 429);
    answer(2, 200);
    answer(4, 429);

    assertThat(asked).containsExactly(1, 2, 3, 4, 5);
    assertThat(askedWithin(untilTheMinute())).isEmpty();
    assertThat(askedWithin(Duration.ofSeconds(2))).containsExactly(3, 4, 5, 6);
    assertThat(askedAt).containsOnly(askedAt.get(0));
  }

  @Test
  void aRefusalHoldsBackAllPagesForAsLongAsItAsks() {
    list(2);
    answer(1, 200);
    answer(3, 429, "Retry-After", "30");
    answer(2, 200);

    assertThat(asked).containsExactly(1, 2, 3);
    assertThat(askedWithin(Duration.ofSeconds(29))).isEmpty();
    assertThat(askedWithin(Duration.ofSeconds(2))).containsExactly(3, 4);
  }

  @Test
  void aPageThatFailedKeepsItsPlaceInTheQueue() {
    list(2);
    answer(1, 200, limit(3, 2));
    answer(2, 503, limit(3, 1));
    answer(3, 200, limit(3, 0));

    assertThat(asked).containsExactly(1, 2, 3);
    assertThat(askedWithin(untilTheMinute())).isEmpty();
    assertThat(askedWithin(Duration.ofSeconds(2))).containsExactly(2);
    answer(2, 200, limit(3, 2));
    assertThat(asked).containsExactly(2, 4, 5);
  }

  @Test
  void anotherAttemptCountsAsARequest() {
    list(1);
    answer(1, 200, limit(3, 2));
    answer(2, 503);
    assertThat(askedWithin(Duration.ofSeconds(1))).containsExactly(2);
    answer(2, 503);

    assertThat(askedWithin(untilTheMinute())).isEmpty();
    assertThat(askedWithin(Duration.ofSeconds(2))).containsExactly(2);
  }

  @Test
  void whatIsUnderWayAtTheTurnOfTheMinuteCountsInTheNextOne() {
    list(3);
    answer(1, 200, limit(4, 3));
    assertThat(asked).containsExactly(1, 2, 3, 4);
    assertThat(askedWithin(untilTheMinute().plusSeconds(2))).isEmpty();
    answer(2, 200, limit(4, 3));
    answer(3, 200, limit(4, 2));
    answer(4, 200, limit(4, 1));

    assertThat(asked).containsExactly(5);
  }

  @Test
  void aRequestThatCannotBeSentIsNotUnderWay() {
    failsToSend = true;
    for (int i = 0; i < 9; i++) {
      CompletableFuture<Void> end = list(0);
      clock.step();
      assertThat(end).isCompletedExceptionally();
    }
    failsToSend = false;
    list(4);
    answer(1, 200, limit(9, 8));

    assertThat(asked).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void aRequestWithoutACallDoesNotCount() {
    CompletableFuture<Void> end = list(0);
    hasNoCalls = true;
    answer(1, 200, limit(9, 1));
    clock.step();
    assertThat(end).isCompletedExceptionally();
    hasNoCalls = false;
    list(0);

    assertThat(asked).containsExactly(1, 1);
  }

  @Test
  void aRequestThatFailedIsNotUnderWay() {
    list(3);
    answer(1, 200, limit(4, 3));
    for (int page = 2; page <= 4; page++) {
      requireNonNull(underWay.get(page)).fail(new IOException("reset"));
    }

    assertThat(askedWithin(untilTheMinute())).isEmpty();
    assertThat(askedWithin(Duration.ofSeconds(2))).containsExactly(2, 3, 4);
  }

  @Test
  void closingEndsTheWaitOfAPageThatWasRefused() {
    CompletableFuture<Void> end = list(2);
    answer(1, 200);
    answer(2, 429);

    katapult.close();

    assertThat(askedWithin(Duration.ZERO)).isEmpty();
    assertThat(end.handle((nothing, failure) -> failure))
        .isCompletedWithValueMatching(IllegalStateException.class::isInstance);
    assertThat(given).containsExactly("token1");
  }
}
