package io.katapult.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.squareup.moshi.Moshi;
import io.katapult.client.api.ApiTokensApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A native image has only the proxies and annotations that the metadata names. */
class ReachabilityMetadataTest {
  private static final String METADATA =
      "/META-INF/native-image/io.katapult/katapult-generated-client/reachability-metadata.json";

  @Test
  void namesEachInterfaceAndItsProxy() throws Exception {
    List<Object> expected =
        interfaces().stream()
            .<Object>flatMap(
                name ->
                    Stream.of(
                        Map.of("type", Map.of("proxy", List.of(name))),
                        Map.of("type", name, "allDeclaredMethods", true)))
            .toList();

    assertThat(metadata().get("reflection")).asInstanceOf(LIST).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<String> interfaces() throws Exception {
    Class<?> one = ApiTokensApi.class;
    Path classes = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.list(classes.resolve(one.getPackageName().replace('.', '/')))) {
      return files
          .filter(file -> !file.endsWith("package-info.class"))
          .map(file -> one.getPackageName() + "." + file.getFileName().toString().replace(".class", ""))
          .toList();
    }
  }

  private static Map<?, ?> metadata() throws IOException {
    try (InputStream in = ApiTokensApi.class.getResourceAsStream(METADATA)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return (Map<?, ?>) new Moshi.Builder().build().adapter(Object.class).fromJson(json);
    }
  }
}
