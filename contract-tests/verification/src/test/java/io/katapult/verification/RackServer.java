package io.katapult.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * A server with the API tokens of one organization. It parses queries like Rack and answers like the real server. It
 * listens on a free port of 127.0.0.1 and can deviate from the spec.
 *
 * <p>Some behaviour is a guess: the text of descriptions, the maximum of {@code per_page}, what an annotation without a
 * value selects, and the code {@code generic_runtime_error} for a query that Rack rejects. The JDK's server answers
 * with an empty 400 if a target is not a Java URI, for example because it contains "|".
 *
 * <p>Thread-safe.
 */
final class RackServer implements AutoCloseable {
  private static final String BASE_PATH = "/core/v1";
  private static final int MAX_PER_PAGE = 200;
  private static final JsonMapper JSON = new JsonMapper();

  static {
    // Without this, the JDK's server delays the last packet of a response by 40 ms. It reads the property only once.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Builder settings;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private long minute;
  private int counted;

  /** A difference from the real server. */
  enum Deviation {
    /** Reads annotations column by column, as stock clients send them. */
    COLUMNS,
    LITERAL_BRACKETS_NOT_READ,
    UNKNOWN_PARAMETER_REFUSED,
    FIRST_OF_DUPLICATES_WINS,
    BOTH_ORGANIZATIONS_ACCEPTED,
    PAGE_ZERO_ACCEPTED,
    PAGE_OF_TEXT_ACCEPTED,
    MISSING_TOKEN_401,
    MADE_UP_TOKEN_401,
    MADE_UP_TOKEN_ACCEPTED,
    UNKNOWN_ORGANIZATION_403,
    UNKNOWN_ROUTE_200,
    ERROR_WITHOUT_ENVELOPE,
    ERROR_AS_HTML,
    ERROR_WITH_ANOTHER_CODE,
    ERROR_WITHOUT_DETAIL,
    ERROR_NOT_MARKED,
    PROPERTY_RENAMED,
    PROPERTY_MISSING,
    PROPERTY_NULL,
    PROPERTY_OF_ANOTHER_TYPE,
    TOTAL_AS_TEXT,
    TOTAL_PAGES_WRONG,
    REQUEST_ID_MISSING,
    REQUEST_ID_NO_UUID,
    RATE_LIMIT_MISSING,
    RATE_LIMIT_GROWS,
    CONTENT_TYPE_MISSING,
    CURRENT_PAGE_NOT_ECHOED,
    PER_PAGE_NOT_ECHOED,
    PAST_THE_END_404,
    SAME_PAGE_AGAIN,
    /** The spec allows this one and the following ones. */
    ADDITIONAL_PROPERTY(true),
    UNKNOWN_SCOPE(true),
    LARGE_SET(true),
    NO_ETAG(true);

    final boolean isCompatible;

    Deviation() {
      this(false);
    }

    Deviation(boolean isCompatible) {
      this.isCompatible = isCompatible;
    }
  }

  record Token(String id, String name, Map<String, String> annotations) {}

  static final class Builder {
    private String apiKey = "rack";
    private String organizationId = "org_PcwJVbT0lQXaFz2N";
    private String subDomain = "acme";
    private int permitted = 1000;
    private InstantSource clock = InstantSource.system();
    private List<Token> tokens = List.of();
    private Deviation deviation;

    private Builder() {}

    /** The only valid token. */
    Builder apiKey(String apiKey) {
      this.apiKey = apiKey;
      return this;
    }

    Builder organization(String id, String subDomain) {
      this.organizationId = id;
      this.subDomain = subDomain;
      return this;
    }

    Builder tokens(List<Token> tokens) {
      this.tokens = List.copyOf(tokens);
      return this;
    }

    /** Adds numbered tokens with the annotations environment (production for even numbers) and number. */
    Builder tokens(int count) {
      return tokens(
          IntStream.rangeClosed(1, count)
              .mapToObj(
                  i ->
                      new Token(
                          "apitoken_%016d".formatted(i),
                          "Token " + i,
                          Map.of("environment", i % 2 == 0 ? "production" : "staging", "number", String.valueOf(i))))
              .toList());
    }

    /** The number of requests per wall-clock minute. */
    Builder permitted(int permitted) {
      this.permitted = permitted;
      return this;
    }

    /** The clock of the rate limit. The {@code Date} header always uses the system clock. */
    Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /** Null for a conforming server. */
    Builder deviation(Deviation deviation) {
      this.deviation = deviation;
      return this;
    }

    RackServer start() throws IOException {
      return new RackServer(this);
    }
  }

  private RackServer(Builder settings) throws IOException {
    this.settings = settings;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::answer);
    http.start();
  }

  static Builder builder() {
    return new Builder();
  }

  /** The base URL for a client, without a trailing slash. */
  String baseUrl() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + BASE_PATH;
  }

  /** The request targets so far, as received. */
  List<String> targets() {
    return List.copyOf(targets);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }

  /**
   * Parses a query by Rack's rules for nested parameters. {@code a[b]} sets a property of an object. {@code a[]} adds
   * an element to an array. {@code a[][b]} sets a property of the last element, or of a new element if the last one
   * already has this property. Rack parses malformed names and nested arrays differently.
   *
   * @return maps, lists, strings and nulls
   * @throws IllegalArgumentException if Rack rejects the query
   */
  static Map<String, Object> parse(String query) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    // Rack 2 splits at semicolons, Rack 3 does not.
    for (String pair : query.split("[&;] *", -1)) {
      if (!pair.isEmpty()) {
        String[] parameter = pair.split("=", 2);
        put(parameters, steps(decoded(parameter[0])), parameter.length == 1 ? null : decoded(parameter[1]));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Splits a name into properties, and "" for a new array element: {@code a[][b]} is "a", "", "b". */
  private static List<String> steps(String name) {
    List<String> steps = new ArrayList<>();
    int end = name.indexOf('[', 1);
    steps.add(end < 0 ? name : name.substring(0, end));
    while (end >= 0 && end < name.length()) {
      int close = name.charAt(end) == '[' ? name.indexOf(']', end) : -1;
      // A malformed rest counts as one name.
      steps.add(close < 0 ? name.substring(end) : name.substring(end + 1, close));
      end = close < 0 ? -1 : close + 1;
    }
    return steps;
  }

  private static void put(Map<String, Object> object, List<String> steps, Object value) {
    String name = steps.get(0);
    if (name.isEmpty()) {
      return;
    }
    if (steps.size() == 1) {
      object.put(name, value);
    } else if (steps.get(1).isEmpty()) {
      if (object.get(name) == null) {
        object.put(name, new ArrayList<>());
      }
      if (!(object.get(name) instanceof List)) {
        throw new IllegalArgumentException(name + " is not an array");
      }
      add(elements(object.get(name)), steps.subList(2, steps.size()), value);
    } else {
      if (object.get(name) == null) {
        object.put(name, new LinkedHashMap<>());
      }
      if (!(object.get(name) instanceof Map)) {
        throw new IllegalArgumentException(name + " is not an object");
      }
      put(Vectors.map(object.get(name)), steps.subList(1, steps.size()), value);
    }
  }

  private static void add(List<Object> array, List<String> steps, Object value) {
    if (steps.isEmpty()) {
      array.add(value);
      return;
    }
    Object last = array.isEmpty() ? null : array.get(array.size() - 1);
    if (!(last instanceof Map) || has(last, steps)) {
      last = new LinkedHashMap<>();
      array.add(last);
    }
    put(Vectors.map(last), steps, value);
  }

  private static boolean has(Object object, List<String> steps) {
    if (steps.contains("")) {
      return false;
    }
    Object at = object;
    for (String step : steps) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(step)) {
        return false;
      }
      at = map.get(step);
    }
    return true;
  }

  @SuppressWarnings("unchecked") // Only this class creates the lists.
  private static List<Object> elements(Object array) {
    return (List<Object>) array;
  }

  private record Answer(int status, JsonNode body) {}

  private static final class ErrorAnswer extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    ErrorAnswer(int status, String code, String description, ObjectNode detail) {
      super(code, null, false, false);
      ObjectNode body = object();
      body.putObject("error").put("code", code).put("description", description).set("detail", detail);
      answer = new Answer(status, body);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI target = exchange.getRequestURI();
      targets.add(target.toString());
      Headers headers = exchange.getResponseHeaders();
      Answer answer;
      try {
        count(headers);
        answer = new Answer(200, page(exchange, target));
        if (!deviates(Deviation.NO_ETAG)) {
          headers.set("ETag", etag(answer.body));
          headers.set("Cache-Control", "max-age=0, private, must-revalidate");
        }
      } catch (ErrorAnswer e) {
        answer = deviant(e.answer);
        if (!deviates(Deviation.ERROR_NOT_MARKED)) {
          headers.set("X-Api-Schema", "json-error");
        }
      }
      if (!deviates(Deviation.REQUEST_ID_MISSING)) {
        headers.set("X-Request-Id", deviates(Deviation.REQUEST_ID_NO_UUID) ? "1" : UUID.randomUUID().toString());
      }
      boolean isHtml = answer.status != 200 && deviates(Deviation.ERROR_AS_HTML);
      if (!deviates(Deviation.CONTENT_TYPE_MISSING)) {
        headers.set("Content-Type", isHtml ? "text/html" : "application/json");
      }
      String etag = headers.getFirst("ETag");
      if (etag != null && etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        headers.remove("Content-Type");
        exchange.sendResponseHeaders(304, -1);
        return;
      }
      byte[] body = (isHtml ? "<html></html>" : answer.body.toString()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private boolean deviates(Deviation deviation) {
    return settings.deviation == deviation;
  }

  private synchronized void count(Headers headers) throws ErrorAnswer {
    long now = settings.clock.millis() / 60_000;
    counted = now == minute ? counted + 1 : 1;
    minute = now;
    int remaining = Math.max(0, settings.permitted - counted);
    if (!deviates(Deviation.RATE_LIMIT_MISSING)) {
      headers.set("X-RateLimit-Permitted", String.valueOf(Math.max(1, settings.permitted)));
      headers.set(
          "X-RateLimit-Remaining", String.valueOf(deviates(Deviation.RATE_LIMIT_GROWS) ? 100 + counted : remaining));
    }
    if (counted > settings.permitted) {
      ObjectNode detail = object().put("total_permitted", settings.permitted);
      throw new ErrorAnswer(429, "rate_limit_reached", "The rate limit has been reached.", detail);
    }
  }

  private JsonNode page(HttpExchange exchange, URI target) throws ErrorAnswer {
    String path = target.getPath();
    String pattern = BASE_PATH + "/organizations/([^/]+)/api_tokens";
    if (!exchange.getRequestMethod().equals("GET") || !path.matches(pattern)) {
      if (deviates(Deviation.UNKNOWN_ROUTE_200)) {
        return object();
      }
      String route = path.replaceFirst("^" + BASE_PATH + "/", "");
      String description = "No route matches '" + route + "' for " + exchange.getRequestMethod();
      throw new ErrorAnswer(404, "route_not_found", description, object());
    }
    authenticate(exchange.getRequestHeaders().getFirst("Authorization"));
    Map<String, Object> parameters = parameters(target.getRawQuery() == null ? "" : target.getRawQuery());
    Map<String, Object> lookUp = lookUp(parameters, path.replaceFirst(pattern, "$1"));
    Map<String, String> annotations = annotations(parameters.get("annotations"));
    long page = number(parameters, "page", 1, Integer.MAX_VALUE);
    int perPage = (int) number(parameters, "per_page", 30, MAX_PER_PAGE);
    if (!settings.organizationId.equals(lookUp.get("id")) && !settings.subDomain.equals(lookUp.get("sub_domain"))) {
      String description = "No organization was found matching any of the criteria provided.";
      boolean forbidden = deviates(Deviation.UNKNOWN_ORGANIZATION_403);
      throw new ErrorAnswer(forbidden ? 403 : 404, "organization_not_found", description, object());
    }
    return page(
        settings.tokens.stream()
            .filter(
                token ->
                    annotations.entrySet().stream()
                        .allMatch(
                            annotation ->
                                annotation.getValue() == null
                                    ? token.annotations.containsKey(annotation.getKey())
                                    : annotation.getValue().equals(token.annotations.get(annotation.getKey()))))
            .toList(),
        page,
        perPage);
  }

  private void authenticate(String authorization) throws ErrorAnswer {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      int status = deviates(Deviation.MISSING_TOKEN_401) ? 401 : 400;
      throw new ErrorAnswer(status, "missing_api_token", "No API token was provided.", object());
    }
    if (!authorization.equals("Bearer " + settings.apiKey) && !deviates(Deviation.MADE_UP_TOKEN_ACCEPTED)) {
      String description = "The API token provided was not valid (it may not exist or have expired).";
      int status = deviates(Deviation.MADE_UP_TOKEN_401) ? 401 : 403;
      throw new ErrorAnswer(status, "invalid_api_token", description, object().putNull("details"));
    }
  }

  private Map<String, Object> parameters(String rawQuery) throws ErrorAnswer {
    String query = deviates(Deviation.LITERAL_BRACKETS_NOT_READ) ? rawQuery.replaceAll("\\[]\\[", "?") : rawQuery;
    try {
      Map<String, Object> parameters = parse(query);
      if (deviates(Deviation.UNKNOWN_PARAMETER_REFUSED)) {
        for (String name : parameters.keySet()) {
          if (!List.of("organization", "annotations", "page", "per_page").contains(name)) {
            throw invalid(name, "unknown_argument");
          }
        }
      }
      if (deviates(Deviation.FIRST_OF_DUPLICATES_WINS)) {
        List<String> reversed = new ArrayList<>(List.of(query.split("&", -1)));
        Collections.reverse(reversed);
        parameters.putAll(parse(String.join("&", reversed.stream().filter(p -> p.startsWith("page=")).toList())));
      }
      if (deviates(Deviation.COLUMNS)) {
        parameters.put("annotations", columns(query));
      }
      return parameters;
    } catch (IllegalArgumentException e) {
      throw runtimeError("Invalid query parameters: " + e.getMessage());
    }
  }

  private static List<Object> columns(String query) {
    List<List<String>> columns = List.of(new ArrayList<>(), new ArrayList<>());
    for (String pair : query.split("&", -1)) {
      String[] parameter = decoded(pair).split("=", 2);
      int column = List.of("annotations[][key]", "annotations[][value]").indexOf(parameter[0]);
      if (column >= 0) {
        columns.get(column).add(parameter[1]);
      }
    }
    return IntStream.range(0, columns.get(0).size())
        .mapToObj(i -> (Object) Map.of("key", columns.get(0).get(i), "value", columns.get(1).get(i)))
        .toList();
  }

  /** The criteria for finding the organization: its parameters, or the path segment if there are none. */
  private Map<String, Object> lookUp(Map<String, Object> parameters, String segment) throws ErrorAnswer {
    Object organization = parameters.get("organization");
    if (organization == null) {
      return Map.of("id", segment);
    }
    if (!(organization instanceof Map)) {
      throw runtimeError("Hash was expected for argument");
    }
    Map<String, Object> lookUp = Vectors.map(organization);
    lookUp.keySet().retainAll(List.of("id", "sub_domain"));
    if (lookUp.size() > 1 && !deviates(Deviation.BOTH_ORGANIZATIONS_ACCEPTED)) {
      throw invalid("organization", "ambiguous_lookup_values");
    }
    return lookUp.isEmpty() ? Map.of("id", segment) : lookUp;
  }

  private static Map<String, String> annotations(Object parameter) throws ErrorAnswer {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (parameter != null && !(parameter instanceof List)) {
      throw invalid("annotations", "array_expected");
    }
    for (Object element : parameter == null ? List.of() : elements(parameter)) {
      if (!(element instanceof Map<?, ?> annotation)) {
        throw runtimeError("Hash was expected for argument");
      }
      if (!(annotation.get("key") instanceof String key)) {
        ObjectNode detail = object();
        detail.putArray("path").add("annotations").add("key");
        detail.putObject("argument").put("name", "key").put("description", "The key of the annotation");
        String description = "The 'annotations.key' argument is required but has not been provided";
        throw new ErrorAnswer(400, "missing_required_argument", description, detail);
      }
      annotations.put(key, annotation.get("value") instanceof String value ? value : null);
    }
    return annotations;
  }

  private long number(Map<String, Object> parameters, String name, int absent, int max) throws ErrorAnswer {
    if (!parameters.containsKey(name)) {
      return absent;
    }
    if (!(parameters.get(name) instanceof String text) || !text.matches("-?[0-9]{1,18}")) {
      if (deviates(Deviation.PAGE_OF_TEXT_ACCEPTED)) {
        return absent;
      }
      throw invalid(name, "parse_error");
    }
    long number = Long.parseLong(text);
    if (number < 1 && deviates(Deviation.PAGE_ZERO_ACCEPTED)) {
      return absent;
    }
    if (number < 1 || number > max) {
      throw invalid(name, "validation_errors", number < 1 ? "greater_than_zero" : "greater_than_maximum");
    }
    return number;
  }

  private static ErrorAnswer invalid(String argument, String issue, String... errors) {
    ObjectNode detail = object();
    detail.putArray("path").add(argument);
    detail.putNull("index").put("issue", issue).put("issue_description", errors.length > 0 ? null : "It is invalid.");
    ArrayNode messages = detail.putArray("errors");
    List.of(errors).forEach(messages::add);
    detail.putObject("argument").put("id", argument).put("name", argument).putNull("description");
    return new ErrorAnswer(400, "invalid_argument", "The '" + argument + "' argument is invalid", detail);
  }

  private static ErrorAnswer runtimeError(String description) {
    return new ErrorAnswer(400, "generic_runtime_error", description, object().put("class", "Apia::RuntimeError"));
  }

  private JsonNode page(List<Token> tokens, long asked, int perPage) throws ErrorAnswer {
    long page = deviates(Deviation.SAME_PAGE_AGAIN) ? 1 : asked;
    int pages = (tokens.size() + perPage - 1) / perPage;
    if (asked > Math.max(1, pages) && deviates(Deviation.PAST_THE_END_404)) {
      throw new ErrorAnswer(404, "page_not_found", "There is no such page", object());
    }
    boolean largeSet = deviates(Deviation.LARGE_SET);
    ObjectNode body = object();
    ObjectNode pagination = body.putObject("pagination");
    pagination
        .put("current_page", deviates(Deviation.CURRENT_PAGE_NOT_ECHOED) ? 1 : asked)
        .put("total_pages", largeSet ? null : (Integer) (deviates(Deviation.TOTAL_PAGES_WRONG) ? pages + 1 : pages))
        .put("total", largeSet ? null : (Integer) tokens.size())
        .put("per_page", deviates(Deviation.PER_PAGE_NOT_ECHOED) ? 30 : perPage)
        .put("large_set", largeSet);
    if (deviates(Deviation.TOTAL_AS_TEXT)) {
      pagination.put("total", String.valueOf(tokens.size()));
    }
    ArrayNode list = body.putArray("api_tokens");
    tokens.stream().skip((page - 1) * perPage).limit(perPage).forEach(token -> list.add(json(token)));
    if (deviates(Deviation.ADDITIONAL_PROPERTY)) {
      body.put("additional", 1);
      pagination.put("additional", 1);
    }
    return body;
  }

  private ObjectNode json(Token token) {
    ObjectNode json = object();
    json.put(deviates(Deviation.PROPERTY_RENAMED) ? "title" : "name", token.name).put("id", token.id);
    json.put("organization_id", settings.organizationId);
    json.putArray("authorized_ip_addresses").add("192.0.2.10");
    json.putNull("expires_at");
    json.put("rate_limit", 200);
    json.putArray("scopes").add(deviates(Deviation.UNKNOWN_SCOPE) ? "scope_of_tomorrow" : "api_tokens:read");
    json.putNull("secret");
    if (deviates(Deviation.PROPERTY_MISSING)) {
      json.remove("secret");
    } else if (deviates(Deviation.PROPERTY_NULL)) {
      json.putNull("scopes");
    } else if (deviates(Deviation.PROPERTY_OF_ANOTHER_TYPE)) {
      json.put("rate_limit", "200");
    } else if (deviates(Deviation.ADDITIONAL_PROPERTY)) {
      json.put("additional", 1);
    }
    return json;
  }

  private Answer deviant(Answer answer) {
    ObjectNode error = (ObjectNode) answer.body.get("error");
    if (deviates(Deviation.ERROR_WITHOUT_ENVELOPE)) {
      return new Answer(answer.status, error);
    }
    if (deviates(Deviation.ERROR_WITH_ANOTHER_CODE)) {
      error.put("code", "error_of_tomorrow");
    } else if (deviates(Deviation.ERROR_WITHOUT_DETAIL)) {
      error.remove("detail");
    } else if (deviates(Deviation.ADDITIONAL_PROPERTY)) {
      error.put("additional", 1);
      ((ObjectNode) error.get("detail")).put("additional", 1);
    }
    return answer;
  }

  private static String etag(JsonNode body) {
    try {
      UUID digest = UUID.nameUUIDFromBytes(JSON.writeValueAsBytes(body));
      return "W/\"" + digest.toString().replace("-", "") + '"';
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
