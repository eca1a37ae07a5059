package io.katapult.extensions.rules;

import io.katapult.client.ParameterRules;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** The rules of one method of a generated interface, read once from its annotations. */
final class MethodRules {
  /** The parameter of each argument of the method; null for an argument without rules, such as a body. */
  private final List<@Nullable Parameter> arguments = new ArrayList<>();

  private final List<List<Name>> mutuallyExclusive;
  private final List<List<Name>> rows;

  MethodRules(Method method) {
    for (AnnotatedElement argument : method.getParameters()) {
      Query query = argument.getAnnotation(Query.class);
      Path path = argument.getAnnotation(Path.class);
      arguments.add(
          query != null ? parameter(query.value(), argument) : path != null ? parameter(path.value(), argument) : null);
    }
    mutuallyExclusive =
        Stream.of(method.getAnnotationsByType(ParameterRules.MutuallyExclusive.class))
            .map(rule -> names(rule.value()))
            .toList();
    rows =
        Stream.of(method.getAnnotationsByType(ParameterRules.Rows.class)).map(rule -> names(rule.value())).toList();
  }

  private static Parameter parameter(String name, AnnotatedElement declared) {
    ParameterRules.Minimum minimum = declared.getAnnotation(ParameterRules.Minimum.class);
    ParameterRules.Maximum maximum = declared.getAnnotation(ParameterRules.Maximum.class);
    ParameterRules.MinLength minLength = declared.getAnnotation(ParameterRules.MinLength.class);
    return new Parameter(
        name,
        minimum == null ? null : minimum.value(),
        maximum == null ? null : maximum.value(),
        minLength == null ? null : minLength.value());
  }

  /** Checks the arguments themselves, since Retrofit silently drops null elements of a list. */
  void checkValues(List<?> values) {
    for (int i = 0; i < arguments.size(); i++) {
      Parameter parameter = arguments.get(i);
      Object value = values.get(i);
      if (parameter != null && value != null) {
        parameter.check(value);
      }
    }
  }

  /** Checks the query that will be sent, and puts it in rows. */
  Request checkAndOrder(Request request) {
    String query = request.url().encodedQuery();
    if (query == null) {
      return request;
    }
    List<String> pairs = Arrays.asList(query.split("&", -1));
    for (List<Name> names : mutuallyExclusive) {
      List<String> given =
          names.stream().filter(name -> pairs.stream().anyMatch(name::begins)).map(Name::plain).toList();
      if (given.size() > 1) {
        throw new ParameterException(
            "mutuallyExclusive",
            given,
            String.join(" and ", given) + " exclude each other, but " + given.size() + " are given: give only one");
      }
    }
    List<String> ordered = pairs;
    for (List<Name> columns : rows) {
      ordered = inRows(ordered, columns);
    }
    if (ordered.equals(pairs)) {
      return request;
    }
    // HttpUrl.newBuilder() would parse the old query first.
    String url = request.url().toString();
    return request.newBuilder().url(url.substring(0, url.indexOf('?') + 1) + String.join("&", ordered)).build();
  }

  /** Returns the pairs of a query with all rows at the place of the first column. */
  private static List<String> inRows(List<String> pairs, List<Name> columns) {
    List<List<String>> cells = new ArrayList<>();
    columns.forEach(column -> cells.add(new ArrayList<>()));
    List<String> ordered = new ArrayList<>(pairs.size());
    int first = -1;
    for (String pair : pairs) {
      int column = columnOf(pair, columns);
      if (column < 0) {
        ordered.add(pair);
      } else {
        first = first < 0 && column == 0 ? ordered.size() : first;
        cells.get(column).add(pair);
      }
    }
    int count = cells.get(0).size();
    if (cells.stream().anyMatch(column -> column.size() != count)) {
      List<String> names = columns.stream().map(Name::plain).toList();
      StringJoiner sizes = new StringJoiner(", ", "", ": give all of them the same number of values");
      for (int i = 0; i < names.size(); i++) {
        sizes.add(names.get(i) + " has " + cells.get(i).size());
      }
      throw new ParameterException("rows", names, sizes.toString());
    }
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      for (List<String> column : cells) {
        rows.add(column.get(row));
      }
    }
    ordered.addAll(Math.max(0, first), rows);
    return ordered;
  }

  private static int columnOf(String pair, List<Name> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).begins(pair)) {
        return i;
      }
    }
    return -1;
  }

  private static List<Name> names(String[] names) {
    return Stream.of(names).map(Name::of).toList();
  }

  /** The name of a parameter, and the beginning of its pairs in a query that Retrofit has built. */
  private record Name(String plain, String encoded) {
    static Name of(String name) {
      HttpUrl url = new HttpUrl.Builder().scheme("https").host("localhost").addQueryParameter(name, "").build();
      return new Name(name, Objects.requireNonNull(url.encodedQuery()));
    }

    boolean begins(String pair) {
      return pair.startsWith(encoded);
    }
  }
}
