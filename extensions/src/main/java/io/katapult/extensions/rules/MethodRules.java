package io.katapult.extensions.rules;

import io.katapult.client.ParameterRules;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

  /** The parameters of the rules: their names in a query, and in the spec. */
  private final Map<String, String> names = new HashMap<>();

  /** With names as in a query. */
  private final List<List<String>> mutuallyExclusive;

  private final List<List<String>> rows;

  MethodRules(Method method) {
    for (AnnotatedElement argument : method.getParameters()) {
      Query query = argument.getAnnotation(Query.class);
      Path path = argument.getAnnotation(Path.class);
      arguments.add(
          query != null ? parameter(query.value(), argument) : path != null ? parameter(path.value(), argument) : null);
    }
    var exclusive = Stream.of(method.getAnnotationsByType(ParameterRules.MutuallyExclusive.class));
    mutuallyExclusive = exclusive.map(rule -> inQuery(rule.value())).toList();
    var tables = Stream.of(method.getAnnotationsByType(ParameterRules.Rows.class));
    rows = tables.map(rule -> inQuery(rule.value())).toList();
  }

  private List<String> inQuery(String[] parameters) {
    HttpUrl.Builder url = new HttpUrl.Builder().scheme("https").host("localhost");
    Stream.of(parameters).forEach(parameter -> url.addQueryParameter(parameter, null));
    List<String> encoded = List.of(Objects.requireNonNull(url.build().encodedQuery()).split("&"));
    for (int i = 0; i < parameters.length; i++) {
      names.put(encoded.get(i), parameters[i]);
    }
    return encoded;
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
    Pairs pairs = Pairs.of(request.url(), names.keySet());
    for (List<String> exclusive : mutuallyExclusive) {
      List<String> given = exclusive.stream().filter(pairs.names::contains).map(names::get).toList();
      if (given.size() > 1) {
        throw new ParameterException(
            "mutuallyExclusive", given,
            String.join(" and ", given) + " exclude each other, but " + given.size() + " are given: give only one");
      }
    }
    Pairs ordered = pairs;
    for (List<String> columns : rows) {
      ordered = inRows(ordered, columns);
    }
    return ordered.equals(pairs) ? request : request.newBuilder().url(ordered.in(request.url())).build();
  }

  /** Returns the pairs with all rows at the place of the first column. */
  private Pairs inRows(Pairs pairs, List<String> columns) {
    int count = Collections.frequency(pairs.names, columns.get(0));
    if (columns.stream().anyMatch(column -> Collections.frequency(pairs.names, column) != count)) {
      StringJoiner sizes = new StringJoiner(", ", "", ": give all of them the same number of values");
      columns.forEach(column -> sizes.add(names.get(column) + " has " + Collections.frequency(pairs.names, column)));
      throw new ParameterException("rows", columns.stream().map(names::get).toList(), sizes.toString());
    }
    int first = pairs.names.indexOf(columns.get(0));
    Pairs ordered = Pairs.ofSize(pairs.names.size());
    for (int i = 0; i < pairs.names.size(); i++) {
      if (i == first) {
        addRows(ordered, pairs, columns, count);
      }
      if (!columns.contains(pairs.names.get(i))) {
        ordered.add(pairs.names.get(i), pairs.values.get(i));
      }
    }
    return ordered;
  }

  private static void addRows(Pairs ordered, Pairs pairs, List<String> columns, int count) {
    int[] next = new int[columns.size()];
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < next.length; column++) {
        String name = columns.get(column);
        int at = next[column];
        while (!pairs.names.get(at).equals(name)) {
          at++;
        }
        ordered.add(name, pairs.values.get(at));
        next[column] = at + 1;
      }
    }
  }

  /** The names and values of a query, both encoded. A value is null if there is no equals sign. */
  private record Pairs(List<String> names, List<@Nullable String> values) {
    static Pairs ofSize(int size) {
      return new Pairs(new ArrayList<>(size), new ArrayList<>(size));
    }

    /** Reads the text of the URL, because HttpUrl gives names and values only decoded. */
    static Pairs of(HttpUrl from, Set<String> known) {
      Pairs pairs = ofSize(from.querySize());
      String url = (from.fragment() == null ? from : from.newBuilder().fragment(null).build()).toString();
      int equals = 0;
      for (int start = url.indexOf('?') + 1, next; start > 0; start = next + 1) {
        next = url.indexOf('&', start);
        int end = next == -1 ? url.length() : next;
        equals = equals < start && equals != -1 ? url.indexOf('=', start) : equals;
        int nameEnd = equals == -1 ? end : Math.min(equals, end);
        String decoded = from.queryParameterValue(pairs.names.size());
        pairs.add(
            name(url, start, nameEnd, known), nameEnd == end ? null : value(url, nameEnd + 1, end, decoded));
      }
      return pairs;
    }

    /** Makes no copies of the names that are used over and over. */
    private static String name(String url, int start, int end, Set<String> known) {
      for (String name : known) {
        if (isAt(url, start, end, name)) {
          return name;
        }
      }
      return url.substring(start, end);
    }

    /** Makes no copy of a value that is the same when it is decoded. */
    private static String value(String url, int start, int end, @Nullable String decoded) {
      return decoded != null && isAt(url, start, end, decoded) ? decoded : url.substring(start, end);
    }

    private static boolean isAt(String url, int start, int end, String text) {
      return text.length() == end - start && url.startsWith(text, start);
    }

    void add(String name, @Nullable String value) {
      names.add(name);
      values.add(value);
    }

    /** Escapes equals signs in values, which not everybody does. */
    HttpUrl in(HttpUrl url) {
      HttpUrl.Builder builder = Objects.requireNonNull(url.newBuilder("?")).query(null);
      for (int i = 0; i < names.size(); i++) {
        builder.addEncodedQueryParameter(names.get(i), values.get(i));
      }
      return builder.build();
    }
  }
}
