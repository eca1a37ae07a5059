package io.katapult.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.net.ServerSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A server with the API tokens of one organization, which answers like the real one. A {@link Variant} changes the
 * queries before they are read and the answers before they are sent: so it makes a wrong server, or another right one.
 *
 * <p>Some behaviour is a guess: the text of descriptions, the maximum of {@code per_page}, what an annotation without a
 * value selects, and the code {@code generic_runtime_error} for a query that Rack rejects.
 *
 * <p>Thread-safe.
 */
final class StandInServer implements AutoCloseable {
  static final String KEY = "Key-of-the-stand-in-7f3a91";
  static final String ORGANIZATION_ID = "org_PcwJVbT0lQXaFz2N";
  private static final String BASE_PATH = "/core/v1";
  private static final int MAX_PER_PAGE = 200;

  private final Variant variant;
  private final MockWebServer http = new MockWebServer();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private long minute;
  private int counted;

  /** A token of the organization. */
  record Token(String id, String name, Map<String, String> annotations) {}

  /** A request, with the query that the server reads. */
  record Asked(String method, String path, String query, Headers headers) {
    Asked withQuery(String other) {
      return new Asked(method, path, other, headers);
    }

    boolean has(String part) {
      return query.contains(part);
    }
  }

  /** An answer before it is sent. */
  record Answer(int status, Headers headers, JsonNode json, @Nullable ByteString bytes) {
    Answer status(int other) {
      return new Answer(other, headers, json, bytes);
    }

    Answer header(String name, @Nullable String value) {
      Headers.Builder changed = headers.newBuilder().removeAll(name);
      return new Answer(
          status,
          value == null ? changed.build() : changed.addUnsafeNonAscii(name, value).build(),
          json,
          bytes);
    }

    Answer json(JsonNode other) {
      return new Answer(status, headers, other, null);
    }

    Answer bytes(ByteString other) {
      return new Answer(status, headers, json, other);
    }

    Answer text(String other) {
      return bytes(ByteString.encodeUtf8(other));
    }

    ByteString body() {
      return bytes == null ? ByteString.encodeUtf8(json.toString()) : bytes;
    }

    boolean isPage() {
      return status == 200;
    }
  }

  /** What differs from the real server. */
  static class Variant {
    String name = "the real server";
    int permitted = 1000;
    InstantSource clock = InstantSource.system();
    List<Token> tokens = tokens(16);
    Function<String, Map<String, Object>> parser = RackQuery::parse;
    boolean isLargeSet;

    /** Annotations that some tokens have, for a verification. */
    String annotations = "environment=production,team name=R+D Zürich";

    /** Changes a request before the server reads it. */
    Asked ask(Asked asked) {
      return asked;
    }

    /** Changes the items, after a request has selected them and before it chooses a page. */
    List<Token> select(Asked asked, List<Token> selected) {
      return selected;
    }

    /** Changes an answer before it is sent. */
    Answer answer(Asked asked, Answer answer) {
      return answer;
    }

    /** Changes how an answer is sent. */
    MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
      return response;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Without this, the last packet of a response waits 40 ms for the acknowledgement of the one before. */
  private static final class WithoutDelay extends ServerSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new ServerSocket() {
        @Override
        public Socket accept() throws IOException {
          Socket socket = super.accept();
          socket.setTcpNoDelay(true);
          return socket;
        }
      };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class ErrorAnswer extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final transient ObjectNode body = object();

    ErrorAnswer(int status, String code, String description, ObjectNode detail) {
      super(code, null, false, false);
      this.status = status;
      body.putObject("error")
          .put("code", code)
          .put("description", description)
          .set("detail", detail);
    }
  }

  /** Tokens with the annotations environment, team name (with special characters) and number. */
  static List<Token> tokens(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i ->
                new Token(
                    "apitoken_%016d".formatted(i),
                    "Token " + i,
                    Map.of(
                        "environment", i % 2 == 0 ? "production" : "staging",
                        "team name", i % 3 == 0 ? "R+D Zürich" : "Ops",
                        "number", String.valueOf(i))))
        .toList();
  }

  StandInServer(Variant variant) throws IOException {
    this(variant, http -> {});
  }

  /** Starts a server, whose protocols and certificates may be set before. */
  StandInServer(Variant variant, Consumer<MockWebServer> settings) throws IOException {
    this.variant = variant;
    http.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return respond(request);
          }
        });
    http.setServerSocketFactory(new WithoutDelay());
    settings.accept(http);
    http.start(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
  }

  /** Starts the real server. */
  StandInServer() throws IOException {
    this(new Variant());
  }

  /** The base URL for a client, without a trailing slash. */
  String baseUrl() {
    return http.url(BASE_PATH).toString();
  }

  /** Settings for a verification of this server. */
  VerificationSettings settings() {
    return VerificationSettings.of(baseUrl(), KEY, "acme").annotations(variant.annotations);
  }

  /** The request targets so far, as received. */
  List<String> targets() {
    return List.copyOf(targets);
  }

  @Override
  public void close() {
    http.close();
  }

  private MockResponse respond(RecordedRequest request) {
    targets.add(request.getTarget());
    String[] target = request.getTarget().split("\\?", 2);
    Asked asked =
        variant.ask(
            new Asked(
                request.getMethod(),
                target[0],
                target.length == 1 ? "" : target[1],
                request.getHeaders()));
    Answer answer = variant.answer(asked, answer(asked));
    String etag = answer.headers.get("ETag");
    if (etag != null && etag.equals(asked.headers.get("If-None-Match"))) {
      answer = answer.status(304).bytes(ByteString.EMPTY).header("Content-Type", null);
      answer = answer.header("Content-Encoding", null);
    }
    MockResponse.Builder response =
        new MockResponse.Builder()
            .code(answer.status)
            .headers(answer.headers)
            .body(new Buffer().write(answer.body()));
    return variant.send(response, answer).build();
  }

  private Answer answer(Asked asked) {
    Headers.Builder headers = new Headers.Builder();
    int status = 200;
    JsonNode body;
    try {
      count(headers);
      body = page(asked);
      headers.add(
          "ETag",
          "W/\"" + UUID.nameUUIDFromBytes(body.toString().getBytes(StandardCharsets.UTF_8)) + '"');
      headers.add("Cache-Control", "max-age=0, private, must-revalidate");
    } catch (ErrorAnswer e) {
      status = e.status;
      body = e.body;
      headers.add("X-Api-Schema", "json-error");
    }
    headers.add("X-Request-Id", UUID.randomUUID().toString());
    headers.add("Content-Type", "application/json");
    headers.add(
        "Date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            variant.clock.instant().atOffset(ZoneOffset.UTC)));
    return new Answer(status, headers.build(), body, null);
  }

  private synchronized void count(Headers.Builder headers) throws ErrorAnswer {
    long now = Math.floorDiv(variant.clock.millis(), 60_000L);
    counted = now == minute ? counted + 1 : 1;
    minute = now;
    headers.add("X-RateLimit-Permitted", String.valueOf(variant.permitted));
    headers.add("X-RateLimit-Remaining", String.valueOf(Math.max(0, variant.permitted - counted)));
    if (counted > variant.permitted) {
      ObjectNode detail = object().put("total_permitted", variant.permitted);
      throw new ErrorAnswer(429, "rate_limit_reached", "The rate limit has been reached.", detail);
    }
  }

  private JsonNode page(Asked asked) throws ErrorAnswer {
    String pattern = BASE_PATH + "/organizations/([^/]+)/api_tokens";
    if (!asked.method.equals("GET") || !asked.path.matches(pattern)) {
      String route = asked.path.replaceFirst("^" + BASE_PATH + "/", "");
      throw new ErrorAnswer(
          404, "route_not_found", "No route matches '" + route + "' for " + asked.method, object());
    }
    authenticate(asked.headers.get("Authorization"));
    Map<String, Object> parameters;
    try {
      parameters = variant.parser.apply(asked.query);
    } catch (IllegalArgumentException e) {
      throw runtimeError("Invalid query parameters: " + e.getMessage());
    }
    Map<String, Object> lookUp = lookUp(parameters, asked.path.replaceFirst(pattern, "$1"));
    List<Map<String, Object>> annotations = annotations(parameters.get("annotations"));
    long page = number(parameters, "page", 1, Integer.MAX_VALUE);
    int perPage = (int) number(parameters, "per_page", 30, MAX_PER_PAGE);
    if (!ORGANIZATION_ID.equals(lookUp.get("id")) && !"acme".equals(lookUp.get("sub_domain"))) {
      String description = "No organization was found matching any of the criteria provided.";
      throw new ErrorAnswer(404, "organization_not_found", description, object());
    }
    List<Token> selected =
        variant.tokens.stream()
            .filter(token -> annotations.stream().allMatch(annotation -> has(token, annotation)))
            .toList();
    return page(variant.select(asked, selected), page, perPage);
  }

  private static boolean has(Token token, Map<String, Object> annotation) {
    String value = token.annotations.get((String) annotation.get("key"));
    return value != null
        && (annotation.get("value") == null || annotation.get("value").equals(value));
  }

  private static void authenticate(@Nullable String authorization) throws ErrorAnswer {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      throw new ErrorAnswer(400, "missing_api_token", "No API token was provided.", object());
    }
    if (!authorization.equals("Bearer " + KEY)) {
      String description =
          "The API token provided was not valid (it may not exist or have expired).";
      throw new ErrorAnswer(403, "invalid_api_token", description, object().putNull("details"));
    }
  }

  /** The criteria for finding the organization: its parameters, or the path segment if there are none. */
  private static Map<String, Object> lookUp(Map<String, Object> parameters, String segment)
      throws ErrorAnswer {
    Object organization = parameters.get("organization");
    if (organization == null) {
      return Map.of("id", segment);
    }
    if (!(organization instanceof Map)) {
      throw runtimeError("Hash was expected for argument");
    }
    Map<String, Object> lookUp = new LinkedHashMap<>(Vectors.map(organization));
    lookUp.keySet().retainAll(List.of("id", "sub_domain"));
    if (lookUp.size() > 1) {
      throw invalid("organization", "ambiguous_lookup_values");
    }
    return lookUp.isEmpty() ? Map.of("id", segment) : lookUp;
  }

  private static List<Map<String, Object>> annotations(@Nullable Object parameter)
      throws ErrorAnswer {
    List<Map<String, Object>> annotations = new ArrayList<>();
    if (parameter != null && !(parameter instanceof List)) {
      throw invalid("annotations", "array_expected");
    }
    for (Object element : parameter == null ? List.of() : RackQuery.elements(parameter)) {
      if (!(element instanceof Map)) {
        throw runtimeError("Hash was expected for argument");
      }
      Map<String, Object> annotation = Vectors.map(element);
      if (!(annotation.get("key") instanceof String)) {
        ObjectNode detail = object();
        detail.putArray("path").add("annotations").add("key");
        detail
            .putObject("argument")
            .put("name", "key")
            .put("description", "The key of the annotation");
        String description = "The 'annotations.key' argument is required but has not been provided";
        throw new ErrorAnswer(400, "missing_required_argument", description, detail);
      }
      annotations.add(annotation);
    }
    return annotations;
  }

  private static long number(Map<String, Object> parameters, String name, int absent, int max)
      throws ErrorAnswer {
    if (!parameters.containsKey(name)) {
      return absent;
    }
    if (!(parameters.get(name) instanceof String text) || !text.matches("-?[0-9]{1,18}")) {
      throw invalid(name, "parse_error");
    }
    long number = Long.parseLong(text);
    if (number < 1 || number > max) {
      throw invalid(
          name, "validation_errors", number < 1 ? "greater_than_zero" : "greater_than_maximum");
    }
    return number;
  }

  private static ErrorAnswer invalid(String argument, String issue, String... errors) {
    ObjectNode detail = object();
    detail.putArray("path").add(argument);
    detail
        .putNull("index")
        .put("issue", issue)
        .put("issue_description", errors.length > 0 ? null : "It is invalid.");
    ArrayNode messages = detail.putArray("errors");
    List.of(errors).forEach(messages::add);
    detail.putObject("argument").put("id", argument).put("name", argument).putNull("description");
    return new ErrorAnswer(
        400, "invalid_argument", "The '" + argument + "' argument is invalid", detail);
  }

  private static ErrorAnswer runtimeError(String description) {
    return new ErrorAnswer(
        400, "generic_runtime_error", description, object().put("class", "Apia::RuntimeError"));
  }

  private JsonNode page(List<Token> tokens, long page, int perPage) {
    int pages = (tokens.size() + perPage - 1) / perPage;
    ObjectNode body = object();
    body.putObject("pagination")
        .put("current_page", page)
        .put("total_pages", variant.isLargeSet ? null : (Integer) pages)
        .put("total", variant.isLargeSet ? null : (Integer) tokens.size())
        .put("per_page", perPage)
        .put("large_set", variant.isLargeSet);
    ArrayNode list = body.putArray("api_tokens");
    tokens.stream()
        .skip((page - 1) * perPage)
        .limit(perPage)
        .forEach(token -> list.add(json(token)));
    return body;
  }

  static ObjectNode json(Token token) {
    ObjectNode json = object();
    json.put("id", token.id).put("name", token.name).put("organization_id", ORGANIZATION_ID);
    json.putArray("authorized_ip_addresses").add("192.0.2.10").add("2001:db8::/32");
    json.put("expires_at", token.id.endsWith("3") ? (Long) 1798761600L : null)
        .put("rate_limit", 200);
    json.putArray("scopes").add("api_tokens:read");
    json.putNull("secret");
    return json;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
