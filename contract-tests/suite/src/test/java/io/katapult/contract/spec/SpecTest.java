package io.katapult.contract.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.specreader.Spec;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks of the spec that the linter does not do. */
class SpecTest {
  @Test
  void everyErrorCodeHasAnExampleUnderItsStatusWithItsDetail() {
    Stream<Map<String, Object>> codes = Spec.errorCodes();

    assertThat(codes)
        .isNotEmpty()
        .allSatisfy(
            code ->
                assertThat(errorExamples(code.get("code")))
                    .as("examples of %s", code.get("code"))
                    .isNotEmpty()
                    .allSatisfy(
                        example -> {
                          assertThat(example.status()).isEqualTo(code.get("status"));
                          assertThat(detail(example).keySet()).hasSameElementsAs(names(List.of(code.get("detail"))));
                        }));
  }

  @Test
  void everyErrorExampleHasADocumentedCode() {
    Set<Object> codes =
        Spec.errorCodes()
            .map(code -> code.get("code"))
            .collect(Collectors.toSet());

    assertThat(Spec.examples().filter(example -> !example.isSuccess()))
        .isNotEmpty()
        .allSatisfy(example -> assertThat(codes).contains(error(example).get("code")));
  }

  @Test
  void everyExampleIsUsed() {
    assertThat(Spec.examples().map(Spec.Example::name).distinct())
        .as("examples that a response of spec/openapi.yaml refers to: each under components/examples must be used, and"
            + " each that is used must be there, so that a test can ask the mock for it by name")
        .containsExactlyInAnyOrderElementsOf(Spec.at("components", "examples").keySet());
  }

  @Test
  void everyOperationHasARequestAndAResponseVector() throws IOException {
    List<Spec.Operation> operations = Spec.operations().toList();

    assertThat(Vectors.requests().map(Vectors.Case::operation).distinct())
        .as("operations with a case in spec/vectors/requests.json, which names it by \"operation\"")
        .containsExactlyInAnyOrderElementsOf(operations);
    assertThat(Vectors.responses().map(Vectors.Case::operation).distinct())
        .as("operations with a case in spec/vectors/responses.json, which names it by \"operation\"")
        .containsExactlyInAnyOrderElementsOf(operations);
  }

  @Test
  void pagesOfTheExamplesFitTogether() {
    List<Map<String, Object>> pages =
        Stream.of("first_page", "middle_page", "last_page")
            .map(name -> Vectors.map(Spec.at("components", "examples", name).get("value")))
            .toList();
    List<Object> ids =
        pages.stream().flatMap(page -> Spec.list(page.get("api_tokens"))).map(token -> token.get("id")).toList();

    assertThat(ids).doesNotHaveDuplicates();
    for (int i = 0; i < pages.size(); i++) {
      Map<String, Object> pagination = Vectors.map(pages.get(i).get("pagination"));
      assertThat(pagination)
          .containsEntry("current_page", i + 1)
          .containsEntry("total_pages", pages.size())
          .containsEntry("total", ids.size());
    }
  }

  private static List<String> names(Object listOfLists) {
    return ((List<?>) listOfLists)
        .stream().flatMap(list -> ((List<?>) list).stream()).map(String.class::cast).toList();
  }

  private static List<Spec.Example> errorExamples(Object code) {
    return Spec.examples()
        .filter(example -> !example.isSuccess())
        .filter(example -> code.equals(error(example).get("code")))
        .toList();
  }

  private static Map<String, Object> error(Spec.Example example) {
    return Vectors.map(Vectors.map(example.value()).get("error"));
  }

  private static Map<String, Object> detail(Spec.Example example) {
    return Vectors.map(error(example).get("detail"));
  }
}
