package io.katapult.contract.listings;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.contract.calls.GeneratedCalls;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.Listing;
import io.katapult.extensions.Organization;
import io.katapult.extensions.ResponseException;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the script of each case in {@code paging.json}: the requests in order, the waits, the items, and the failure. */
class PagingVectorsTest {
  /** More than the jitter of a wait, and less than most waits for the minute of another clock. */
  private static final int SLACK_SECONDS = 8;

  static Stream<Vectors.Case> cases() throws IOException {
    return Vectors.paging();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lists(Vectors.Case vector) throws IOException, InterruptedException {
    try (MockWebServer server = new MockWebServer()) {
      List<Long> arrivals = new CopyOnWriteArrayList<>();
      server.setDispatcher(
          new QueueDispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
              arrivals.add(System.nanoTime());
              return super.dispatch(request);
            }
          });
      List<Map<String, Object>> exchanges = Spec.list(vector.get("exchanges")).toList();
      for (Map<String, Object> exchange : exchanges) {
        server.enqueue(response(exchange));
      }
      server.start();
      List<Object> ids = new ArrayList<>();
      KatapultException failure = null;
      try (KatapultClient katapult = client(server)) {
        Listing<?, ?> listing =
            GeneratedCalls.listing(katapult, vector.operation(), vector.object("parameters")).ahead(0);
        for (Iterator<?> items = listing.iterator(); items.hasNext(); ) {
          ids.add(id(items.next()));
        }
      } catch (KatapultException e) {
        failure = e;
      }

      assertThat(ids).isEqualTo(vector.get("items"));
      assertThat(describe(failure)).isEqualTo(vector.content().getOrDefault("failure", Map.of()));
      assertThat(server.getRequestCount()).isEqualTo(exchanges.size());
      for (int i = 0; i < exchanges.size(); i++) {
        Map<String, Object> exchange = exchanges.get(i);
        assertThat(query(server.takeRequest())).isEqualTo(texts(Vectors.map(exchange.get("query"))));
        if (exchange.get("wait") instanceof Integer seconds) {
          assertThat(arrivals.get(i) - arrivals.get(i - 1))
              .isBetween(TimeUnit.SECONDS.toNanos(seconds), TimeUnit.SECONDS.toNanos(seconds + SLACK_SECONDS));
        }
      }
    }
  }

  private static KatapultClient client(MockWebServer server) {
    return KatapultClient.builder()
        .apiKey("key")
        .baseUrl(server.url("/").toString())
        .organization(Organization.subDomain("acme"))
        .build();
  }

  private static MockResponse response(Map<String, Object> exchange) throws IOException {
    MockResponse.Builder response =
        new MockResponse.Builder()
            .code((Integer) exchange.get("status"))
            .setHeader("Content-Type", "application/json")
            .body(Vectors.pretty(exchange.get("body")));
    Vectors.map(exchange.getOrDefault("headers", Map.of()))
        .forEach((name, value) -> response.setHeader(name, (String) value));
    return response.build();
  }

  private static String id(Object item) {
    try {
      return (String) item.getClass().getMethod("id").invoke(item);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("An item of the vectors has no id", e);
    }
  }

  private static Map<String, Object> describe(KatapultException failure) {
    Map<String, Object> description = new LinkedHashMap<>();
    if (failure instanceof ResponseException response) {
      description.put("status", response.status());
      description.put("page", response.page());
    }
    if (failure instanceof ApiErrorException error) {
      description.put("code", error.code());
    }
    return description;
  }

  private static Map<String, String> query(RecordedRequest request) {
    HttpUrl url = request.getUrl();
    Map<String, String> query = new LinkedHashMap<>();
    url.queryParameterNames().forEach(name -> query.put(name, url.queryParameter(name)));
    return query;
  }

  private static Map<String, String> texts(Map<String, Object> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(name, value.toString()));
    return texts;
  }
}
