package io.katapult.contract.rules;

import static java.lang.Boolean.FALSE;
import static java.lang.Boolean.TRUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.katapult.mock.PrismExtension;
import io.katapult.mock.PrismMock;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Validates values of {@code x-parameter-rules} with {@code spec/parameter-rules/schema.json}. */
@ExtendWith(PrismExtension.class)
class RuleSchemaTest {
  private static final String AJV =
      """
      import { readFileSync } from 'node:fs';
      import Ajv from 'ajv';
      const [schema, ...values] = JSON.parse(readFileSync(process.argv[1]));
      const validate = new Ajv().compile(schema);
      console.log(JSON.stringify(values.map((value) => validate(value))));
      """;

  @TempDir private Path folder;

  @Test
  void acceptsTheRulesOfTheVectors(PrismMock installed) throws Exception {
    List<Object> rules = RuleVector.all().stream().map(vector -> vector.content().get("rules")).toList();

    assertThat(areValid(rules)).hasSameSizeAs(rules).allMatch(TRUE::equals);
  }

  @Test
  void rejectsWrongRules(PrismMock installed) throws Exception {
    List<Object> wrong = new ArrayList<>();
    for (String json :
        List.of(
            "{'onlyOne': [['a', 'b']]}",
            "{'rows': [['a']]}",
            "{'rows': [['a', 'a']]}",
            "{'rows': ['a', 'b']}",
            "{'rows': [['a', 1]]}",
            "{'rows': [['a', '']]}",
            "{'mutuallyExclusive': 'a'}",
            "{'mutuallyExclusive': {'a': 'b'}}",
            "['mutuallyExclusive']")) {
      wrong.add(Vectors.json(json.replace('\'', '"')));
    }

    assertThat(areValid(wrong)).hasSameSizeAs(wrong).allMatch(FALSE::equals);
  }

  private List<?> areValid(List<Object> values) throws IOException, InterruptedException {
    List<Object> input = new ArrayList<>();
    input.add(RuleVector.resource("schema.json"));
    input.addAll(values);
    Path file = Files.writeString(folder.resolve("input.json"), Vectors.pretty(input));
    Process node =
        new ProcessBuilder("node", "--input-type=module", "--eval", AJV, file.toString())
            .directory(Path.of(System.getProperty("katapult.prism.directory")).toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(output).isZero();
    return (List<?>) Vectors.json(output);
  }
}
