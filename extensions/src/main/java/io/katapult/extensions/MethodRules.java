package io.katapult.extensions;

import io.katapult.client.ParameterRules;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** The rules of one method of a generated interface, read once from its annotations. */
record MethodRules(List<Argument> arguments, List<List<Name>> mutuallyExclusive, List<Table> tables) {
  /** A parameter of the spec, and at which index of the method's it stands. */
  record Argument(int index, Parameter parameter) {}

  static MethodRules of(Method method) {
    List<Argument> arguments = new ArrayList<>();
    AnnotatedElement[] declared = method.getParameters();
    for (int i = 0; i < declared.length; i++) {
      Query query = declared[i].getAnnotation(Query.class);
      Path path = declared[i].getAnnotation(Path.class);
      if (query != null || path != null) {
        arguments.add(new Argument(i, parameter(query == null ? path.value() : query.value(), declared[i])));
      }
    }
    return new MethodRules(
        arguments,
        Arrays.stream(method.getAnnotationsByType(ParameterRules.MutuallyExclusive.class))
            .map(rule -> Name.all(rule.value()))
            .toList(),
        Arrays.stream(method.getAnnotationsByType(ParameterRules.Rows.class))
            .map(rule -> new Table(Name.all(rule.value())))
            .toList());
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

  /** Looks at the arguments themselves: Retrofit drops the null elements of a list without a word. */
  void checkValues(List<?> values) {
    for (Argument argument : arguments) {
      Object value = values.get(argument.index);
      if (value != null) {
        argument.parameter.check(value);
      }
    }
  }

  /** Looks at the query, since that is what will be sent. */
  Request checkAndOrder(Request request) {
    String query = request.url().encodedQuery();
    if (query == null) {
      return request;
    }
    for (List<Name> names : mutuallyExclusive) {
      List<String> given = names.stream().filter(name -> name.isIn(query)).map(Name::plain).toList();
      if (given.size() > 1) {
        throw new ParameterException(
            "mutuallyExclusive",
            given,
            String.join(" and ", given) + " exclude each other, but " + given.size() + " are given: give only one");
      }
    }
    String ordered = query;
    for (Table table : tables) {
      ordered = table.inRows(ordered);
    }
    if (ordered.equals(query)) {
      return request;
    }
    // A builder made of the URL would take the old query apart first.
    String url = request.url().toString();
    return request.newBuilder().url(url.substring(0, url.indexOf('?') + 1) + ordered).build();
  }

  /** The name of a parameter, and how a pair of it begins in a query that Retrofit has built. */
  record Name(String plain, String encoded) {
    static List<Name> all(String[] names) {
      return Arrays.stream(names).map(Name::of).toList();
    }

    private static Name of(String name) {
      HttpUrl url = new HttpUrl.Builder().scheme("https").host("localhost").addQueryParameter(name, "").build();
      return new Name(name, Objects.requireNonNull(url.encodedQuery()));
    }

    boolean beginsAt(int index, String query) {
      return query.startsWith(encoded, index);
    }

    boolean isIn(String query) {
      return beginsAt(0, query) || query.contains("&" + encoded);
    }
  }

  /** Parameters that are the columns of one table. */
  record Table(List<Name> columns) {
    /** The query with all rows where the first cell stands. */
    String inRows(String query) {
      List<List<Integer>> cells = new ArrayList<>();
      columns.forEach(column -> cells.add(new ArrayList<>()));
      for (int begin = 0; begin <= query.length(); begin = endOf(begin, query) + 1) {
        int column = columnAt(begin, query);
        if (column >= 0) {
          cells.get(column).add(begin);
        }
      }
      int count = cells.get(0).size();
      if (cells.stream().anyMatch(column -> column.size() != count)) {
        List<String> names = columns.stream().map(Name::plain).toList();
        String sizes =
            IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i) + " has " + cells.get(i).size())
                .collect(Collectors.joining(", "));
        throw new ParameterException("rows", names, sizes + ": give all of them the same number of values");
      }
      StringBuilder ordered = new StringBuilder(query.length() + 1);
      boolean rowsAreIn = false;
      for (int begin = 0; begin <= query.length(); begin = endOf(begin, query) + 1) {
        if (columnAt(begin, query) < 0) {
          append(ordered, begin, query);
        } else if (!rowsAreIn) {
          for (int row = 0; row < count; row++) {
            for (List<Integer> column : cells) {
              append(ordered, column.get(row), query);
            }
          }
          rowsAreIn = true;
        }
      }
      return ordered.substring(0, ordered.length() - 1);
    }

    private int columnAt(int begin, String query) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).beginsAt(begin, query)) {
          return i;
        }
      }
      return -1;
    }

    private static void append(StringBuilder pairs, int begin, String query) {
      pairs.append(query, begin, endOf(begin, query)).append('&');
    }

    private static int endOf(int begin, String query) {
      int end = query.indexOf('&', begin);
      return end < 0 ? query.length() : end;
    }
  }
}
