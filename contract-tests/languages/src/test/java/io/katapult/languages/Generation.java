package io.katapult.languages;

import io.katapult.languages.Commands.FailedException;
import io.katapult.specreader.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openapitools.codegen.DefaultGenerator;
import org.openapitools.codegen.config.CodegenConfigurator;
import org.openapitools.codegen.config.GlobalSettings;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Generates the client of a language into the sub-folder {@code client} of a directory. */
final class Generation {
  static final String VERSION = System.getProperty("katapult.version").replace("-SNAPSHOT", "");
  private static final Path SPEC = Path.of("..", "..", "spec").toAbsolutePath().normalize();
  private static final Path GENERATORS = SPEC.resolve("generators");

  private Generation() {}

  static void generate(Language language, Variant variant, Path directory) throws IOException, FailedException {
    Path client = directory.resolve("client");
    switch (variant) {
      case KATAPULT -> withMaven(language, directory, client);
      case STOCK -> {
        Path stock = directory.resolve("stock.yaml");
        if (Files.notExists(stock)) {
          Map<String, Object> configuration =
              new LinkedHashMap<>(Language.yaml(GENERATORS.resolve(language.id() + ".yaml")));
          configuration.remove("files");
          Files.writeString(stock, new Dump(DumpSettings.builder().build()).dumpToString(configuration));
        }
        inProcess(language, stock, null, SPEC.resolve("openapi.yaml"), client);
      }
      case GROWTH -> {
        inProcess(
            language,
            GENERATORS.resolve(language.id() + ".yaml"),
            GENERATORS.resolve("templates").resolve(language.id()),
            GrowthSpec.writeTo(directory),
            client);
        Files.copy(SPEC.resolveSibling("LICENSE"), client.resolve("LICENSE"));
      }
    }
  }

  /** The command of the README. It must say what it has made. */
  private static void withMaven(Language language, Path directory, Path client) throws IOException, FailedException {
    List<String> command =
        List.of(
            System.getProperty("katapult.maven", "mvn"),
            "-q",
            "-B",
            "-ntp",
            "-f",
            GENERATORS.toString(),
            "-Dlanguage=" + language.id(),
            "-Doutput=" + client);
    Commands.Output output = new Commands(directory, Map.of()).output(command);
    if (output.code() != 0 || !output.text().contains(client.toString()) || !output.text().contains("Next: ")) {
      throw new FailedException(String.join(" ", command) + ":\n" + output.text());
    }
  }

  /** Much faster than Maven. One at a time, because the generator has global settings. */
  private static synchronized void inProcess(
      Language language, Path configuration, Path templates, Path spec, Path client) {
    GlobalSettings.reset();
    CodegenConfigurator configurator = CodegenConfigurator.fromFile(configuration.toString());
    configurator.setInputSpec(spec.toString());
    configurator.setOutputDir(client.toString());
    configurator.addGlobalProperty("quiet", "true");
    if (templates != null) {
      configurator.setTemplateDir(templates.toString());
      List.of("packageVersion", "artifactVersion", "gemVersion", "npmVersion", "clientVersion")
          .forEach(version -> configurator.addAdditionalProperty(version, VERSION));
      configurator.addAdditionalProperty("httpUserAgent", userAgent(language));
      configurator.addAdditionalProperty("repositoryUrl", "https://growth.example/repository");
    }
    new DefaultGenerator().opts(configurator.toClientOptInput()).generate();
  }

  static String userAgent(Language language) {
    return "katapult-" + language.id() + "/" + VERSION;
  }
}
