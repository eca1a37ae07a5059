package io.katapult.languages;

import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;

/** A server on loopback that records requests and when they arrive. */
final class ScriptedServer implements AutoCloseable {
  /** A request, with the time of its arrival in nanoseconds. */
  record Arrival(RecordedRequest request, long time) {
    /** Names and values in order, decoded as in a form. */
    List<List<String>> pairs() {
      String target = request.getTarget();
      return target.contains("?") ? ScriptedServer.pairs(target.substring(target.indexOf('?') + 1)) : List.of();
    }

    /** {@return the segments of the path} */
    List<String> path() {
      return Objects.requireNonNull(request.getUrl()).pathSegments();
    }

    String header(String name) {
      return request.getHeaders().get(name);
    }
  }

  private final MockWebServer server = new MockWebServer();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  /** The responses are made from the number of the request, counted from 0. */
  ScriptedServer(BiFunction<Integer, Arrival, MockResponse> responses) throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            Arrival arrival = new Arrival(request, System.nanoTime());
            synchronized (arrivals) {
              arrivals.add(arrival);
              return responses.apply(arrivals.size() - 1, arrival);
            }
          }
        });
    server.start();
  }

  static ScriptedServer of(Function<Arrival, MockResponse> responses) throws IOException {
    return new ScriptedServer((number, arrival) -> responses.apply(arrival));
  }

  List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  String baseUrl() {
    return url("/core/v1");
  }

  String url(String path) {
    return server.url(path).toString();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
  }

  static MockResponse json(int status, Object body, Map<String, Object> headers) {
    try {
      MockResponse.Builder response =
          new MockResponse.Builder()
              .code(status)
              .setHeader("Content-Type", "application/json")
              .setHeader("X-Request-Id", "vector-request")
              .body(Vectors.pretty(body));
      headers.forEach((name, value) -> response.setHeader(name, (String) value));
      return response.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<List<String>> pairs(String query) {
    HttpUrl url =
        new HttpUrl.Builder().scheme("http").host("localhost").encodedQuery(query.replace("+", "%20")).build();
    List<List<String>> pairs = new ArrayList<>();
    for (int i = 0; i < url.querySize() && !query.isEmpty(); i++) {
      pairs.add(List.of(url.queryParameterName(i), String.valueOf(url.queryParameterValue(i))));
    }
    return pairs;
  }
}
