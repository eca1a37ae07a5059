package io.katapult.languages;

import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The spec with two more lists, those of the growth proof. */
final class GrowthSpec {
  private static final Path SPEC = Path.of("..", "..", "spec", "openapi.yaml");
  private static final Path GROWTH = Path.of("..", "growth", "openapi.yaml");
  private static final List<String> LISTS = List.of("/organizations/organization/plants", "/colours");

  private GrowthSpec() {}

  static Path writeTo(Path directory) throws IOException {
    Map<String, Object> spec = load(SPEC);
    Map<String, Object> growth = load(GROWTH);
    for (String list : LISTS) {
      Vectors.map(spec.get("paths")).put(list, Map.of("get", get(growth, "paths", list, "get")));
    }
    List<Object> tags = new ArrayList<>((List<?>) spec.get("tags"));
    tags.addAll((List<?>) growth.get("tags"));
    spec.put("tags", tags);
    get(spec, "components", "schemas").putAll(get(growth, "components", "schemas"));
    Path file = directory.resolve("growth.yaml");
    Files.writeString(file, new Dump(DumpSettings.builder().build()).dumpToString(spec));
    return file;
  }

  /** The body of an example of a list. */
  static Map<String, Object> example(String path, String name) {
    try {
      Map<String, Object> response = get(load(GROWTH), "paths", path, "get", "responses", "200");
      return get(response, "content", "application/json", "examples", name, "value");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> get(Map<String, Object> map, String... keys) {
    Map<String, Object> value = map;
    for (String key : keys) {
      value = Vectors.map(value.get(key));
    }
    return value;
  }

  /** References to the spec become references within the document. */
  private static Map<String, Object> load(Path file) throws IOException {
    String text = Files.readString(file).replace("../../spec/openapi.yaml#", "#");
    return Vectors.map(new Load(LoadSettings.builder().build()).loadFromString(text));
  }
}
