package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RackQueryTest {
  private static final int RANDOM_QUERIES = 20_000;
  private static final List<String> PARTS =
      List.of(
          "a",
          "b",
          "page",
          "[",
          "]",
          "[]",
          "[k]",
          "[v]",
          "[0]",
          "%5B",
          "%5D",
          "%5b",
          "%5d",
          "%25",
          "%2B",
          "+",
          "%20",
          "=",
          "=",
          "&",
          "&",
          ";",
          "%26",
          "%3D",
          "%3B",
          "1",
          "é",
          "%C3%A9",
          "[][k]=1",
          "&a[][k]=",
          "&a[][v]=",
          "[b][c]");

  static Stream<Vectors.Case> parsed() throws IOException {
    return Vectors.requests().filter(vector -> vector.get("parsed") != null);
  }

  @ParameterizedTest
  @MethodSource("parsed")
  void parsesTheQueriesOfTheVectors(Vectors.Case vector) {
    assertThat(RackQuery.parse(String.valueOf(vector.get("query"))))
        .isEqualTo(vector.get("parsed"));
  }

  /** The expected values are the output of Rack 2.2, as JSON. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a[][k]=1&a[][v]=2&a[][k]=3&a[][v]=4|{'a':[{'k':'1','v':'2'},{'k':'3','v':'4'}]}",
        "a[][k]=1&a[][k]=2&a[][v]=3&a[][v]=4|{'a':[{'k':'1'},{'k':'2','v':'3'},{'v':'4'}]}",
        "a[][k]=1&a[][k]=2&a[][v]=3|{'a':[{'k':'1'},{'k':'2','v':'3'}]}",
        "a[][v]=1&a[][k]=2|{'a':[{'v':'1','k':'2'}]}",
        "a%5b%5d%5bk%5D=1|{'a':[{'k':'1'}]}",
        "a%255B%255D=1|{'a%5B%5D':'1'}",
        "a[0][k]=1|{'a':{'0':{'k':'1'}}}",
        "a[k]=|{'a':{'k':''}}",
        "a[]=1&a[]=2|{'a':['1','2']}",
        "a[][k][]=1&a[][k][]=2|{'a':[{'k':['1','2']}]}",
        "a[]=1&a[][k]=2&a[][l]=3|{'a':['1',{'k':'2','l':'3'}]}",
        "a[][k][l]=1&a[][k][m]=2&a[][k][l]=3|{'a':[{'k':{'l':'1','m':'2'}},{'k':{'l':'3'}}]}",
        "a=1&a=2&b=+%20%2B;c&d|{'a':'2','b':'  +','c':null,'d':null}",
        "a[][k]&a[][k]=1&a[][v]|{'a':[{'k':null},{'k':'1','v':null}]}",
        "=1&&a&a[b]=1|{'a':{'b':'1'}}",
      })
  void parsesLikeRack(String query, String json) throws IOException {
    assertThat(RackQuery.parse(query)).isEqualTo(Vectors.json(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource({"a=1&a[b]=2", "a[b]=1&a[]=2", "a[]=1&a[b]=2", "a=%zz"})
  void rejectsWhatRackRejects(String query) {
    assertThatIllegalArgumentException().isThrownBy(() -> RackQuery.parse(query));
  }

  /** Where Ruby and Rack are installed. */
  @Test
  void parsesRandomQueriesLikeRackItself() throws IOException {
    long seed = Long.getLong("rack.seed", new Random().nextLong());
    Random random = new Random(seed);
    try (Rack rack = Rack.startOrSkip()) {
      List<String> differences = new ArrayList<>();
      for (int i = 0; i < RANDOM_QUERIES && differences.size() < 10; i++) {
        StringBuilder query = new StringBuilder();
        for (int parts = random.nextInt(12); parts >= 0; parts--) {
          query.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        Object java = outcome(() -> RackQuery.parse(query.toString()));
        Object ruby = outcome(() -> rack.parse(query.toString()));
        if (!java.equals(ruby)) {
          differences.add(query + "\n  Java: " + java + "\n  Rack: " + ruby);
        }
      }
      assertThat(differences)
          .as("seed " + seed + "; run it again with -Drack.seed=" + seed)
          .isEmpty();
    }
  }

  /** All right servers, with Rack itself to read the queries. */
  @Test
  void aServerThatReadsByRackItselfIsRight() throws IOException {
    try (Rack rack = Rack.startOrSkip()) {
      StandInServer.Variant variant = new StandInServer.Variant();
      variant.parser = rack::parse;
      Report report = ServersTest.verify(variant);

      assertThat(report.findings()).isEmpty();
      assertThat(report.checks(Report.Outcome.NOT_TESTED)).isEmpty();
    }
  }

  private interface Parsing {
    Map<String, Object> run();
  }

  private static Object outcome(Parsing parsing) {
    try {
      return parsing.run();
    } catch (IllegalArgumentException e) {
      return "rejected";
    }
  }
}
