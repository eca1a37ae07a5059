package io.katapult.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the next version fits the changes of the spec since the last release. */
class ReleasedTest {
  private static final Path RELEASED = Path.of("released");

  /** A released spec. */
  record Release(Version version, Path spec) {
    private static final String PREFIX = "openapi-";
    private static final String SUFFIX = ".yaml";

    static Release of(Path spec) {
      String name = spec.getFileName().toString();
      if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
        throw new IllegalArgumentException(spec + " must be named openapi-<version>.yaml");
      }
      return new Release(
          Version.of(name.substring(PREFIX.length(), name.length() - SUFFIX.length())), spec);
    }

    static Optional<Release> newestIn(Path folder) throws IOException {
      if (Files.notExists(folder)) {
        return Optional.empty();
      }
      try (Stream<Path> specs = Files.list(folder)) {
        return specs.map(Release::of).max(Comparator.comparing(Release::version));
      }
    }
  }

  @Test
  void versionFitsTheChangesSinceTheLastRelease() throws IOException {
    Optional<Release> released = Release.newestIn(RELEASED);
    assumeThat(released).as("a released spec to compare with").isPresent();
    Version last = released.get().version();
    Version next = Version.of(System.getProperty("katapult.version"));
    Change change =
        Change.between(Files.readString(released.get().spec()), Files.readString(Path.of("openapi.yaml")));

    assertThat(change.fits(last, next)).as("%s is high enough after %s for a change %s", next, last, change).isTrue();
  }

  /** The poms outside of the default build, which does not check their versions. */
  static List<Path> otherPoms() throws IOException {
    try (Stream<Path> benchmark = Files.walk(Path.of("../contract-tests/benchmark"), 3)) {
      return Stream.concat(Stream.of(Path.of("generators/pom.xml")), benchmark.filter(file -> file.endsWith("pom.xml")))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("otherPoms")
  void otherPomsHaveTheVersionOfTheProject(Path pom) {
    assertThat(pom)
        .content()
        .containsPattern(
            "<artifactId>katapult-(parent|contract-tests|peers)</artifactId>\\s+<version>"
                + System.getProperty("katapult.version")
                + "</version>");
  }

  @Test
  void newestHasTheHighestVersion(@TempDir Path folder) throws IOException {
    for (String version : List.of("0.9.0", "0.10.1", "0.10.0", "0.2.11")) {
      Files.createFile(folder.resolve("openapi-" + version + ".yaml"));
    }

    assertThat(Release.newestIn(folder)).map(Release::version).contains(new Version(0, 10, 1));
  }
}
