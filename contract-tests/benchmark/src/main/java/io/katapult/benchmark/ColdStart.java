package io.katapult.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A way to start a program. */
enum ColdStart {
  PLAIN("cold start", 17, "", "", ""),
  ARCHIVE(
      "cold start with a class-data archive",
      17,
      "-XX:ArchiveClassesAtExit=app.jsa",
      "-XX:SharedArchiveFile=app.jsa",
      "-Xshare:on"),
  AOT("cold start with an AOT cache", 25, "-XX:AOTCacheOutput=app.aot", "-XX:AOTCache=app.aot", "-XX:AOTMode=on");

  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+).*", Pattern.DOTALL);
  private static final Pattern YOUNG = Pattern.compile(".*(?:def new generation|DefNew) .* used (\\d+)K.*");

  final String title;
  private final int sinceVersion;
  private final String creating;
  private final String using;
  private final String requiring;

  ColdStart(String title, int sinceVersion, String creating, String using, String requiring) {
    this.title = title;
    this.sinceVersion = sinceVersion;
    this.creating = creating;
    this.using = using;
    this.requiring = requiring;
  }

  /** Whether an installed JDK can do this. */
  boolean isPossible() {
    return sinceVersion <= version(home());
  }

  /** The JDK of this program, or if that is too old, the newest one beside it. */
  private Path home() {
    Path own = Path.of(System.getProperty("java.home"));
    if (version(own) >= sinceVersion) {
      return own;
    }
    try (Stream<Path> homes = Files.list(own.resolveSibling("."))) {
      return homes
          .filter(home -> Files.exists(home.resolve("bin/javac")))
          .max(Comparator.comparing(ColdStart::version))
          .orElse(own);
    } catch (IOException e) {
      return own;
    }
  }

  private static int version(Path home) {
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  int javaVersion() {
    return version(home());
  }

  /** A program, which is run in its own folder. */
  record Subject(String classPath, Class<?> main, List<String> arguments, Path folder) {}

  /** Creates the archive or cache, if there is one, and checks that it is used. */
  void prepare(Subject subject) throws Exception {
    if (this != PLAIN) {
      run(subject, creating);
      run(subject, using, requiring);
    }
  }

  /** Runs the program as {@link #recipe} says, and returns its output. */
  List<String> run(Subject subject) throws Exception {
    return run(subject, using);
  }

  private List<String> run(Subject subject, String... options) throws Exception {
    String java = home().resolve("bin/java").toString();
    List<String> command =
        command(java, subject.classPath, subject.main.getName(), subject.arguments, options);
    return Program.run(command, subject.folder);
  }

  /** The commands of {@link #prepare} and {@link #run(Subject)}, for the program of a user. */
  List<String> recipe() {
    return Stream.of(creating, using)
        .map(option -> command("java", "\"$CLASS_PATH\"", "com.example.App", List.of(), option))
        .map(command -> String.join(" ", command))
        .toList();
  }

  private static List<String> command(
      String java, String classPath, String main, List<String> arguments, String... options) {
    List<String> given = Arrays.stream(options).filter(option -> !option.isEmpty()).toList();
    return Program.command(java, given, classPath, main, arguments);
  }

  /** Counts loaded classes: from the archive of the JDK, and others. */
  List<Double> classes(Subject subject) throws Exception {
    List<String> lines =
        run(subject, "-Xlog:class+load:stdout").stream().filter(line -> line.contains(" source: ")).toList();
    double archived = lines.stream().filter(line -> line.endsWith("source: shared objects file")).count();
    return List.of(archived, lines.size() - archived);
  }

  /** The bytes that all threads allocate: what is used of a young generation that is never collected. */
  double bytes(Subject subject) throws Exception {
    return run(
            subject, using, "-XX:+UseSerialGC", "-Xmn512m", "-XX:-UseTLAB", "-Xlog:gc+exit,gc+heap+exit:stdout")
        .stream()
        .map(YOUNG::matcher)
        .filter(Matcher::matches)
        .mapToDouble(young -> 1024 * Double.parseDouble(young.group(1)))
        .findFirst()
        .orElseThrow();
  }

  /** The CPU time in ms of all processes that this one has started and that have ended; only on Linux. */
  static OptionalDouble cpuOfChildren() throws IOException {
    Path stat = Path.of("/proc/self/stat");
    if (!Files.exists(stat)) {
      return OptionalDouble.empty();
    }
    // After the name of the program, which can contain spaces. Linux counts in hundredths of a second.
    String text = Files.readString(stat);
    List<String> fields = Arrays.asList(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
    return OptionalDouble.of(10 * (Double.parseDouble(fields.get(13)) + Double.parseDouble(fields.get(14))));
  }
}
