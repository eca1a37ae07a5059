package io.katapult.generator;

import io.katapult.generator.FriendlyOperation.Choice;
import io.katapult.generator.FriendlyOperation.Field;
import io.katapult.generator.FriendlyOperation.Member;
import io.katapult.generator.FriendlyOperation.Paging;
import io.katapult.generator.FriendlyOperation.Parameter;
import io.katapult.generator.FriendlyOperation.Rows;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openapitools.codegen.CodegenOperation;
import org.openapitools.codegen.CodegenParameter;
import org.openapitools.codegen.CodegenResponse;
import org.openapitools.codegen.SupportingFile;
import org.openapitools.codegen.model.ModelMap;
import org.openapitools.codegen.model.OperationsMap;
import org.openapitools.codegen.utils.ModelUtils;

/**
 * Generates the public API of the extensions: a class for each tag with a method for each operation, and a request
 * class for each operation. The models come from {@code generated-client}.
 */
public final class ExtensionsCodegen extends KatapultCodegen {
  private static final String RULES = "x-parameter-rules";
  private static final Map<Integer, String> STATUS_NAMES =
      Map.ofEntries(
          Map.entry(400, "BadRequest"),
          Map.entry(401, "Unauthorized"),
          Map.entry(402, "PaymentRequired"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "NotFound"),
          Map.entry(405, "MethodNotAllowed"),
          Map.entry(406, "NotAcceptable"),
          Map.entry(409, "Conflict"),
          Map.entry(410, "Gone"),
          Map.entry(412, "PreconditionFailed"),
          Map.entry(413, "ContentTooLarge"),
          Map.entry(415, "UnsupportedMediaType"),
          Map.entry(422, "UnprocessableContent"),
          Map.entry(429, "TooManyRequests"),
          Map.entry(500, "InternalServerError"),
          Map.entry(502, "BadGateway"),
          Map.entry(503, "ServiceUnavailable"),
          Map.entry(504, "GatewayTimeout"));

  /** The Java names by {@code operationId}. */
  private final Map<String, Names> names = new HashMap<>();

  private final Map<String, FriendlyOperation> operations = new HashMap<>();
  private final Map<String, Choice> choices = new TreeMap<>();
  private final Map<String, Map<String, String>> resources = new LinkedHashMap<>();
  private final Map<Integer, Map<String, Object>> statuses = new TreeMap<>();
  private Map<String, Map<String, String>> clientParameters = Map.of();

  private record Names(String method, String request) {}

  @Override
  public String getName() {
    return "katapult-extensions";
  }

  @Override
  public void processOpts() {
    super.processOpts();
    apiTemplateFiles.clear();
    apiTemplateFiles.put("operations.mustache", ".java");
    modelTemplateFiles.clear();
    supportingFiles.clear();
    for (String file : List.of("ApiResources", "ClientDefaults", "ApiErrorException")) {
      String template = file.substring(0, 1).toLowerCase(Locale.ROOT) + file.substring(1) + ".mustache";
      supportingFiles.add(new SupportingFile(template, apiFileFolder().replace(getOutputDir(), ""), file + ".java"));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public void preprocessOpenAPI(OpenAPI spec) {
    super.preprocessOpenAPI(spec);
    Object parameters = spec.getExtensions() == null ? null : spec.getExtensions().get("x-client-parameters");
    clientParameters = parameters == null ? Map.of() : (Map<String, Map<String, String>>) parameters;
    Map<String, Operation> byId = new LinkedHashMap<>();
    spec.getPaths()
        .values()
        .forEach(
            path -> path.readOperations().forEach(operation -> byId.put(operation.getOperationId(), operation)));
    nameOperations(byId);
  }

  /** Chooses the shortest unique names: {@code list} rather than {@code listOrganizationApiTokens}. */
  private void nameOperations(Map<String, Operation> byId) {
    Map<String, List<String>> methods = new LinkedHashMap<>();
    Map<String, List<String>> requests = new LinkedHashMap<>();
    byId.forEach(
        (id, operation) -> {
          List<String> words = withoutClientParameters(Words.of(id));
          List<String> tag = Words.of(tag(operation));
          List<String> method =
              words.stream().filter(word -> tag.stream().noneMatch(other -> Words.areAlike(word, other))).toList();
          methods.computeIfAbsent(tag(operation) + '#' + Words.camel(method), key -> new ArrayList<>()).add(id);
          requests.computeIfAbsent(Words.pascal(words), key -> new ArrayList<>()).add(id);
        });
    Map<String, String> methodOf = new HashMap<>();
    methods.forEach(
        (name, ids) -> {
          String method = name.substring(name.indexOf('#') + 1);
          ids.forEach(
              id -> methodOf.put(id, ids.size() == 1 && !method.isEmpty() ? method : Words.camel(Words.of(id))));
        });
    requests.forEach(
        (name, ids) ->
            ids.forEach(
                id -> {
                  String request = ids.size() == 1 ? name : Words.pascal(Words.of(id));
                  names.put(id, new Names(Objects.requireNonNull(methodOf.get(id)), request + "Request"));
                }));
  }

  private List<String> withoutClientParameters(List<String> words) {
    return words.stream()
        .filter(word -> clientParameters.keySet().stream().noneMatch(parameter -> Words.areAlike(word, parameter)))
        .toList();
  }

  private static String tag(Operation operation) {
    return operation.getTags() == null || operation.getTags().isEmpty() ? "default" : operation.getTags().get(0);
  }

  @Override
  public String toApiName(String name) {
    return name.startsWith("=") ? name.substring(1) : Words.pascal(Words.of(name));
  }

  /** Adds the operation to one group for each class to generate: the tag, the request, and each of its choices. */
  @Override
  public void addOperationToGroup(
      String tag,
      String resourcePath,
      Operation operation,
      CodegenOperation codegen,
      Map<String, List<CodegenOperation>> groups) {
    FriendlyOperation friendly = friendly(operation, codegen, tag(operation));
    operations.put(codegen.operationId, friendly);
    resources.put(
        friendly.resourceType,
        Map.of(
            "type", friendly.resourceType,
            "method", Words.camel(Words.of(friendly.resourceType)),
            "tag", tag(operation)));
    group(groups, "=" + friendly.resourceType, codegen);
    group(groups, "=" + friendly.requestType, codegen);
    for (Field field : friendly.fields) {
      if (field.choice != null && choices.putIfAbsent(field.choice.type, field.choice) == null) {
        group(groups, "=" + field.choice.type, codegen);
      }
    }
    for (CodegenResponse response : codegen.responses) {
      if (response.code.matches("[45][0-9]{2}")) {
        int status = Integer.parseInt(response.code);
        Map<String, Object> error = new HashMap<>();
        error.put("status", status);
        error.put("name", STATUS_NAMES.getOrDefault(status, "Status" + status));
        error.put("javadoc", Words.javadoc("Status " + status + ": " + lowerFirst(response.message), "  "));
        statuses.putIfAbsent(status, error);
      }
    }
  }

  private static String lowerFirst(String text) {
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static void group(Map<String, List<CodegenOperation>> groups, String name, CodegenOperation operation) {
    groups.computeIfAbsent(name, key -> new ArrayList<>()).add(operation);
  }

  private FriendlyOperation friendly(Operation operation, CodegenOperation codegen, String tag) {
    Names named = Objects.requireNonNull(names.get(operation.getOperationId()));
    FriendlyOperation friendly = new FriendlyOperation();
    friendly.operationId = operation.getOperationId();
    friendly.summary = operation.getSummary() == null ? operation.getOperationId() : operation.getSummary();
    friendly.javadoc =
        Words.javadoc(
            friendly.summary + ".\n\n" + (operation.getDescription() == null ? "" : operation.getDescription()), "  ");
    friendly.httpMethod = codegen.httpMethod.toUpperCase(Locale.ROOT);
    friendly.path = codegen.path.replaceFirst("^/", "");
    friendly.method = named.method();
    friendly.constant = Words.constant(Words.of(friendly.method));
    friendly.requestType = named.request();
    friendly.resourceType = Words.pascal(Words.of(tag));
    friendly.response = codegen.returnType == null ? "Void" : codegen.returnType;
    addFields(friendly, operation, codegen);
    friendly.paging = paging(friendly, operation);
    return friendly;
  }

  private void addFields(FriendlyOperation friendly, Operation operation, CodegenOperation codegen) {
    List<List<String>> exclusive = rule(operation, "mutuallyExclusive");
    List<List<String>> tables = rule(operation, "rows");
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    codegen.allParams.forEach(parameter -> parameters.put(parameter.baseName, parameter(parameter)));
    Set<List<String>> done = new HashSet<>();
    for (CodegenParameter codegenParameter : codegen.allParams) {
      String name = codegenParameter.baseName;
      List<String> group = find(exclusive, name);
      List<String> columns = find(tables, name);
      if (group != null) {
        if (done.add(group)) {
          friendly.fields.add(choice(group, parameters));
        }
      } else if (columns != null) {
        if (name.equals(columns.get(0))) {
          friendly.fields.add(rows(columns, parameters));
        }
      } else {
        friendly.fields.add(plain(codegenParameter, Objects.requireNonNull(parameters.get(name))));
      }
    }
    for (Field field : friendly.fields) {
      field.copy =
          friendly.fields.stream()
              .map(other -> other == field ? "changed" : other.field)
              .collect(Collectors.joining(", "));
    }
  }

  private static @Nullable List<String> find(List<List<String>> groups, String name) {
    return groups.stream().filter(group -> group.contains(name)).findFirst().orElse(null);
  }

  @SuppressWarnings("unchecked")
  private static List<List<String>> rule(Operation operation, String kind) {
    Object rules = operation.getExtensions() == null ? null : operation.getExtensions().get(RULES);
    Object ofKind = rules == null ? null : ((Map<String, Object>) rules).get(kind);
    return ofKind == null ? List.of() : (List<List<String>>) ofKind;
  }

  private Parameter parameter(CodegenParameter codegen) {
    Parameter parameter = new Parameter();
    parameter.name = codegen.paramName;
    parameter.baseName = codegen.baseName;
    parameter.encodedName = URLEncoder.encode(codegen.baseName, StandardCharsets.UTF_8).replace("+", "%20");
    parameter.constant = Words.constant(Words.of(codegen.baseName));
    parameter.type = primitive(codegen.dataType);
    parameter.description = description(codegen);
    parameter.isPath = codegen.isPathParam;
    parameter.isQuery = codegen.isQueryParam;
    parameter.isHeader = codegen.isHeaderParam;
    parameter.isBody = codegen.isBodyParam;
    parameter.minimum = codegen.minimum == null ? "null" : codegen.minimum + "L";
    parameter.maximum = codegen.maximum == null ? "null" : codegen.maximum + "L";
    parameter.minLength = codegen.minLength == null ? "null" : codegen.minLength.toString();
    return parameter;
  }

  private static String description(CodegenParameter codegen) {
    StringBuilder text = new StringBuilder("{@code " + codegen.baseName + "}");
    if (codegen.unescapedDescription != null) {
      text.append(": ").append(Words.html(codegen.unescapedDescription.strip()));
    }
    if (codegen.minimum != null) {
      text.append(" At least ").append(codegen.minimum).append('.');
    }
    if (codegen.maximum != null) {
      text.append(" At most ").append(codegen.maximum).append('.');
    }
    if (codegen.minLength != null) {
      text.append(" At least ").append(codegen.minLength).append(" characters.");
    }
    if (codegen.defaultValue != null) {
      text.append(" The default is ").append(codegen.defaultValue).append('.');
    }
    return text.toString();
  }

  private static Field plain(CodegenParameter codegen, Parameter parameter) {
    Field field = new Field();
    field.field = parameter.name;
    field.fieldType = codegen.required ? parameter.type : codegen.dataType;
    field.required = codegen.required;
    field.isPage = parameter.isQuery && parameter.baseName.equals("page") && codegen.isInteger;
    field.plain = parameter;
    return field;
  }

  private Field choice(List<String> group, Map<String, Parameter> parameters) {
    String prefix = prefix(group);
    Choice choice = new Choice();
    List<String> words = Words.of(prefix.isEmpty() ? String.join("_or_", group) : prefix);
    choice.type = Words.pascal(words);
    choice.isOfTheClient = clientParameters.containsKey(prefix);
    for (String name : group) {
      Member member = new Member();
      member.parameter = inGroup(parameters, name, prefix);
      member.type = upperFirst(member.parameter.name);
      member.last = name.equals(group.get(group.size() - 1));
      choice.members.add(member);
    }
    Field field = new Field();
    field.field = Words.camel(words);
    field.fieldType = choice.type;
    field.choice = choice;
    return field;
  }

  private Field rows(List<String> columns, Map<String, Parameter> parameters) {
    String prefix = prefix(columns);
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException(
          "Can't name the rows of " + columns + ": the column names have no common prefix before a bracket");
    }
    List<String> words = new ArrayList<>(Words.of(prefix));
    words.add(Words.singular(words.remove(words.size() - 1)));
    Rows rows = new Rows();
    rows.method = Words.camel(words);
    rows.type = Words.pascal(words);
    for (String name : columns) {
      Parameter column = inGroup(parameters, name, prefix);
      column.type = column.type.replaceFirst("^List<(.*)>$", "$1");
      column.last = name.equals(columns.get(columns.size() - 1));
      rows.columns.add(column);
    }
    Field field = new Field();
    field.field = Words.camel(Words.of(prefix));
    field.fieldType = "Rows<" + rows.type + ">";
    field.rows = rows;
    return field;
  }

  /** The parameter, renamed to its name within the group: {@code subDomain} for {@code organization[sub_domain]}. */
  private Parameter inGroup(Map<String, Parameter> parameters, String name, String prefix) {
    Parameter parameter = Objects.requireNonNull(parameters.get(name), name);
    String own = prefix.isEmpty() ? name : name.substring(prefix.length());
    parameter.name = toVarName(Words.camel(Words.of(own)));
    return parameter;
  }

  /** The common text before the first bracket; empty if the names differ in it. */
  private static String prefix(Collection<String> names) {
    List<String> prefixes =
        names.stream().map(name -> name.contains("[") ? name.substring(0, name.indexOf('[')) : "").distinct().toList();
    return prefixes.size() == 1 ? prefixes.get(0) : "";
  }

  private static String upperFirst(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  @Override
  public OperationsMap postProcessOperationsWithModels(OperationsMap objects, List<ModelMap> models) {
    OperationsMap processed = super.postProcessOperationsWithModels(objects, models);
    String type = processed.getOperations().getClassname();
    List<FriendlyOperation> here = new ArrayList<>();
    for (CodegenOperation codegen : processed.getOperations().getOperation()) {
      here.add(Objects.requireNonNull(operations.get(codegen.operationId)));
    }
    processed.put("type", type);
    if (choices.containsKey(type)) {
      processed.put("choice", choices.get(type));
    } else if (resources.containsKey(type)) {
      processed.put("resource", here);
      processed.put("tag", Objects.requireNonNull(resources.get(type)).get("tag"));
    } else {
      processed.put("request", here.get(0));
    }
    return processed;
  }

  /** A list operation has a page parameter, and its response has {@code pagination} and one array. */
  @SuppressWarnings("rawtypes") // The library declares raw types.
  private @Nullable Paging paging(FriendlyOperation friendly, Operation operation) {
    ApiResponse ok = operation.getResponses().get("200");
    Schema<?> schema = ok == null ? null : ModelUtils.getSchemaFromResponse(openAPI, ok);
    Map<String, Schema> properties = schema == null ? null : resolved(schema).getProperties();
    if (properties == null
        || properties.size() != 2
        || !properties.containsKey("pagination")
        || friendly.fields.stream().noneMatch(field -> field.isPage)) {
      return null;
    }
    String items = properties.keySet().stream().filter(name -> !name.equals("pagination")).findFirst().orElseThrow();
    Schema<?> item = Objects.requireNonNull(properties.get(items)).getItems();
    if (item == null) {
      return null;
    }
    Schema<?> resolvedItem = resolved(item);
    Paging paging = new Paging();
    List<String> words = Words.of(friendly.method);
    List<String> nouns = words.subList(isVerb(words.get(0)) ? 1 : 0, words.size());
    paging.method = Words.camel(Words.of("all " + String.join(" ", nouns)));
    paging.items = toVarName(items);
    paging.item = getTypeDeclaration(item);
    boolean hasId =
        resolvedItem.getProperties() != null
            && resolvedItem.getProperties().containsKey("id")
            && resolvedItem.getRequired() != null
            && resolvedItem.getRequired().contains("id");
    paging.id = hasId ? toVarName("id") : null;
    return paging;
  }

  private Schema<?> resolved(Schema<?> schema) {
    return ModelUtils.getReferencedSchema(openAPI, schema);
  }

  private static boolean isVerb(String word) {
    return word.equals("list") || word.equals("get");
  }

  @Override
  public Map<String, Object> postProcessSupportingFileData(Map<String, Object> objects) {
    Map<String, Object> processed = super.postProcessSupportingFileData(objects);
    processed.put("resources", List.copyOf(resources.values()));
    processed.put("statuses", List.copyOf(statuses.values()));
    List<Map<String, Object>> defaults = new ArrayList<>();
    clientParameters.forEach(
        (prefix, settings) -> {
          Choice choice = choiceOf(prefix);
          Member member =
              choice.members.stream()
                  .filter(candidate -> candidate.parameter.baseName.equals(settings.get("parameter")))
                  .findFirst()
                  .orElseThrow();
          String copy =
              clientParameters.keySet().stream()
                  .map(other -> other.equals(prefix) ? camel(prefix) : "defaults.given" + choiceOf(other).type + "()")
                  .collect(Collectors.joining(", "));
          Map<String, Object> ofClient = new HashMap<>();
          ofClient.put("choice", choice);
          ofClient.put("member", member);
          ofClient.put("field", camel(prefix));
          ofClient.put("copy", copy);
          ofClient.put("environment", Objects.requireNonNull(settings.get("environment")));
          ofClient.put("last", defaults.size() == clientParameters.size() - 1);
          defaults.add(ofClient);
        });
    processed.put("defaults", defaults);
    return processed;
  }

  private Choice choiceOf(String prefix) {
    return Objects.requireNonNull(choices.get(Words.pascal(Words.of(prefix))), prefix);
  }

  private static String camel(String name) {
    return Words.camel(Words.of(name));
  }

  @Override
  public String getHelp() {
    return "Generates the public API of the extensions.";
  }
}
