package io.katapult.contract.documentation;

import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What documents may name.
 *
 * @param versions the versions of each {@code group:artifact}: of our published artifacts the current one and the last
 *     release, of others the one that the build uses
 * @param profiles the names of all profiles
 */
record Poms(Map<String, List<String>> versions, List<String> profiles) {
  private static final Pattern MANAGED =
      Pattern.compile(
          "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>\\s*<version>\\$\\{(.*?)\\}</version>");
  private static final Pattern PROFILE = Pattern.compile("<profile>\\s*<id>(.*?)</id>");

  static Poms read() {
    String root = Repository.read(Repository.ROOT.resolve("pom.xml"));
    String bom = Repository.read(Repository.ROOT.resolve("extensions/bom/pom.xml"));
    List<String> ourVersions = new ArrayList<>(List.of(element("version", root)));
    Repository.files(".yaml").stream()
        .filter(file -> file.startsWith(Repository.ROOT.resolve("spec/released")))
        .map(file -> Version.parse(name(file).replaceAll("^openapi-|\\.yaml$", "")))
        .max(Comparator.naturalOrder())
        .ifPresent(release -> ourVersions.add(release.toString()));

    Map<String, List<String>> versions = new HashMap<>();
    versions.put("io.katapult:katapult-bom", ourVersions);
    Stream.of(root, bom)
        .flatMap(pom -> MANAGED.matcher(pom).results())
        .forEach(
            managed ->
                versions.put(
                    managed.group(1) + ":" + managed.group(2),
                    managed.group(3).equals("project.version")
                        ? ourVersions
                        : List.of(element(managed.group(3), root))));

    List<String> profiles =
        Repository.files("pom.xml").stream()
            .flatMap(pom -> PROFILE.matcher(Repository.read(pom)).results())
            .map(profile -> profile.group(1))
            .toList();
    return new Poms(versions, profiles);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** The first such element. */
  private static String element(String name, String pom) {
    return Pattern.compile("<" + Pattern.quote(name) + ">(.*?)</")
        .matcher(pom)
        .results()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("The pom has no " + name))
        .group(1);
  }
}
