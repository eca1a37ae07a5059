package io.katapult.verification;

import static io.katapult.verification.StandInServer.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import io.katapult.verification.StandInServer.Answer;
import io.katapult.verification.StandInServer.Asked;
import io.katapult.verification.StandInServer.Token;
import io.katapult.verification.StandInServer.Variant;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okio.ByteString;

/**
 * Servers that are wrong in one way each. Those for bodies, errors and headers are derived from the spec: each property
 * and each header, altered in each way that the spec forbids.
 */
final class WrongServers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String KEY_NAME = "annotations%5B%5D%5Bkey%5D";
  private static final String VALUE_NAME = "annotations%5B%5D%5Bvalue%5D";

  private final List<Wrong> all = new ArrayList<>();

  /** A wrong server. It is made anew for each run, because some count. */
  record Wrong(String kind, String name, Supplier<Variant> variant) {
    @Override
    public String toString() {
      return kind + ": " + name;
    }
  }

  static List<Wrong> all() {
    WrongServers servers = new WrongServers();
    servers.bodies();
    servers.errors();
    servers.headers();
    servers.queries();
    servers.rows();
    servers.filters();
    servers.paging();
    servers.organizations();
    servers.authentication();
    servers.leaks();
    servers.transport();
    servers.limits();
    servers.unstable();
    servers.secondPaths();
    return servers.all;
  }

  // Ways to be wrong

  private void add(String kind, String name, Supplier<Variant> variant) {
    all.add(
        new Wrong(
            kind,
            name,
            () -> {
              Variant made = variant.get();
              made.name = kind + ": " + name;
              return made;
            }));
  }

  private void query(String kind, String name, UnaryOperator<String> change) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return asked.withQuery(change.apply(asked.query()));
              }
            });
  }

  private void answer(String kind, String name, BiFunction<Asked, Answer, Answer> change) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              @Override
              Answer answer(Asked asked, Answer answer) {
                return change.apply(asked, answer);
              }
            });
  }

  /** Changes each body with status 200. */
  private void page(String kind, String name, Consumer<ObjectNode> change) {
    answer(kind, name, (asked, answer) -> answer.isPage() ? changed(answer, change) : answer);
  }

  /** Changes each token. */
  private void token(String kind, String name, Consumer<ObjectNode> change) {
    page(
        kind,
        name,
        page -> page.path("api_tokens").forEach(token -> change.accept((ObjectNode) token)));
  }

  private void error(String kind, String name, Consumer<ObjectNode> change) {
    answer(
        kind, name, (asked, answer) -> answer.status() >= 400 ? changed(answer, change) : answer);
  }

  private static Answer changed(Answer answer, Consumer<ObjectNode> change) {
    if (answer.bytes() != null) {
      return answer;
    }
    ObjectNode body = answer.json().deepCopy();
    change.accept(body);
    return answer.json(body);
  }

  private void header(String kind, String name, UnaryOperator<Answer> change) {
    answer(kind, name, (asked, answer) -> change.apply(answer));
  }

  /** Changes every n-th answer. */
  private void sometimes(String kind, String name, int n, UnaryOperator<Answer> change) {
    add(
        kind,
        name,
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return answer.status() != 304 && count.incrementAndGet() % n == 0
                  ? change.apply(answer)
                  : answer;
            }
          };
        });
  }

  private void select(
      String kind, String name, BiFunction<Asked, List<Token>, List<Token>> change) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              @Override
              List<Token> select(Asked asked, List<Token> selected) {
                return change.apply(asked, selected);
              }
            });
  }

  // Bodies, by the spec

  private void bodies() {
    Map<String, Object> schema = Spec.at("components", "schemas", "ApiTokenPage");
    alterations(schema, "", page -> List.of(page));
  }

  /** Alters each property of the objects that {@code objects} finds in a page. */
  private void alterations(
      Map<String, Object> schema, String path, Function<ObjectNode, List<ObjectNode>> objects) {
    Vectors.map(Objects.requireNonNull(schema.get("properties")))
        .forEach(
            (name, property) -> {
              Map<String, Object> type = Spec.resolved(property);
              String at = path + "/" + name;
              if (Vectors.texts(schema.getOrDefault("required", List.of())).contains(name)) {
                page(
                    "bodies",
                    at + " missing",
                    page -> objects.apply(page).forEach(object -> object.remove(name)));
              }
              wrongValues(type)
                  .forEach(
                      (how, value) ->
                          page(
                              "bodies",
                              at + " " + how,
                              page ->
                                  objects.apply(page).forEach(object -> object.set(name, value))));
              if (type.containsKey("properties")) {
                alterations(
                    type,
                    at,
                    page ->
                        objects.apply(page).stream()
                            .map(object -> (ObjectNode) object.get(name))
                            .toList());
              } else if ("array".equals(type.get("type"))) {
                Map<String, Object> items = Spec.resolved(type.get("items"));
                wrongValues(items)
                    .forEach(
                        (how, value) ->
                            page(
                                "bodies",
                                at + "/* " + how,
                                page ->
                                    objects
                                        .apply(page)
                                        .forEach(
                                            object -> ((ArrayNode) object.get(name)).add(value))));
                if (items.containsKey("properties")) {
                  alterations(
                      items,
                      at + "/*",
                      page -> {
                        List<ObjectNode> tokens = new ArrayList<>();
                        objects
                            .apply(page)
                            .forEach(
                                object ->
                                    object
                                        .path(name)
                                        .forEach(token -> tokens.add((ObjectNode) token)));
                        return tokens;
                      });
                }
              }
            });
  }

  /** Values that a schema forbids, each with a name. */
  private static Map<String, JsonNode> wrongValues(Map<String, Object> schema) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    String type = (String) schema.get("type");
    if (!Boolean.TRUE.equals(schema.get("nullable"))) {
      values.put("null", NullNode.instance);
    }
    values.put("another type", "string".equals(type) ? IntNode.valueOf(7) : TextNode.valueOf("7"));
    values.put(
        "an object instead", "object".equals(type) || type == null ? JSON.arrayNode() : object());
    if ("integer".equals(type)) {
      values.put("a fraction", DecimalNode.valueOf(new BigDecimal("1.5")));
      values.put("too large", DecimalNode.valueOf(new BigDecimal("1e20")));
    }
    Map<String, Object> server = Vectors.map(schema.getOrDefault("x-server-schema", Map.of()));
    if (server.get("minimum") instanceof Number minimum) {
      values.put("below the minimum", LongNode.valueOf(minimum.longValue() - 1));
    }
    if (server.get("maximum") instanceof Number) {
      values.put("in milliseconds", LongNode.valueOf(1798761600000L));
    }
    if (server.containsKey("minLength")) {
      values.put("empty", TextNode.valueOf(""));
    }
    if (server.containsKey("pattern")) {
      values.put("another pattern", TextNode.valueOf("anywhere"));
    }
    if (server.containsKey("enum")) {
      values.put("not null", TextNode.valueOf("a-secret"));
    }
    return values;
  }

  // Errors, by the spec

  private void errors() {
    List<String> provoked =
        List.of(
            "missing_api_token",
            "invalid_api_token",
            "organization_not_found",
            "route_not_found",
            "invalid_argument",
            "missing_required_argument");
    Spec.errorCodes()
        .filter(code -> provoked.contains(code.get("code")))
        .forEach(
            code -> {
              String name = (String) Objects.requireNonNull(code.get("code"));
              for (int status : List.of(200, 401, 409, 422, 500)) {
                answer(
                    "errors",
                    name + " with status " + status,
                    (asked, answer) -> is(answer, name) ? answer.status(status) : answer);
              }
              error(
                  "errors",
                  name + " with another code",
                  body -> {
                    ObjectNode error = (ObjectNode) body.get("error");
                    if (error.path("code").asText().equals(name)) {
                      error.put("code", "error_of_tomorrow");
                    }
                  });
              for (String property : Vectors.texts(Objects.requireNonNull(code.get("detail")))) {
                error(
                    "errors",
                    name + " without " + property,
                    body -> {
                      if (body.at("/error/code").asText().equals(name)) {
                        ((ObjectNode) body.at("/error/detail")).remove(property);
                      }
                    });
              }
            });
    for (String property : List.of("code", "description", "detail")) {
      error(
          "errors",
          "without " + property,
          body -> ((ObjectNode) body.get("error")).remove(property));
    }
    for (String property : List.of("code", "detail")) {
      error(
          "errors", property + " null", body -> ((ObjectNode) body.get("error")).putNull(property));
    }
    error(
        "errors",
        "another path",
        body -> {
          if (body.at("/error/detail").has("path")) {
            ((ObjectNode) body.at("/error/detail")).putArray("path").add("query");
          }
        });
    error(
        "errors",
        "another argument",
        body -> {
          if (body.at("/error/detail").has("argument")) {
            ((ObjectNode) body.at("/error/detail/argument")).put("name", "query");
          }
        });
    error(
        "errors",
        "another issue",
        body -> {
          if (body.at("/error/detail").has("issue")) {
            ((ObjectNode) body.at("/error/detail")).put("issue", "wrong");
          }
        });
    answer(
        "errors",
        "without the envelope",
        (asked, answer) ->
            answer.status() >= 400 ? answer.json(answer.json().get("error")) : answer);
    answer(
        "errors",
        "as HTML",
        (asked, answer) ->
            answer.status() >= 400
                ? answer.text("<html></html>").header("Content-Type", "text/html")
                : answer);
    answer(
        "errors",
        "as problem+json",
        (asked, answer) ->
            answer.status() >= 400
                ? answer.header("Content-Type", "application/problem+json")
                : answer);
  }

  private static boolean is(Answer answer, String code) {
    return answer.json().at("/error/code").asText().equals(code);
  }

  // Headers, by the spec

  private void headers() {
    Spec.at("components", "headers")
        .forEach(
            (name, object) -> {
              Map<String, Object> header = Spec.resolved(object);
              Map<String, Object> schema =
                  Spec.resolved(Objects.requireNonNull(header.get("schema")));
              if (Boolean.TRUE.equals(header.get("required"))) {
                header("headers", name + " missing", answer -> answer.header(name, null));
                header("headers", name + " empty", answer -> sent(answer, name, ""));
                header("headers", name + " sent twice", answer -> twice(answer, name));
              }
              if ("integer".equals(schema.get("type"))) {
                header("headers", name + " text", answer -> sent(answer, name, "many"));
                header("headers", name + " a fraction", answer -> sent(answer, name, "1.5"));
                header("headers", name + " below its minimum", answer -> sent(answer, name, "-1"));
              }
              if (schema.containsKey("format") && "string".equals(schema.get("type"))) {
                header(
                    "headers",
                    name + " not a " + schema.get("format"),
                    answer -> sent(answer, name, "1"));
              }
            });
    header(
        "headers",
        "X-Request-Id always the same",
        answer -> sent(answer, "X-Request-Id", "0b2f6c1e-7f0d-4f0c-9d51-3c1b8f6b9a10"));
    header(
        "headers",
        "X-RateLimit-Remaining above the limit",
        answer -> sent(answer, "X-RateLimit-Remaining", "2000"));
    header(
        "headers",
        "X-RateLimit-Remaining always the same",
        answer -> sent(answer, "X-RateLimit-Remaining", "500"));
    add(
        "headers",
        "X-RateLimit-Remaining grows",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return answer.header(
                  "X-RateLimit-Remaining", String.valueOf(count.incrementAndGet()));
            }
          };
        });
    header(
        "headers", "X-RateLimit-Permitted 0", answer -> sent(answer, "X-RateLimit-Permitted", "0"));
    header("headers", "X-Api-Schema another value", answer -> sent(answer, "X-Api-Schema", "json"));
    header(
        "headers", "X-Api-Schema on pages", answer -> answer.header("X-Api-Schema", "json-error"));
    for (String type :
        List.of(
            "text/html",
            "text/plain",
            "application/json; charset=iso-8859-1",
            "application/problem+json")) {
      header("headers", "Content-Type " + type, answer -> sent(answer, "Content-Type", type));
    }
    header("headers", "Content-Type missing", answer -> answer.header("Content-Type", null));
    header(
        "headers",
        "ETag without quotes",
        answer -> sent(answer, "ETag", "abc" + answer.json().hashCode()));
    header("headers", "ETag always the same", answer -> sent(answer, "ETag", "W/\"abc\""));
    answer(
        "headers",
        "ETag of the tokens only",
        (asked, answer) ->
            sent(answer, "ETag", "W/\"" + answer.json().path("api_tokens").size() + "\""));
    for (String directives :
        List.of(
            "public, max-age=0",
            "max-age=60",
            "private, max-age=3600, must-revalidate",
            "s-maxage=60",
            "immutable, private")) {
      header(
          "headers",
          "Cache-Control " + directives,
          answer -> sent(answer, "Cache-Control", directives));
    }
    answer(
        "headers",
        "304 whatever If-None-Match says",
        (asked, answer) ->
            asked.headers().get("If-None-Match") == null
                ? answer
                : answer.status(304).bytes(ByteString.EMPTY).header("Content-Type", null));
    answer(
        "headers",
        "412 for If-None-Match",
        (asked, answer) ->
            asked.headers().get("If-None-Match") == null ? answer : answer.status(412));
    header("headers", "Date no date", answer -> sent(answer, "Date", "today"));
    header("headers", "Date of ISO 8601", answer -> sent(answer, "Date", "2026-11-28T10:00:00Z"));
    header("headers", "Retry-After in words", answer -> answer.header("Retry-After", "soon"));
  }

  /** Changes a header where it is sent. */
  private static Answer sent(Answer answer, String name, String value) {
    return answer.headers().get(name) == null ? answer : answer.header(name, value);
  }

  private static Answer twice(Answer answer, String name) {
    String value = answer.headers().get(name);
    return value == null
        ? answer
        : new Answer(
            answer.status(),
            answer.headers().newBuilder().add(name, value).build(),
            answer.json(),
            answer.bytes());
  }

  // Queries

  private void queries() {
    String kind = "decoding";
    query(kind, "plus is a plus", query -> query.replace("+", "%2B"));
    query(kind, "%2B is a space", query -> query.replace("%2B", "%20"));
    query(kind, "Latin-1", WrongServers::latin1);
    query(kind, "decoded twice", query -> query.replace("%25", "%"));
    query(kind, "decoded before it is split", query -> query.replace("%26", "&"));
    query(kind, "semicolons separate after decoding", query -> query.replace("%3B", ";"));
    query(
        kind,
        "values are not decoded",
        query -> pairs(query, (name, value) -> name + "=" + value.replace("%", "%25")));
    query(
        kind,
        "names are not decoded",
        query -> pairs(query, (name, value) -> name.replace("%", "%25") + "=" + value));
    query(
        kind,
        "only brackets are decoded in names",
        query ->
            pairs(query, (name, value) -> name.replaceAll("%(?!5[BbDd])", "%25") + "=" + value));
    query(kind, "literal brackets are not read", query -> query.replace("[", "%255B"));
    query(
        kind,
        "encoded brackets are not read",
        query ->
            pairs(
                query,
                (name, value) ->
                    name.startsWith("annotations")
                        ? name.replace("%5B", "%255B") + "=" + value
                        : name + "=" + value));
    query(
        kind,
        "lower-case digits are not decoded",
        query -> query.replaceAll("%([0-9]?[a-f][0-9]?)", "%25$1"));
    query(
        kind,
        "names in any case",
        query ->
            pairs(
                query,
                (name, value) ->
                    name.toLowerCase(Locale.ROOT).equals(name) || name.contains("%")
                        ? name + "=" + value
                        : name.toLowerCase(Locale.ROOT) + "=" + value));
    query(kind, "names by their beginning", query -> query.replaceAll("(^|&)pages=", "$1page="));
    query(kind, "the first value wins", query -> firstWins(query));
    answer(
        kind,
        "unknown parameters are refused",
        (asked, answer) -> asked.has("unknown") ? invalidArgument(answer, "unknown") : answer);
    query(
        kind,
        "indexes are read",
        query -> query.replaceAll("annotations(%5B|\\[)[0-9]+(%5D|])", "annotations[]"));
    query(
        kind,
        "keys of an object are read",
        query -> query.replaceAll("annotations(%5B|\\[)key(%5D|])", "annotations[][key]"));
    query(
        kind,
        "text is read as an array",
        query -> query.replaceAll("annotations=", "annotations[][key]="));
    query(
        kind,
        "indexes are ignored",
        query ->
            pairs(
                query,
                (name, value) ->
                    name.matches("annotations(%5B|\\[)[0-9].*")
                        ? "ignored=" + value
                        : name + "=" + value));
    query(
        kind,
        "an empty number is the default",
        query -> query.replaceAll("(page|per_page)=(&|$)", "ignored=1$2"));
    query(kind, "text is the default number", query -> query.replaceAll("page=abc", "ignored=1"));
    query(kind, "0 is the default number", query -> query.replaceAll("page=0(&|$)", "ignored=1$1"));
    query(
        kind,
        "negative numbers are their absolute value",
        query -> query.replace("page=-", "page="));
    query(kind, "only the first parameter is read", query -> query.replaceAll("&.*", ""));
    query(
        kind,
        "the last parameter is not read",
        query -> query.replaceAll("(&[^&]*&.*)&[^&]*$", "$1"));
  }

  private static String pairs(String query, BiFunction<String, String, String> change) {
    return Arrays.stream(query.split("&", -1))
        .map(
            pair ->
                pair.contains("=")
                    ? change.apply(pair.split("=", 2)[0], pair.split("=", 2)[1])
                    : pair)
        .collect(Collectors.joining("&"));
  }

  private static String firstWins(String query) {
    List<String> pairs = new ArrayList<>(List.of(query.split("&", -1)));
    List<String> scalars = pairs.stream().filter(pair -> !pair.startsWith("annotations")).toList();
    List<String> reversed = new ArrayList<>(scalars);
    Collections.reverse(reversed);
    pairs.removeAll(scalars);
    pairs.addAll(reversed);
    return String.join("&", pairs);
  }

  private static String latin1(String query) {
    HttpUrl url = HttpUrl.get("http://localhost/?" + query.replaceAll("[^\\x21-\\x7e]", ""));
    return url.encodedQuery() == null
        ? query
        : pairs(
            query,
            (name, value) -> {
              String text = URLDecoder.decode(value, StandardCharsets.ISO_8859_1);
              return name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
            });
  }

  private static Answer invalidArgument(Answer answer, String name) {
    ObjectNode body = object();
    ObjectNode detail =
        body.putObject("error")
            .put("code", "invalid_argument")
            .putNull("description")
            .putObject("detail");
    detail.putArray("path").add(name);
    detail
        .putNull("index")
        .put("issue", "unknown_argument")
        .putNull("issue_description")
        .putArray("errors");
    detail.putObject("argument").put("name", name).putNull("description");
    return answer.status(400).json(body).header("ETag", null).header("X-Api-Schema", "json-error");
  }

  // Rows

  private void rows() {
    String kind = "rows";
    query(kind, "column by column", query -> zipped(query, true));
    query(kind, "column by column, only if that fits", query -> zipped(query, false));
    query(kind, "a row needs the key first", query -> keyFirst(query));
    query(
        kind,
        "a value without a key is ignored",
        query -> {
          List<String> cells = cells(query);
          return cells.stream().allMatch(cell -> cell.startsWith(VALUE_NAME))
              ? without(query)
              : query;
        });
    query(
        kind,
        "a second value of a row replaces the first",
        query -> collapsed(query, VALUE_NAME, true));
    query(kind, "a second value of a row is ignored", query -> collapsed(query, VALUE_NAME, false));
    query(
        kind,
        "a key without a value is ignored",
        query -> {
          List<String> cells = cells(query);
          return cells.size() > 1 && cells.stream().allMatch(cell -> cell.startsWith(KEY_NAME))
              ? query + "&" + VALUE_NAME + "=1&" + VALUE_NAME + "=2&" + VALUE_NAME + "=3"
              : query;
        });
    answer(
        kind,
        "a key without a value is refused",
        (asked, answer) -> {
          List<String> cells = cells(asked.query());
          long keys = cells.stream().filter(cell -> cell.startsWith(KEY_NAME)).count();
          return answer.isPage() && keys * 2 > cells.size() ? missing(answer, "value") : answer;
        });
    answer(
        kind,
        "more than one row is refused",
        (asked, answer) ->
            answer.isPage() && cells(asked.query()).size() > 2 ? missing(answer, "key") : answer);
    query(
        kind,
        "other parameters end a row",
        query -> {
          int at = query.indexOf("&per_page");
          return at < 0 || at > query.lastIndexOf("annotations")
              ? query
              : query.substring(0, at) + query.substring(at).replace("annotations", "ignored");
        });
  }

  private static Answer missing(Answer answer, String name) {
    ObjectNode body = object();
    ObjectNode error =
        body.putObject("error").put("code", "missing_required_argument").putNull("description");
    ObjectNode detail = error.putObject("detail");
    detail.putArray("path").add("annotations").add(name);
    detail.putObject("argument").put("name", name).putNull("description");
    return answer.status(400).json(body).header("ETag", null).header("X-Api-Schema", "json-error");
  }

  private static List<String> cells(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> pair.startsWith("annotations%5B%5D"))
        .toList();
  }

  private static String without(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> !pair.startsWith("annotations%5B%5D"))
        .collect(Collectors.joining("&"));
  }

  private static String zipped(String query, boolean always) {
    List<String> cells = cells(query);
    List<String> keys = cells.stream().filter(cell -> cell.startsWith(KEY_NAME)).toList();
    List<String> values = cells.stream().filter(cell -> cell.startsWith(VALUE_NAME)).toList();
    if (cells.isEmpty() || (!always && keys.size() != values.size())) {
      return query;
    }
    StringBuilder rows = new StringBuilder(without(query));
    for (int i = 0; i < keys.size(); i++) {
      rows.append('&').append(keys.get(i));
      if (i < values.size()) {
        rows.append('&').append(values.get(i));
      }
    }
    return rows.toString();
  }

  /** Each key begins a row, and a value belongs to the row before it. */
  private static String keyFirst(String query) {
    List<String> cells = cells(query);
    if (cells.isEmpty() || !cells.get(0).startsWith(VALUE_NAME)) {
      return query;
    }
    return without(query) + "&" + cells.get(0) + "&" + String.join("&", cells);
  }

  private static String collapsed(String query, String name, boolean isLast) {
    List<String> kept = new ArrayList<>();
    String previous = "";
    for (String pair : query.split("&", -1)) {
      boolean isAgain = pair.startsWith(name) && previous.startsWith(name);
      if (isAgain && isLast) {
        kept.set(kept.size() - 1, pair);
      } else if (!isAgain) {
        kept.add(pair);
      }
      previous = pair.startsWith("annotations") ? pair : previous;
    }
    return String.join("&", kept);
  }

  // Filters

  private void filters() {
    String kind = "filters";
    query(
        kind,
        "annotations are ignored",
        query ->
            query.contains("annotations%5B%5D%5Bkey")
                    && new StandInServer.Variant().parser.apply(query).get("annotations")
                        instanceof List<?> list
                    && list.stream()
                        .allMatch(row -> row instanceof Map<?, ?> map && map.containsKey("key"))
                ? without(query)
                : query);
    query(kind, "only the first annotation counts", query -> kept(query, 0));
    query(kind, "only the last annotation counts", query -> kept(query, -1));
    query(
        kind,
        "only the first two annotations count",
        query -> {
          List<String> cells = cells(query);
          return isInRows(cells) && cells.size() > 4
              ? without(query) + "&" + String.join("&", cells.subList(0, 4))
              : query;
        });
    query(
        kind,
        "the value is ignored",
        query -> {
          List<String> cells = cells(query);
          return isInRows(cells)
              ? pairs(
                  query,
                  (name, value) -> name.equals(VALUE_NAME) ? "ignored=1" : name + "=" + value)
              : query;
        });
    select(
        kind,
        "the key is ignored",
        (asked, selected) ->
            matching(
                asked,
                selected,
                (token, annotation) ->
                    token.annotations().containsValue(String.valueOf(annotation.get("value")))));
    select(
        kind,
        "one of the annotations is enough",
        (asked, selected) -> {
          List<?> annotations = annotations(asked);
          return annotations.isEmpty()
              ? selected
              : StandInServer.tokens(16).stream()
                  .filter(
                      token ->
                          annotations.stream()
                              .anyMatch(
                                  row ->
                                      Objects.equals(
                                          token
                                              .annotations()
                                              .get(String.valueOf(Vectors.map(row).get("key"))),
                                          Vectors.map(row).get("value"))))
                  .toList();
        });
    select(
        kind,
        "the beginning of a value is enough",
        (asked, selected) ->
            matching(
                asked,
                selected,
                (token, annotation) ->
                    value(token, annotation).startsWith(String.valueOf(annotation.get("value")))));
    select(
        kind,
        "a value that begins like it is enough",
        (asked, selected) ->
            matching(
                asked,
                selected,
                (token, annotation) ->
                    String.valueOf(annotation.get("value")).startsWith(value(token, annotation))));
    select(
        kind,
        "everything but the selection",
        (asked, selected) -> {
          List<Token> others = new ArrayList<>(StandInServer.tokens(16));
          others.removeAll(selected);
          return annotations(asked).isEmpty() ? selected : others;
        });
    select(
        kind,
        "nothing is ever selected",
        (asked, selected) -> annotations(asked).isEmpty() ? selected : List.of());
    select(
        kind,
        "the selection lacks its last item",
        (asked, selected) ->
            annotations(asked).size() < 2 || selected.isEmpty()
                ? selected
                : selected.subList(0, selected.size() - 1));
    select(
        kind,
        "the selection has foreign items",
        (asked, selected) -> {
          List<Token> more = new ArrayList<>(selected);
          more.add(new Token("apitoken_foreign000000000", "Foreign", Map.of()));
          return annotations(asked).isEmpty() || selected.isEmpty() ? selected : more;
        });
    select(
        kind,
        "a selection has one page only",
        (asked, selected) ->
            annotations(asked).isEmpty() || !asked.has("per_page=2")
                ? selected
                : selected.subList(0, Math.min(2, selected.size())));
    answer(
        kind,
        "the total is that of all items",
        (asked, answer) ->
            answer.isPage() && !annotations(asked).isEmpty()
                ? changed(answer, body -> ((ObjectNode) body.get("pagination")).put("total", 16))
                : answer);
    answer(
        kind,
        "the same annotation twice is refused",
        (asked, answer) -> {
          List<?> annotations = annotations(asked);
          return answer.isPage() && annotations.stream().distinct().count() < annotations.size()
              ? invalidArgument(answer, "annotations")
              : answer;
        });
    query(
        kind,
        "a value before its key is not read",
        query -> {
          List<String> cells = cells(query.replace("[", "%5B").replace("]", "%5D"));
          return cells.size() == 2 && cells.get(0).startsWith(VALUE_NAME)
              ? without(query.replace("[", "%5B").replace("]", "%5D"))
              : query;
        });
  }

  private static String value(Token token, Map<String, Object> annotation) {
    return token.annotations().getOrDefault(String.valueOf(annotation.get("key")), "?");
  }

  private static boolean isInRows(List<String> cells) {
    boolean isInRows = !cells.isEmpty() && cells.size() % 2 == 0;
    for (int i = 0; i < cells.size(); i++) {
      isInRows &= cells.get(i).startsWith(i % 2 == 0 ? KEY_NAME : VALUE_NAME);
    }
    return isInRows;
  }

  private static String kept(String query, int index) {
    List<String> cells = cells(query);
    int first = index < 0 ? cells.size() - 2 : index;
    return isInRows(cells)
        ? without(query) + "&" + cells.get(first) + "&" + cells.get(first + 1)
        : query;
  }

  private static List<?> annotations(Asked asked) {
    try {
      return RackQuery.parse(asked.query()).get("annotations") instanceof List<?> list
          ? list
          : List.of();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<Token> matching(
      Asked asked,
      List<Token> selected,
      BiFunction<Token, Map<String, Object>, Boolean> condition) {
    List<?> annotations = annotations(asked);
    return annotations.isEmpty()
        ? selected
        : StandInServer.tokens(16).stream()
            .filter(
                token ->
                    annotations.stream().allMatch(row -> condition.apply(token, Vectors.map(row))))
            .toList();
  }

  // Paging

  private void paging() {
    String kind = "paging";
    query(kind, "page is ignored", query -> query.replaceAll("(^|&)page=[1-9]", "$1ignored="));
    query(
        kind,
        "per_page is ignored",
        query -> query.replaceAll("(^|&)per_page=[1-9]", "$1ignored="));
    answer(
        kind,
        "current_page is not echoed",
        (asked, answer) -> numbers(answer, "current_page", number -> 1));
    answer(
        kind,
        "per_page is not echoed",
        (asked, answer) -> numbers(answer, "per_page", number -> 30));
    answer(
        kind,
        "current_page counts from 0",
        (asked, answer) -> numbers(answer, "current_page", number -> number - 1));
    for (String name : List.of("total", "total_pages")) {
      answer(
          kind, name + " one more", (asked, answer) -> numbers(answer, name, number -> number + 1));
      answer(
          kind,
          name + " one less",
          (asked, answer) -> numbers(answer, name, number -> Math.max(0, number - 1)));
      page(
          kind,
          name + " null in a small set",
          page -> ((ObjectNode) page.get("pagination")).putNull(name));
    }
    answer(
        kind,
        "total_pages rounded down",
        (asked, answer) ->
            changed(
                answer,
                body -> {
                  JsonNode pagination = body.path("pagination");
                  if (pagination.isObject()) {
                    ((ObjectNode) pagination)
                        .put(
                            "total_pages",
                            pagination.get("total").asLong() / pagination.get("per_page").asLong());
                  }
                }));
    answer(
        kind,
        "total is that of the page",
        (asked, answer) ->
            changed(
                answer,
                body -> {
                  if (body.has("pagination")) {
                    ((ObjectNode) body.get("pagination"))
                        .put("total", body.get("api_tokens").size());
                  }
                }));
    page(
        kind,
        "large_set with totals",
        page -> ((ObjectNode) page.get("pagination")).put("large_set", true));
    page(
        kind,
        "large_set on some pages",
        page -> {
          ObjectNode pagination = (ObjectNode) page.get("pagination");
          if (pagination.get("current_page").asInt() > 1) {
            pagination.put("large_set", true).putNull("total").putNull("total_pages");
          }
        });
    answer(
        kind,
        "past the end is 404",
        (asked, answer) ->
            answer.isPage()
                    && isEmptyPage(answer)
                    && answer.json().at("/pagination/current_page").asInt() > 1
                ? new StandInServer.Answer(404, answer.headers(), notFound(), null)
                    .header("X-Api-Schema", "json-error")
                : answer);
    query(
        kind, "past the end is the last page", query -> query.replaceAll("page=1000000", "page=1"));
    answer(
        kind,
        "past the end, current_page is the last page",
        (asked, answer) -> numbers(answer, "current_page", number -> Math.min(number, 16)));
    add(
        kind,
        "the default is 25",
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                return asked.has("per_page") || asked.has("per%5F")
                    ? asked
                    : asked.withQuery(asked.query() + "&per_page=25");
              }
            });
    items(
        kind,
        "pages overlap",
        (tokens, page, size) -> from(tokens, Math.max(0, (page - 1) * size - (page - 1)), size));
    items(
        kind,
        "pages have a gap",
        (tokens, page, size) -> from(tokens, (page - 1) * (size + 1), size));
    items(kind, "pages begin with page 0", (tokens, page, size) -> from(tokens, page * size, size));
    items(
        kind,
        "the last page repeats the one before",
        (tokens, page, size) ->
            page > 1 && page * size >= tokens.size()
                ? from(tokens, (page - 2) * size, size)
                : from(tokens, (page - 1) * size, size));
    items(kind, "one item more", (tokens, page, size) -> from(tokens, (page - 1) * size, size + 1));
    items(
        kind,
        "one item less on full pages",
        (tokens, page, size) -> from(tokens, (page - 1) * size, Math.max(1, size - 1)));
    items(
        kind,
        "the order is that of the page",
        (tokens, page, size) -> {
          List<JsonNode> items = new ArrayList<>(from(tokens, (page - 1) * size, size));
          Collections.reverse(items);
          return items;
        });
    items(
        kind,
        "another order by page size",
        (tokens, page, size) -> {
          List<JsonNode> items = new ArrayList<>(tokens);
          Collections.rotate(items, size % 3);
          return from(items, (page - 1) * size, size);
        });
    items(
        kind,
        "an item comes twice",
        (tokens, page, size) -> {
          List<JsonNode> items = new ArrayList<>(from(tokens, (page - 1) * size, size));
          if (items.size() > 1) {
            items.set(items.size() - 1, items.get(0));
          }
          return items;
        });
    items(
        kind,
        "pages of one have other properties",
        (tokens, page, size) ->
            from(tokens, (page - 1) * size, size).stream()
                .map(item -> size == 1 ? ((ObjectNode) item.deepCopy()).put("name", "short") : item)
                .toList());
    items(
        kind,
        "page 2 is empty",
        (tokens, page, size) -> page == 2 ? List.of() : from(tokens, (page - 1) * size, size));
  }

  private interface Slice {
    List<JsonNode> of(List<JsonNode> tokens, int page, int size);
  }

  private static List<JsonNode> from(List<JsonNode> tokens, int start, int size) {
    int from = Math.min(Math.max(0, start), tokens.size());
    return tokens.subList(from, Math.min(tokens.size(), from + size));
  }

  /** Chooses the items of a page. */
  private void items(String kind, String name, Slice slice) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              private List<Token> selected = List.of();

              @Override
              synchronized List<Token> select(Asked asked, List<Token> all) {
                selected = all;
                return all;
              }

              @Override
              synchronized Answer answer(Asked asked, Answer answer) {
                return !answer.isPage()
                    ? answer
                    : changed(
                        answer,
                        body -> {
                          List<JsonNode> tokens =
                              selected.stream()
                                  .map(token -> (JsonNode) StandInServer.json(token))
                                  .toList();
                          JsonNode pagination = body.get("pagination");
                          ArrayNode items = body.putArray("api_tokens");
                          slice
                              .of(
                                  tokens,
                                  pagination.get("current_page").asInt(),
                                  pagination.get("per_page").asInt())
                              .forEach(items::add);
                        });
              }
            });
  }

  private static Answer numbers(Answer answer, String name, LongUnaryOperator change) {
    return !answer.isPage() || answer.bytes() != null
        ? answer
        : changed(
            answer,
            body -> {
              ObjectNode pagination = (ObjectNode) body.get("pagination");
              pagination.put(name, change.applyAsLong(pagination.get(name).asLong()));
            });
  }

  private static boolean isEmptyPage(Answer answer) {
    return answer.json().path("api_tokens").isEmpty();
  }

  private static ObjectNode notFound() {
    ObjectNode body = object();
    body.putObject("error")
        .put("code", "page_not_found")
        .putNull("description")
        .putObject("detail");
    return body;
  }

  // Organizations

  private void organizations() {
    String kind = "organization";
    query(
        kind,
        "both names are accepted",
        query ->
            query.contains("sub_domain")
                ? query.replaceAll("organization%5Bid%5D=[^&]*&?", "")
                : query);
    query(
        kind,
        "an empty id is ignored",
        query -> query.replaceAll("organization%5Bid%5D=(&|$)", "$1"));
    query(
        kind,
        "the id is ignored",
        query ->
            query.replaceAll("organization%5Bid%5D=([^&]+)", "organization%5Bsub_domain%5D=acme"));
    query(
        kind,
        "without a name, it is that of the key",
        query -> query.contains("organization") ? query : "organization[sub_domain]=acme&" + query);
    answer(
        kind,
        "an unknown one is empty",
        (asked, answer) ->
            is(answer, "organization_not_found")
                ? answer.status(200).header("X-Api-Schema", null).json(emptyPage())
                : answer);
    answer(
        kind,
        "an unknown one is forbidden",
        (asked, answer) ->
            is(answer, "organization_not_found")
                ? answer.status(403).json(error("permission_denied"))
                : answer);
    select(
        kind,
        "by its id, it has other items",
        (asked, selected) ->
            asked.has("%5Bid%5D=org")
                ? selected.subList(0, Math.max(0, selected.size() - 1))
                : selected);
    answer(
        kind,
        "the id is not known",
        (asked, answer) ->
            asked.has("%5Bid%5D=org") && answer.isPage()
                ? answer
                    .status(404)
                    .json(error("organization_not_found"))
                    .header("X-Api-Schema", "json-error")
                    .header("ETag", null)
                : answer);
    page(
        kind,
        "items of other organizations",
        page ->
            page.path("api_tokens")
                .forEach(
                    token -> {
                      if (token.path("id").asText().endsWith("5")) {
                        ((ObjectNode) token).put("organization_id", "org_another000000000");
                      }
                    }));
  }

  private static ObjectNode error(String code) {
    ObjectNode body = object();
    body.putObject("error")
        .put("code", code)
        .putNull("description")
        .putObject("detail")
        .putNull("details");
    return body;
  }

  private static ObjectNode emptyPage() {
    ObjectNode body = object();
    body.putObject("pagination")
        .put("current_page", 1)
        .put("total_pages", 0)
        .put("total", 0)
        .put("per_page", 30)
        .put("large_set", false);
    body.putArray("api_tokens");
    return body;
  }

  // Authentication

  private void authentication() {
    String kind = "authentication";
    authorization(kind, "no token is needed", header -> "Bearer " + StandInServer.KEY);
    authorization(
        kind,
        "any token is accepted",
        header -> header == null ? null : "Bearer " + StandInServer.KEY);
    authorization(
        kind,
        "the beginning of a token is enough",
        header ->
            header != null && header.startsWith("Bearer " + StandInServer.KEY)
                ? "Bearer " + StandInServer.KEY
                : header);
    authorization(
        kind,
        "the end of a token is enough",
        header ->
            header != null && header.endsWith(StandInServer.KEY)
                ? "Bearer " + StandInServer.KEY
                : header);
    authorization(
        kind,
        "a token in any case is accepted",
        header ->
            header != null && header.equalsIgnoreCase("Bearer " + StandInServer.KEY)
                ? "Bearer " + StandInServer.KEY
                : header);
    answer(
        kind,
        "401 without a token",
        (asked, answer) -> is(answer, "missing_api_token") ? answer.status(401) : answer);
    answer(
        kind,
        "a missing token is an invalid one",
        (asked, answer) ->
            is(answer, "missing_api_token")
                ? answer.status(403).json(error("invalid_api_token"))
                : answer);
    answer(
        kind,
        "a wrong token is a missing one",
        (asked, answer) ->
            is(answer, "invalid_api_token")
                ? answer.status(400).json(error("missing_api_token"))
                : answer);
  }

  private void authorization(String kind, String name, UnaryOperator<String> change) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                String header = change.apply(asked.headers().get("Authorization"));
                Headers.Builder headers = asked.headers().newBuilder().removeAll("Authorization");
                return new Asked(
                    asked.method(),
                    asked.path(),
                    asked.query(),
                    header == null
                        ? headers.build()
                        : headers.add("Authorization", header).build());
              }
            });
  }

  // Leaks

  private void leaks() {
    String kind = "leaks";
    for (String name : List.of("X-Debug-Authorization", "Set-Cookie")) {
      answer(
          kind,
          "the key in " + name,
          (asked, answer) -> answer.header(name, "a=" + asked.headers().get("Authorization")));
    }
    answer(
        kind,
        "the key in an error",
        (asked, answer) ->
            answer.status() < 400
                ? answer
                : changed(
                    answer,
                    body ->
                        ((ObjectNode) body.get("error"))
                            .put(
                                "description",
                                "Not with " + asked.headers().get("Authorization"))));
    page(kind, "the key in a page", page -> page.put("key", StandInServer.KEY));
    page(
        kind,
        "half of the key in a page",
        page ->
            page.put(
                "key", StandInServer.KEY.substring(0, StandInServer.KEY.length() / 2 + 1) + "…"));
    page(
        kind,
        "the key in Base64",
        page ->
            page.put(
                "key",
                Base64.getEncoder()
                    .encodeToString(StandInServer.KEY.getBytes(StandardCharsets.UTF_8))));
    answer(
        kind,
        "the key with JSON escapes",
        (asked, answer) ->
            answer.isPage() && answer.bytes() == null
                ? answer.text(
                    answer
                        .json()
                        .toString()
                        .replaceFirst(
                            "\\{", "{\"key\":\"\\\\u004b" + StandInServer.KEY.substring(1) + "\","))
                : answer);
    token(kind, "secrets in a list", token -> token.put("secret", "s3cr3t"));
  }

  // Transport

  private void transport() {
    String kind = "transport";
    answer(
        kind,
        "Latin-1 in bodies",
        (asked, answer) ->
            answer.isPage()
                ? answer.bytes(
                    ByteString.of(
                        answer
                            .json()
                            .toString()
                            .replace("Token", "T\u00f6ken")
                            .getBytes(StandardCharsets.ISO_8859_1)))
                : answer);
    answer(
        kind, "a byte order mark", (asked, answer) -> answer.text("\ufeff" + answer.body().utf8()));
    answer(kind, "text after the JSON", (asked, answer) -> answer.text(answer.body().utf8() + "}"));
    answer(
        kind,
        "a name twice",
        (asked, answer) ->
            answer.text(answer.body().utf8().replaceFirst("\\{", "{\"pagination\":1,")));
    answer(
        kind,
        "not JSON",
        (asked, answer) ->
            answer.isPage() && asked.has("per_page=2") ? answer.text("<p>") : answer);
    answer(
        kind,
        "empty bodies of errors",
        (asked, answer) -> answer.status() >= 400 ? answer.text("") : answer);
    answer(
        kind,
        "JSON with comments",
        (asked, answer) -> answer.text("/* v1 */" + answer.body().utf8()));
    answer(
        kind,
        "an array around the page",
        (asked, answer) ->
            answer.isPage() && asked.has("per_page=7")
                ? answer.text("[" + answer.body().utf8() + "]")
                : answer);
    add(
        kind,
        "connections end early",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            MockResponse.Builder send(MockResponse.Builder response, Answer answer) {
              return count.incrementAndGet() % 9 == 0
                  ? response.onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)
                  : response;
            }
          };
        });
    header(
        kind,
        "an encoding that was not asked for",
        answer -> answer.isPage() ? answer.header("Content-Encoding", "br") : answer);
    answer(
        kind,
        "redirects",
        (asked, answer) ->
            asked.has("page=3") ? answer.status(302).header("Location", "/") : answer);
  }

  // Limits

  private void limits() {
    String kind = "limits";
    sometimes(kind, "429 before the limit", 20, answer -> tooMany(answer, "rate_limit_reached"));
    add(
        kind,
        "the limit does not start anew",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              int left = Math.max(0, 60 - count.incrementAndGet());
              Answer counted =
                  answer
                      .header("X-RateLimit-Permitted", "60")
                      .header("X-RateLimit-Remaining", String.valueOf(left));
              return left == 0 ? tooMany(counted, "rate_limit_reached") : counted;
            }
          };
        });
    sometimes(
        kind,
        "429 without total_permitted",
        25,
        answer -> {
          ObjectNode body = object();
          body.putObject("error")
              .put("code", "rate_limit_reached")
              .putNull("description")
              .putObject("detail");
          return answer
              .status(429)
              .json(body)
              .header("X-Api-Schema", "json-error")
              .header("ETag", null);
        });
    sometimes(
        kind,
        "503 instead of 429",
        25,
        answer ->
            answer
                .status(503)
                .json(error("service_unavailable"))
                .header("X-Api-Schema", "json-error")
                .header("ETag", null));
  }

  private static Answer tooMany(Answer answer, String code) {
    ObjectNode body = object();
    body.putObject("error")
        .put("code", code)
        .putNull("description")
        .putObject("detail")
        .put("total_permitted", 1000);
    return answer.status(429).json(body).header("X-Api-Schema", "json-error").header("ETag", null);
  }

  // Different each time

  private void unstable() {
    String kind = "unstable";
    sometimes(
        kind,
        "500 now and then",
        20,
        answer ->
            answer
                .status(500)
                .json(error("unhandled_exception"))
                .header("X-Api-Schema", "json-error")
                .header("ETag", null));
    sometimes(
        kind,
        "HTML now and then",
        20,
        answer -> answer.text("<html>").header("Content-Type", "text/html"));
    sometimes(
        kind,
        "a header is missing now and then",
        20,
        answer -> answer.header("X-Request-Id", null));
    shuffled(
        kind, "a random order each time", (tokens, count) -> Collections.rotate(tokens, count));
    shuffled(
        kind,
        "the first two items change places",
        (tokens, count) -> Collections.swap(tokens, 0, count % 2));
    shuffled(
        kind,
        "an item vanishes and comes back",
        (tokens, count) -> {
          if (count % 2 == 0) {
            tokens.remove(0);
          }
        });
    add(
        kind,
        "a property is another each time",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return answer.isPage() && answer.bytes() == null
                  ? changed(
                      answer,
                      body ->
                          body.path("api_tokens")
                              .forEach(
                                  token ->
                                      ((ObjectNode) token)
                                          .put("rate_limit", count.incrementAndGet())))
                  : answer;
            }
          };
        });
  }

  private void shuffled(String kind, String name, BiFunctionOfTokens change) {
    add(
        kind,
        name,
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            List<Token> select(Asked asked, List<Token> selected) {
              List<Token> changed = new ArrayList<>(selected);
              int number = count.incrementAndGet();
              if (changed.size() > 1) {
                change.apply(changed, number);
              }
              return changed;
            }
          };
        });
  }

  private interface BiFunctionOfTokens {
    void apply(List<Token> tokens, int count);
  }

  // Right on one path, and wrong on another

  private void secondPaths() {
    String kind = "second paths";
    for (String part : List.of("page=", "annotations", "organization%5Bid%5D")) {
      authorizationWhere(kind, "no token is needed with " + part, asked -> asked.has(part));
    }
    authorizationWhere(
        kind,
        "no token is needed with If-None-Match",
        asked -> asked.headers().get("If-None-Match") != null);
    authorizationWhere(
        kind,
        "Basic is accepted",
        asked -> ("Basic " + StandInServer.KEY).equals(asked.headers().get("Authorization")));
    authorizationWhere(
        kind,
        "a token without Bearer is accepted",
        asked -> StandInServer.KEY.equals(asked.headers().get("Authorization")));
    authorizationWhere(
        kind,
        "an empty token is accepted",
        asked -> "Bearer".equals(asked.headers().get("Authorization")));
    authorizationWhere(
        kind,
        "a shorter token is accepted",
        asked ->
            ("Bearer " + StandInServer.KEY.substring(0, StandInServer.KEY.length() - 1))
                .equals(asked.headers().get("Authorization")));
    select(
        kind,
        "key and value may be those of two annotations",
        (asked, selected) ->
            matching(
                asked,
                selected,
                (token, annotation) ->
                    token.annotations().containsKey(String.valueOf(annotation.get("key")))
                        && token
                            .annotations()
                            .containsValue(String.valueOf(annotation.get("value")))));
    for (boolean isLast : List.of(true, false)) {
      select(
          kind,
          "of the same key, only the " + (isLast ? "last" : "first") + " annotation counts",
          (asked, selected) -> {
            Map<String, Object> byKey = new LinkedHashMap<>();
            for (Object row : annotations(asked)) {
              String key = String.valueOf(Vectors.map(row).get("key"));
              if (isLast || !byKey.containsKey(key)) {
                byKey.put(key, String.valueOf(Vectors.map(row).get("value")));
              }
            }
            return annotations(asked).isEmpty()
                ? selected
                : StandInServer.tokens(16).stream()
                    .filter(
                        token ->
                            byKey.entrySet().stream()
                                .allMatch(
                                    row ->
                                        Objects.equals(
                                            token.annotations().get(row.getKey()), row.getValue())))
                    .toList();
          });
    }
    select(
        kind,
        "percent signs are wildcards",
        (asked, selected) ->
            matching(
                asked,
                selected,
                (token, annotation) ->
                    value(token, annotation)
                        .matches(
                            String.valueOf(annotation.get("value"))
                                .replaceAll("[^%\\w ]", ".")
                                .replace("%", ".*"))));
    query(
        kind,
        "a fourth annotation is ignored",
        query -> {
          List<String> cells = cells(query);
          return isInRows(cells) && cells.size() > 6
              ? without(query) + "&" + String.join("&", cells.subList(0, 6))
              : query;
        });
    answer(
        kind,
        "total_pages of a selection is that of all items",
        (asked, answer) ->
            annotations(asked).isEmpty()
                ? answer
                : numbers(
                    answer,
                    "total_pages",
                    number ->
                        (16 + answer.json().at("/pagination/per_page").asLong() - 1)
                            / answer.json().at("/pagination/per_page").asLong()));
    answer(
        kind,
        "a selection has large_set with total_pages",
        (asked, answer) ->
            answer.isPage() && !annotations(asked).isEmpty()
                ? changed(
                    answer,
                    body ->
                        ((ObjectNode) body.get("pagination"))
                            .put("large_set", true)
                            .putNull("total"))
                : answer);
    query(
        kind,
        "two names of the same organization are accepted",
        query ->
            query.contains("=acme") && query.contains("=" + StandInServer.ORGANIZATION_ID)
                ? query.replaceAll("organization%5Bid%5D=[^&]*&?", "")
                : query);
    String byId = "organization%5Bid%5D=" + StandInServer.ORGANIZATION_ID;
    query(
        kind,
        "by id, annotations are ignored",
        query -> query.contains(byId) ? without(query) : query);
    query(
        kind,
        "by id, page is ignored",
        query -> query.contains(byId) ? query.replaceAll("&page=[0-9]+", "") : query);
    query(
        kind,
        "an empty sub-domain is that of the key",
        query -> query.replaceAll("(sub_domain%5D=)(&|$)", "$1acme$2"));
    query(
        kind,
        "a sub-domain is an id too",
        query -> query.replace("5Bid%5D=acme", "5Bsub_domain%5D=acme"));
    query(
        kind,
        "an id is a sub-domain too",
        query ->
            query.replace("sub_domain%5D=" + StandInServer.ORGANIZATION_ID, "sub_domain%5D=acme"));
    query(
        kind,
        "the beginning of a sub-domain is enough",
        query -> query.replaceAll("sub_domain%5D=acm(&|$)", "sub_domain%5D=acme$1"));
    query(
        kind,
        "a sub-domain is a pattern",
        query -> query.replace("sub_domain%5D=acm%25", "sub_domain%5D=acme"));
    for (String name : List.of("plain_secret", "token_digest")) {
      token(kind, name + " in each item", token -> token.put(name, "1f3870be274f6c49"));
    }
    error(
        kind,
        "a backtrace in errors",
        body ->
            ((ObjectNode) body.get("error")).putArray("backtrace").add("app/models/token.rb:7"));
    items(
        kind,
        "the last of several pages is empty",
        (tokens, page, size) ->
            page > 1 && page * size >= tokens.size()
                ? List.of()
                : from(tokens, (page - 1) * size, size));
    token(
        kind,
        "an address beyond 255",
        token -> ((ArrayNode) token.get("authorized_ip_addresses")).add("999.1.2.3"));
    token(
        kind,
        "a network beyond 32 bits",
        token -> ((ArrayNode) token.get("authorized_ip_addresses")).add("10.0.0.0/99"));
    answer(
        kind,
        "total as a number with a fraction",
        (asked, answer) ->
            answer.isPage() && answer.bytes() == null
                ? answer.text(
                    answer.json().toString().replaceFirst("\"total\":([0-9]+)", "\"total\":$1.0"))
                : answer);
    answer(
        kind,
        "gzip though the request does not accept it",
        (asked, answer) ->
            "identity".equals(asked.headers().get("Accept-Encoding"))
                ? answer.header("Content-Encoding", "gzip")
                : answer);
    add(
        kind,
        "X-RateLimit-Remaining counts up from 1",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return answer.header(
                  "X-RateLimit-Remaining", String.valueOf(1 + count.getAndIncrement() / 2));
            }
          };
        });
    add(
        kind,
        "X-RateLimit-Permitted changes",
        () -> {
          AtomicInteger count = new AtomicInteger();
          return new Variant() {
            @Override
            Answer answer(Asked asked, Answer answer) {
              return answer.header(
                  "X-RateLimit-Permitted", String.valueOf(1000 + count.getAndIncrement() % 7));
            }
          };
        });
    sometimes(
        kind,
        "HTTP 302 now and then",
        9,
        answer -> answer.status(302).header("Location", "/login").header("ETag", null));
  }

  private void authorizationWhere(String kind, String name, Predicate<Asked> condition) {
    add(
        kind,
        name,
        () ->
            new Variant() {
              @Override
              Asked ask(Asked asked) {
                if (!condition.test(asked)) {
                  return asked;
                }
                Headers.Builder headers = asked.headers().newBuilder().removeAll("Authorization");
                headers.add("Authorization", "Bearer " + StandInServer.KEY);
                return new Asked(asked.method(), asked.path(), asked.query(), headers.build());
              }
            });
  }
}
