package io.katapult.contract.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks every Markdown document of the repository. */
class DocumentsTest {
  private static final int LINES_OF_THE_README = 180;

  private static final Pattern BLOCK =
      Pattern.compile("^ *```(\\w*)\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("`[^`\n]+`");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.+)$", Pattern.MULTILINE);
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?<inline>[^)\\s]+)[^)]*\\)|^\\[[^]]+\\]: +(?<reference>\\S+)", Pattern.MULTILINE);

  /** Dependencies in Maven; in Gradle and in options of Maven; names of jars. */
  private static final List<Pattern> COORDINATES =
      List.of(
          Pattern.compile(
              "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>(?:\\s*<version>(.*?)</version>)?"),
          Pattern.compile("[\"`=]([a-z][\\w.-]*\\.[\\w.-]+):([a-z][\\w.-]*)(?::([\\w.-]+))?"),
          Pattern.compile("\\b()(katapult-[a-z-]+?)-([0-9][\\w.-]*?)\\.jar"));

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+Test)`");
  private static final Pattern MAVEN = Pattern.compile("\\bmvn [^`\n]+");
  private static final Pattern PROFILE = Pattern.compile(" -P([\\w-]+)");
  private static final Pattern MODULES = Pattern.compile(" -pl ([\\w/,-]+)");

  private static final Poms POMS = Poms.read();
  private static final List<String> JAVA = Repository.files(".java").stream().map(Repository::read).toList();
  private static final List<String> KOTLIN = Repository.files(".kt").stream().map(Repository::read).toList();

  private record Coordinates(String artifact, @Nullable String version) {}

  private record Document(Path path, String text) {
    static Document read(Path file) {
      return new Document(file, Repository.read(file));
    }

    Stream<String> blocks(String language) {
      return BLOCK.matcher(text).results()
          .filter(block -> block.group(1).equals(language))
          .map(block -> block.group(2));
    }

    String withoutBlocks() {
      return BLOCK.matcher(text).replaceAll("");
    }

    /** The links to this repository. */
    Stream<String> links() {
      return LINK.matcher(CODE.matcher(withoutBlocks()).replaceAll("")).results()
          .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
          .filter(link -> !link.matches("[a-z]+:.*"));
    }

    /** The file that a link leads to. GitHub shows a folder with its README. */
    Path target(String link) {
      String file = link.split("#", 2)[0];
      Path target = file.isEmpty() ? path : path.resolveSibling(file).normalize();
      return Files.exists(target.resolve("README.md")) ? target.resolve("README.md") : target;
    }

    /** Adds the documents that this one leads to, and those that they lead to. */
    void addAllLinked(Set<Path> documents) {
      links()
          .map(this::target)
          .filter(target -> target.toString().endsWith(".md") && documents.add(target))
          .forEach(target -> read(target).addAllLinked(documents));
    }

    /** The anchors that GitHub gives to the headings. */
    List<String> anchors() {
      Map<String, Integer> earlier = new HashMap<>();
      return HEADING.matcher(withoutBlocks()).results()
          .map(heading -> heading.group(1).replaceAll("\\[(.*?)\\]\\(.*?\\)", "$1").toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
          .map(
              anchor -> {
                int number = earlier.merge(anchor, 1, Integer::sum) - 1;
                return number == 0 ? anchor : anchor + "-" + number;
              })
          .toList();
    }

    Stream<Coordinates> coordinates() {
      return COORDINATES.stream()
          .flatMap(pattern -> pattern.matcher(text).results())
          .map(
              found -> {
                String group = found.group(1).isEmpty() ? "io.katapult" : found.group(1);
                return new Coordinates(group + ":" + found.group(2), found.group(3));
              });
    }

    Stream<String> optionsOfMaven(Pattern option) {
      return MAVEN.matcher(text).results()
          .flatMap(command -> option.matcher(command.group()).results())
          .flatMap(found -> Arrays.stream(found.group(1).split(",")));
    }

    @Override
    public String toString() {
      return Repository.ROOT.relativize(path).toString();
    }
  }

  static Stream<Document> documents() {
    return Repository.files(".md").stream().map(Document::read);
  }

  @Test
  void theReadmeIsShort() {
    assertThat(Repository.read(Repository.ROOT.resolve("README.md")).lines())
        .hasSizeLessThanOrEqualTo(LINES_OF_THE_README);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaIsCompiled(Document document) {
    assertThat(document.blocks("java"))
        .as(document.toString())
        .allMatch(code -> JAVA.stream().anyMatch(source -> Repository.contains(source, code)), "stands in a source");
  }

  /** Kotlin is also the language of Gradle, which this build does not have. */
  @ParameterizedTest
  @MethodSource("documents")
  void kotlinIsCompiledOrForGradle(Document document) {
    assertThat(document.blocks("kotlin").filter(code -> !code.contains("dependencies {")))
        .as(document.toString())
        .allMatch(code -> KOTLIN.stream().anyMatch(source -> Repository.contains(source, code)), "stands in a source");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Document document) {
    assertThat(document.links())
        .as(document.toString())
        .allSatisfy(
            link -> {
              Path target = document.target(link);
              assertThat(target).exists().startsWith(Repository.ROOT).matches(file -> !Repository.isIgnored(file));
              if (link.contains("#")) {
                assertThat(Document.read(target).anchors()).contains(link.split("#", 2)[1]);
              }
            });
  }

  @Test
  void theReadmeLeadsToEveryDocument() {
    Set<Path> linked = new HashSet<>();
    Document.read(Repository.ROOT.resolve("README.md")).addAllLinked(linked);

    assertThat(linked).containsAll(Repository.files(".md"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void coordinatesAreThoseOfThePoms(Document document) {
    assertThat(document.coordinates())
        .as(document.toString())
        .allSatisfy(
            found -> {
              assertThat(POMS.versions().keySet()).contains(found.artifact);
              if (found.version != null) { // Otherwise, the BOM manages it.
                assertThat(POMS.versions().get(found.artifact)).contains(found.version);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("documents")
  void testsExist(Document document) {
    Set<String> tests =
        Repository.files("Test.java").stream()
            .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
            .collect(Collectors.toSet());

    assertThat(TEST.matcher(document.text).results().map(test -> test.group(1)))
        .as(document.toString())
        .isSubsetOf(tests);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void optionsOfMavenNameWhatExists(Document document) {
    assertThat(document.optionsOfMaven(PROFILE)).as(document.toString()).isSubsetOf(POMS.profiles());
    assertThat(document.optionsOfMaven(MODULES).map(Repository.ROOT::resolve))
        .as(document.toString())
        .allSatisfy(module -> assertThat(module.resolve("pom.xml")).exists());
  }
}
