package io.katapult.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import io.katapult.specreader.Spec;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Validates an exchange against the spec: parameters, {@code x-parameter-rules}, headers, bodies and
 * {@code x-error-codes}. What the spec leaves open is no difference: other properties, scopes, error codes and response
 * headers.
 *
 * <p>Thread-safe.
 */
public final class SpecValidator {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String basePath;
  private final SpecSchemas schemas = new SpecSchemas();
  private final Map<String, JsonSchema> cache = new HashMap<>();

  /**
   * A difference between an exchange and the spec.
   *
   * @param place the parameter, the header, the JSON pointer or what else the difference is about; a JSON pointer has
   *     {@code *} for the indexes of arrays
   * @param problem what is wrong, a phrase that follows the place, such as "is missing"
   * @param contract the part of the spec that says otherwise, as a JSON pointer
   */
  public record Difference(String place, String problem, String contract) {
    @Override
    public String toString() {
      return place + ": " + problem;
    }
  }

  /** Validates exchanges with a server whose base URL has the path of the server in the spec. */
  public SpecValidator() {
    this(Spec.basePath());
  }

  /**
   * Validates exchanges with a server.
   *
   * @param basePath the path of its base URL, without a slash at the end
   */
  public SpecValidator(String basePath) {
    this.basePath = basePath;
  }

  /**
   * Validates the request.
   *
   * @param exchange the exchange
   * @return all differences from the spec
   */
  public List<Difference> ofRequest(Exchange exchange) {
    Optional<Spec.Operation> found = operation(exchange);
    if (found.isEmpty()) {
      return List.of(
          new Difference(
              "path",
              exchange.method()
                  + " "
                  + exchange.target().replaceFirst("\\?.*", "")
                  + " is not in the spec",
              "/paths"));
    }
    Spec.Operation operation = found.get();
    List<Difference> differences = new ArrayList<>();
    if (exchange.requestHeader("Authorization").stream()
        .noneMatch(value -> value.matches("(?i)bearer +\\S+"))) {
      differences.add(new Difference("Authorization", "is not a bearer token", "/security"));
    }
    Map<String, Map<String, Object>> parameters = new LinkedHashMap<>();
    operation
        .parameters()
        .forEach(parameter -> parameters.put((String) parameter.get("name"), parameter));
    List<String> sent = new ArrayList<>();
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String pair :
        exchange.query().isEmpty() ? new String[0] : exchange.query().split("&", -1)) {
      String[] parameter = pair.split("=", 2);
      try {
        String name = URLDecoder.decode(parameter[0], StandardCharsets.UTF_8);
        String value =
            parameter.length == 1 ? "" : URLDecoder.decode(parameter[1], StandardCharsets.UTF_8);
        if (parameters.containsKey(name)) {
          sent.add(name);
          values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
        } else {
          differences.add(
              new Difference(
                  name, "is not a parameter in the spec", contract(operation) + "/parameters"));
        }
      } catch (IllegalArgumentException e) {
        differences.add(
            new Difference("query", "is not percent-encoded in " + pair, contract(operation)));
      }
    }
    addBrokenRules(operation, sent, differences);
    values.forEach(
        (name, texts) ->
            addParameter(
                operation, name, Objects.requireNonNull(parameters.get(name)), texts, differences));
    return differences;
  }

  private void addParameter(
      Spec.Operation operation,
      String name,
      Map<String, Object> parameter,
      List<String> texts,
      List<Difference> differences) {
    Map<String, Object> type = Spec.resolved(parameter.get("schema"));
    JsonNode value;
    if ("array".equals(type.get("type"))) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      texts.forEach(text -> array.add(plain(text, Spec.resolved(type.get("items")))));
      value = array;
    } else if (texts.size() > 1) {
      differences.add(
          new Difference(name, "is sent more than once", contract(operation) + "/parameters"));
      return;
    } else {
      value = plain(texts.get(0), type);
    }
    JsonSchema schema = schema("parameter " + operation.id() + " " + name, parameter.get("schema"));
    SpecSchemas.problems(schema, value, contract(operation) + "/parameters")
        .forEach(
            problem ->
                differences.add(new Difference(name, problem.problem(), problem.contract())));
  }

  private static void addBrokenRules(
      Spec.Operation operation, List<String> sent, List<Difference> differences) {
    Map<String, List<List<String>>> rules = operation.rules();
    String contract = contract(operation) + "/x-parameter-rules";
    for (List<String> exclusive : rules.getOrDefault("mutuallyExclusive", List.of())) {
      if (exclusive.stream().filter(sent::contains).count() > 1) {
        differences.add(
            new Difference(String.join(", ", exclusive), "are mutually exclusive", contract));
      }
    }
    for (List<String> columns : rules.getOrDefault("rows", List.of())) {
      List<String> cells = sent.stream().filter(columns::contains).toList();
      boolean inRows = cells.size() % columns.size() == 0;
      for (int i = 0; i < cells.size(); i++) {
        inRows &= cells.get(i).equals(columns.get(i % columns.size()));
      }
      if (!inRows) {
        differences.add(
            new Difference(
                String.join(", ", columns), "are not sent row by row, as many of each", contract));
      }
    }
  }

  /**
   * Validates the response. A response at a path that is not in the spec is validated as one of the first operation,
   * because errors are the same for all of them.
   *
   * @param exchange the exchange
   * @return all differences from the spec
   */
  public List<Difference> ofResponse(Exchange exchange) {
    if (exchange.status() == 304 && !exchange.requestHeader("If-None-Match").isEmpty()) {
      // HTTP allows this response, though no operation documents it.
      return exchange.body().isEmpty()
          ? List.of()
          : List.of(new Difference("the body", "comes with status 304", ""));
    }
    Spec.Operation operation =
        operation(exchange).orElseGet(() -> Spec.operations().findFirst().orElseThrow());
    String status = Integer.toString(exchange.status());
    Map<String, Object> response = operation.responses().get(status);
    if (response == null) {
      return List.of(
          new Difference(
              "status " + status, "is not documented", contract(operation) + "/responses"));
    }
    List<Difference> differences = new ArrayList<>();
    operation
        .headers(exchange.status())
        .forEach((name, header) -> addHeader(exchange, name, header, differences));
    String contract = contract(operation) + "/responses/" + status + "/content/application~1json";
    String contentType = String.join(", ", exchange.responseHeader("Content-Type"));
    if (!contentType.matches("(?i)application/json\\s*(;.*)?")) {
      String problem =
          contentType.isEmpty()
              ? "is missing"
              : "is " + contentType + " instead of application/json";
      differences.add(new Difference("Content-Type", problem, contract));
    } else if (contentType.matches("(?i).*charset=(?!\"?utf-8).*")) {
      differences.add(
          new Difference("Content-Type", "is " + contentType + ", but JSON is UTF-8", contract));
    }
    try {
      JsonNode body = json(exchange.body());
      addWrongUseOfACode(exchange.status(), body.at("/error"), differences);
      if (exchange.status() < 300 && body.at("/error/code").isTextual()) {
        // One mistake, not one for each property of a page.
        return differences;
      }
      JsonSchema schema =
          schema("response " + operation.id() + " " + status, Spec.json(response).get("schema"));
      SpecSchemas.problems(schema, body, contract + "/schema")
          .forEach(
              problem ->
                  differences.add(
                      new Difference(
                          problem.place().isEmpty() ? "the body" : problem.place(),
                          problem.problem(),
                          problem.contract())));
    } catch (JsonProcessingException e) {
      // Without its message, which quotes the body.
      String kind =
          e.getOriginalMessage().startsWith("Duplicate") ? "repeats a name" : "is not JSON";
      String problem = exchange.body().isEmpty() ? "is empty" : kind + ", at line " + line(e);
      differences.add(new Difference("the body", problem, contract));
    }
    return differences;
  }

  /** Reads JSON, and rejects names that an object repeats, and trailing data. */
  static JsonNode json(String text) throws JsonProcessingException {
    JsonNode json = JSON.readTree(text);
    if (json.isMissingNode()) {
      return JSON.readTree("{"); // Throws.
    }
    return json;
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private void addHeader(
      Exchange exchange, String name, Object object, List<Difference> differences) {
    Map<String, Object> header = Spec.resolved(object);
    String contract = "/components/headers/" + name;
    List<String> values = exchange.responseHeader(name);
    String place = "the header " + name;
    if (values.isEmpty()) {
      if (Boolean.TRUE.equals(header.get("required"))) {
        differences.add(new Difference(place, "is missing", contract));
      }
    } else if (values.size() > 1) {
      differences.add(new Difference(place, "is sent more than once", contract));
    } else {
      JsonNode value = plain(values.get(0), Spec.resolved(header.get("schema")));
      SpecSchemas.problems(
              schema("header " + name, header.get("schema")), value, contract + "/schema")
          .forEach(problem -> differences.add(new Difference(place, problem.problem(), contract)));
    }
  }

  private static void addWrongUseOfACode(int status, JsonNode error, List<Difference> differences) {
    String contract = Checks.CODES;
    Spec.errorCodes()
        .filter(
            documented -> Objects.equals(documented.get("code"), error.path("code").textValue()))
        .forEach(
            documented -> {
              String code = "the error code " + documented.get("code");
              if (!Objects.equals(documented.get("status"), status)) {
                String problem =
                    "comes with status " + status + " instead of " + documented.get("status");
                differences.add(new Difference(code, problem, contract));
              }
              if (!error.path("detail").isObject()) {
                return;
              }
              for (Object property : (List<?>) Objects.requireNonNull(documented.get("detail"))) {
                if (!error.path("detail").has((String) property)) {
                  differences.add(
                      new Difference(
                          "/error/detail/" + property, "is missing with " + code, contract));
                }
              }
            });
  }

  /** Text as a value of its type, or as text if it is none. */
  private static JsonNode plain(String text, Map<String, Object> schema) {
    return "integer".equals(schema.get("type")) && text.matches("-?[0-9]{1,30}")
        ? BigIntegerNode.valueOf(new BigInteger(text))
        : TextNode.valueOf(text);
  }

  private synchronized JsonSchema schema(String name, @Nullable Object schema) {
    return cache.computeIfAbsent(name, any -> schemas.schema(Objects.requireNonNull(schema)));
  }

  private Optional<Spec.Operation> operation(Exchange exchange) {
    return Spec.operationAt(basePath, exchange.method(), exchange.target());
  }

  static String contract(Spec.Operation operation) {
    return "/paths/"
        + operation.path().replace("~", "~0").replace("/", "~1")
        + "/"
        + operation.method().toLowerCase(Locale.ROOT);
  }
}
