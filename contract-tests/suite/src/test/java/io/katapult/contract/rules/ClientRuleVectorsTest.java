package io.katapult.contract.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.katapult.client.ParameterRules;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import retrofit2.Call;
import retrofit2.Retrofit;

/** Builds the request of each case of {@code spec/parameter-rules/vectors.json}, and sends none. */
class ClientRuleVectorsTest {
  private static final List<RuleVector> ALL = RuleVector.all();
  private static URLClassLoader loader;
  private static Object api;

  /** Writes the Retrofit interface of all cases, as the generator would. */
  @BeforeAll
  static void compile(@TempDir Path folder) throws Exception {
    String methods = IntStream.range(0, ALL.size()).mapToObj(i -> method(i, ALL.get(i))).collect(Collectors.joining());
    String source =
        "import " + ParameterRules.class.getName() + ".*;\n"
            + "import retrofit2.http.*;\n"
            + "public interface Cases {\n" + methods + "}\n";
    Path file = Files.writeString(folder.resolve("Cases.java"), source);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null, null, null,
                "-proc:none", "-classpath", System.getProperty("java.class.path"), "-d", folder.toString(),
                file.toString());
    assertThat(status).as(source).isZero();
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClientRuleVectorsTest.class.getClassLoader());
    api =
        new Retrofit.Builder()
            .baseUrl("http://127.0.0.1/")
            .callFactory(new ParameterRulesCallFactory(new OkHttpClient()))
            .build()
            .create(loader.loadClass("Cases"));
  }

  @AfterAll
  static void close() throws IOException {
    loader.close();
  }

  static Stream<Arguments> accepted() {
    return cases(false);
  }

  static Stream<Arguments> rejected() {
    return cases(true);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("accepted")
  void sendsThePairsInOrder(int index, RuleVector vector) throws Exception {
    String query = call(index, vector).request().url().encodedQuery();

    assertThat(query == null ? List.of() : decoded(query)).isEqualTo(vector.pairs());
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("rejected")
  void rejectsWhatBreaksARule(int index, RuleVector vector) throws Exception {
    Call<?> call = call(index, vector);

    ParameterException exception = catchThrowableOfType(ParameterException.class, call::request);

    assertThat(exception).as("the request must not be built").isNotNull();
    assertThat(exception.rule()).isEqualTo(vector.brokenRule());
    assertThat(exception.parameters()).isEqualTo(vector.brokenParameters());
  }

  private static Stream<Arguments> cases(boolean rejected) {
    return IntStream.range(0, ALL.size())
        .filter(i -> ALL.get(i).isRejected() == rejected)
        .mapToObj(i -> Arguments.of(i, ALL.get(i)));
  }

  private static Call<?> call(int index, RuleVector vector) throws Exception {
    Method method =
        Stream.of(loader.loadClass("Cases").getMethods())
            .filter(candidate -> candidate.getName().equals("case" + index))
            .findFirst()
            .orElseThrow();
    Object[] arguments =
        vector.parameters().stream().map(parameter -> vector.given().get((String) parameter.get("name"))).toArray();
    return (Call<?>) method.invoke(api, arguments);
  }

  private static List<RuleVector.Pair> decoded(String query) {
    List<RuleVector.Pair> pairs = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      pairs.add(
          new RuleVector.Pair(
              URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
              URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
    }
    return pairs;
  }

  private static String method(int index, RuleVector vector) {
    StringBuilder java = new StringBuilder();
    vector.rules("mutuallyExclusive").forEach(rule -> java.append(annotation("MutuallyExclusive", rule)));
    vector.rules("rows").forEach(rule -> java.append(annotation("Rows", rule)));
    return java.append("  @GET(\"cases\") retrofit2.Call<okhttp3.ResponseBody> case" + index + "(")
        .append(vector.parameters().stream().map(ClientRuleVectorsTest::parameter).collect(Collectors.joining(", ")))
        .append(");\n")
        .toString();
  }

  private static String annotation(String type, List<String> names) {
    return "  @" + type + "({\"" + String.join("\", \"", names) + "\"})\n";
  }

  private static String parameter(Map<String, Object> parameter) {
    Map<String, Object> schema = Vectors.map(parameter.get("schema"));
    boolean isArray = schema.get("type").equals("array");
    Map<String, Object> ofValue = isArray ? Vectors.map(schema.get("items")) : schema;
    String name = (String) parameter.get("name");
    StringBuilder java = new StringBuilder("@Query(\"" + name + "\") ");
    bound(java, "MinLength", ofValue.get("minLength"));
    bound(java, "Minimum", ofValue.get("minimum"));
    bound(java, "Maximum", ofValue.get("maximum"));
    String type = ofValue.get("type").equals("integer") ? "Integer" : "String";
    return java.append(isArray ? "java.util.List<" + type + ">" : type)
        .append(" ")
        .append(name.replaceAll("\\W", "_"))
        .toString();
  }

  private static void bound(StringBuilder java, String type, Object value) {
    if (value != null) {
      java.append("@" + type + "(" + value + ") ");
    }
  }
}
