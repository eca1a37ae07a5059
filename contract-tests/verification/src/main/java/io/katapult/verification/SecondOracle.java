package io.katapult.verification;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.katapult.mock.Exchange;
import io.katapult.specreader.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Judges an exchange by the spec, without Prism: whether the request may be sent, and whether the response may come.
 * The judge of parameters, headers and bodies is swagger-request-validator. Where that is blind, this looks itself:
 *
 * <ul>
 *   <li>names and values of the query that are percent-encoded;
 *   <li>an unknown query parameter, at which it throws, because it takes names with brackets for regular expressions;
 *   <li>{@code x-parameter-rules} and {@code x-error-codes};
 *   <li>a missing or wrong token: it passes every request, for the sake of the alternative by OAuth2;
 *   <li>a response without {@code Content-Type}, a header sent twice, and the name of a header that does not fit;
 *   <li>JSON with a name twice in one object, or with text behind its end.
 * </ul>
 *
 * <p>What the spec leaves open is no difference: other properties, scopes, error codes and response headers.
 *
 * <p>Safe for use by many threads.
 */
public final class SecondOracle {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final OpenApiInteractionValidator VALIDATOR = validator();

  private final String basePath;

  /** An oracle for the server of the spec, and any other with the same path. */
  public SecondOracle() {
    this(Spec.basePath());
  }

  /** An oracle for a server whose operations are below this path, which ends without a slash. */
  public SecondOracle(String basePath) {
    this.basePath = basePath;
  }

  /** All that is different from the spec, each beginning with {@code request} or {@code response}. */
  public List<String> differences(Exchange exchange) {
    List<String> differences = new ArrayList<>(ofRequest(exchange));
    differences.addAll(ofResponse(exchange));
    return differences;
  }

  /** Each difference is {@code request}, the parameter or what else it is about, a colon, and what is wrong. */
  public List<String> ofRequest(Exchange exchange) {
    List<String> differences = new ArrayList<>();
    String[] target = exchange.target().split("\\?", 2);
    Optional<Spec.Operation> found = operation(exchange);
    if (found.isEmpty()) {
      return List.of("request path: " + exchange.method() + " " + target[0] + " is not in the spec");
    }
    Spec.Operation operation = found.get();
    if (Headers.values(exchange.requestHeaders(), "Authorization").stream()
        .noneMatch(value -> value.matches("(?i)bearer +\\S+"))) {
      differences.add("request Authorization: is not a bearer token");
    }
    SimpleRequest.Builder request = 
        new SimpleRequest.Builder(exchange.method(), target[0].substring(basePath.length()));
    exchange.requestHeaders().forEach((name, values) -> values.forEach(value -> request.withHeader(name, value)));
    List<Object> documented = operation.parameters().map(parameter -> parameter.get("name")).toList();
    List<String> sent = new ArrayList<>();
    for (String pair : target.length == 1 || target[1].isEmpty() ? new String[0] : target[1].split("&", -1)) {
      String[] parameter = pair.split("=", 2);
      try {
        String name = URLDecoder.decode(parameter[0], StandardCharsets.UTF_8);
        if (documented.contains(name)) {
          String value = parameter.length == 1 ? "" : URLDecoder.decode(parameter[1], StandardCharsets.UTF_8);
          request.withQueryParam(name, value);
          sent.add(name);
        } else {
          differences.add("request " + name + ": is not a parameter in the spec");
        }
      } catch (IllegalArgumentException e) {
        differences.add("request query: is not percent-encoded in " + pair);
      }
    }
    addBrokenRules(operation, sent, differences);
    for (ValidationReport.Message message : VALIDATOR.validateRequest(request.build()).getMessages()) {
      if (message.getKey().startsWith("validation.request.body")) {
        continue; // An exchange does not hold the body of its request.
      }
      String parameter =
          message.getContext().flatMap(ValidationReport.MessageContext::getParameter).map(p -> p.getName()).orElse("");
      differences.add("request " + parameter + ": " + message.getMessage());
    }
    return differences;
  }

  /** The operation that an exchange is about; empty if the spec has none there. */
  private Optional<Spec.Operation> operation(Exchange exchange) {
    return Spec.operationAt(basePath, exchange.method(), exchange.target());
  }

  private static void addBrokenRules(Spec.Operation operation, List<String> sent, List<String> differences) {
    Map<String, List<List<String>>> rules = operation.rules();
    for (List<String> exclusive : rules.getOrDefault("mutuallyExclusive", List.of())) {
      if (exclusive.stream().filter(sent::contains).count() > 1) {
        differences.add("request " + String.join(", ", exclusive) + ": are mutually exclusive");
      }
    }
    for (List<String> columns : rules.getOrDefault("rows", List.of())) {
      List<String> cells = sent.stream().filter(columns::contains).toList();
      boolean inRows = cells.size() % columns.size() == 0;
      for (int i = 0; i < cells.size(); i++) {
        inRows &= cells.get(i).equals(columns.get(i % columns.size()));
      }
      if (!inRows) {
        differences.add("request " + String.join(", ", columns) + ": are not sent row by row, as many of each");
      }
    }
  }

  /**
   * Each difference is {@code response}, the JSON pointer, the header or what else it is about, a colon, and what is
   * wrong. A response to a path that is not in the spec is judged as one to the first operation: errors are alike for
   * all of them.
   */
  public List<String> ofResponse(Exchange exchange) {
    if (exchange.status() == 304 && !Headers.values(exchange.requestHeaders(), "If-None-Match").isEmpty()) {
      // HTTP's own answer, which no operation documents.
      return exchange.body().isEmpty() ? List.of() : List.of("response body: comes with status 304");
    }
    Spec.Operation operation = operation(exchange).orElseGet(() -> Spec.operations().findFirst().orElseThrow());
    List<String> differences = new ArrayList<>();
    if (!exchange.body().isEmpty() && Headers.values(exchange.responseHeaders(), "Content-Type").isEmpty()) {
      differences.add("response Content-Type: is missing");
    }
    JsonNode body = null;
    try {
      body = JSON.readTree(exchange.body());
    } catch (JsonProcessingException e) {
      // Not its message: that quotes the body, which may hold anything.
      differences.add("response body: is not JSON, or has a name twice, at line " + e.getLocation().getLineNr());
    }
    for (ValidationReport.Message message : validate(operation, exchange, exchange.responseHeaders())) {
      String key = message.getKey();
      // What is not JSON at all has been found already.
      if (body != null || !key.endsWith(".invalidJson")) {
        String place = isHeaderSchema(message) ? misfits(operation, exchange) : place(message);
        differences.add("response " + place + ": " + message.getMessage());
      }
    }
    for (String name : operation.headers(exchange.status()).keySet()) {
      if (Headers.values(exchange.responseHeaders(), name).size() > 1) {
        differences.add("response " + name + ": is sent more than once");
      }
    }
    if (body != null) {
      addWrongUseOfACode(exchange.status(), body.at("/error"), differences);
    }
    return differences;
  }

  private static void addWrongUseOfACode(int status, JsonNode error, List<String> differences) {
    Spec.list(Spec.at("components", "schemas", "ApiError").get("x-error-codes"))
        .filter(documented -> documented.get("code").equals(error.path("code").textValue()))
        .forEach(
            documented -> {
              if (!Objects.equals(documented.get("status"), status)) {
                differences.add("response /error/code: comes under " + documented.get("status") + ", not " + status);
              }
              for (Object property : (List<?>) documented.get("detail")) {
                if (!error.path("detail").has((String) property)) {
                  differences.add("response /error/detail: has no " + property + ", which comes with this code");
                }
              }
            });
  }

  private static List<ValidationReport.Message> validate(
      Spec.Operation operation, Exchange exchange, Map<String, List<String>> headers) {
    SimpleResponse.Builder response = new SimpleResponse.Builder(exchange.status()).withBody(exchange.body());
    // Without a value it would take the value for empty.
    headers.forEach((name, values) -> values.forEach(value -> response.withHeader(name, value)));
    return VALIDATOR
        .validateResponse(operation.path(), Request.Method.valueOf(operation.method()), response.build())
        .getMessages();
  }

  private static boolean isHeaderSchema(ValidationReport.Message message) {
    return message.getKey().startsWith("validation.response.header.schema");
  }

  /** Which headers don't fit: the validator does not say, so each is tried alone. */
  private static String misfits(Spec.Operation operation, Exchange exchange) {
    return String.join(
        ", ",
        operation.headers(exchange.status()).keySet().stream()
            .filter(
                name -> {
                  List<String> values = Headers.values(exchange.responseHeaders(), name);
                  return !values.isEmpty()
                      && validate(operation, exchange, Map.of(name, values)).stream().anyMatch(SecondOracle::isHeaderSchema);
                })
            .toList());
  }

  private static String place(ValidationReport.Message message) {
    String key = message.getKey();
    if (key.startsWith("validation.response.body.schema")) {
      return message
          .getContext()
          .flatMap(ValidationReport.MessageContext::getPointers)
          .map(ValidationReport.MessageContext.Pointers::getInstance)
          .orElse("/");
    }
    return key.split("\\.", -1)[2];
  }

  private static OpenApiInteractionValidator validator() {
    try (InputStream in = SecondOracle.class.getClassLoader().getResourceAsStream("katapult-spec/openapi.yaml")) {
      return OpenApiInteractionValidator.createForInlineApiSpecification(
              new String(in.readAllBytes(), StandardCharsets.UTF_8))
          // Below no path: this class takes it off before.
          .withBasePathOverride("/")
          .withLevelResolver(
              LevelResolver.create()
                  .withLevel("validation.schema.additionalProperties", ValidationReport.Level.IGNORE)
                  .build())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
