package io.katapult.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.profile.JavaFlightRecorderProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;

/** Runs all measurements and writes benchmark.json, from which {@link Report} creates the tables. */
final class Benchmarks {
  private static final String OURS = "katapult";

  static final String PLAIN = "plain";
  static final String ARCHIVE = "archive";
  private static final List<Class<?>> BENCHMARKS =
      List.of(Decode.class, OneCall.class, BuildRequest.class, CheckAndOrder.class);

  private final boolean quick;
  private final Path folder;
  private final List<Client> clients;
  private final Program program;
  private final List<Figure> figures = new ArrayList<>();
  private final long begin = System.nanoTime();
  private final String ownClassPath = System.getProperty("java.class.path");
  private final String jmhJars =
      Arrays.stream(ownClassPath.split(File.pathSeparator))
          .filter(jar -> jar.matches(".*[/\\\\](jmh-core|jopt-simple|commons-math3)-[^/\\\\]*\\.jar"))
          .collect(Collectors.joining(File.pathSeparator));

  /** Arguments: the root of the repository, the folder for results, the compiled benchmarks, whether to run quickly. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    Files.createDirectories(folder);
    new Benchmarks(Path.of(args[0]), folder, jar(Path.of(args[2]), folder), Boolean.parseBoolean(args[3])).run();
    System.exit(0);
  }

  private Benchmarks(Path root, Path folder, Path benchmarkJar, boolean quick) throws IOException {
    this.folder = folder;
    this.quick = quick;
    // The clients of others with our OkHttp need no code of their own.
    clients = Client.all(root).stream().filter(client -> !quick || !client.name().endsWith(Client.SAME_OKHTTP)).toList();
    program = new Program(benchmarkJar);
  }

  private void run() throws Exception {
    try (Program.Server server = program.new Server(quick ? 5_000 : 100_000, 0);
        Program.Server slow = program.new Server(quick ? 300 : 3_000, 50)) {
      jmh(server);
      profile(server);
      System.setProperty("java.class.path", ownClassPath);
      listing(slow);
      liveHeap(server);
      coldStart(server);
    }
    size();
    write();
  }

  /** Measures all clients in each round, one JVM each, so that temporary disturbances affect all of them alike. */
  private void jmh(Program.Server server) throws RunnerException {
    // Otherwise, another JMH on this machine would make the build fail.
    System.setProperty("jmh.ignoreLock", "true");
    Map<List<String>, List<RunResult>> results = new LinkedHashMap<>();
    int rounds = quick ? 1 : 4;
    for (int round = 1; round <= rounds; round++) {
      for (Class<?> benchmark : BENCHMARKS) {
        progress("JMH, round " + round + " of " + rounds + ": " + benchmark.getSimpleName());
        for (Client client : clients) {
          if (!client.takesPart(benchmark.getSimpleName())) {
            continue;
          }
          for (RunResult result : run(client, options(benchmark, client, server))) {
            results
                .computeIfAbsent(
                    List.of(benchmark.getSimpleName(), client.name(), result.getParams().getParam("size")),
                    key -> new ArrayList<>())
                .add(result);
          }
        }
      }
    }
    results.forEach(
        (key, each) -> {
          add(key, "time", "µs", each);
          add(key, "allocated", "B", each);
        });
  }

  private Collection<RunResult> run(Client client, ChainedOptionsBuilder options) throws RunnerException {
    // JMH starts its JVMs with this class path.
    System.setProperty("java.class.path", program.classPath(client.classPath()) + File.pathSeparator + jmhJars);
    return new Runner(options.build()).run();
  }

  /** Profiles this SDK. Separate from the rounds above, because profiling takes time. */
  private void profile(Program.Server server) throws Exception {
    for (Class<?> benchmark : List.of(Decode.class, OneCall.class, CheckAndOrder.class)) {
      progress("profile: " + benchmark.getSimpleName());
      Path recordings = Files.createTempDirectory(folder, "profile");
      String size = benchmark == Decode.class ? "100" : benchmark == OneCall.class ? "30" : "20";
      run(
          ours(),
          options(benchmark, ours(), server)
              .param("size", size)
              .measurementTime(TimeValue.seconds(quick ? 1 : 5))
              .addProfiler(JavaFlightRecorderProfiler.class, "dir=" + recordings + ";configName=profile"));
      try (Stream<Path> files = Files.walk(recordings)) {
        Path recording = files.filter(file -> file.toString().endsWith(".jfr")).findFirst().orElseThrow();
        Profile.shares(recording)
            .forEach(
                (library, share) ->
                    add("Profile", OURS, benchmark.getSimpleName(), library, "%", List.of(share)));
      }
      try (Stream<Path> files = Files.walk(recordings)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private ChainedOptionsBuilder options(Class<?> benchmark, Client client, Program.Server server) {
    boolean building = benchmark != Decode.class && benchmark != OneCall.class;
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
            .param("client", client.name())
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .forks(1)
            .jvmArgs("-Xms1g", "-Xmx1g", "-Dfile.encoding=UTF-8", "-Dbenchmark.server=" + server.url)
            .warmupIterations(quick ? 1 : benchmark == OneCall.class ? 5 : 3)
            .warmupTime(TimeValue.milliseconds(quick ? 200 : 1000))
            .measurementIterations(quick ? 2 : 4)
            .measurementTime(TimeValue.milliseconds(quick ? 200 : building ? 400 : 700));
    if (quick && benchmark != OneCall.class) {
      options.param("size", building ? "20" : "100");
    }
    return options;
  }

  private void add(List<String> key, String quantity, String unit, List<RunResult> rounds) {
    ListStatistics iterations = new ListStatistics();
    for (RunResult round : rounds) {
      for (BenchmarkResult fork : round.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          iterations.addValue(score(quantity, iteration.getPrimaryResult(), iteration.getSecondaryResults()));
        }
      }
    }
    List<Double> scores =
        rounds.stream()
            .map(round -> score(quantity, round.getPrimaryResult(), round.getSecondaryResults()))
            .toList();
    double error = iterations.getMeanErrorAt(0.999);
    figures.add(new Figure(key.get(0), key.get(1), key.get(2), quantity, unit, scores, error));
  }

  @SuppressWarnings("rawtypes")
  private static double score(String quantity, Result<?> primary, Map<String, Result> secondary) {
    return quantity.equals("time")
        ? primary.getScore()
        : secondary.entrySet().stream()
            .filter(each -> each.getKey().endsWith("gc.alloc.rate.norm"))
            .findFirst()
            .orElseThrow()
            .getValue()
            .getScore();
  }

  private void listing(Program.Server slow) throws Exception {
    progress("listing from a slow server");
    List<String> arguments = List.of(slow.url, quick ? "300" : "3000", quick ? "1" : "7");
    Map<List<String>, List<Double>> times = new LinkedHashMap<>();
    for (String line : program.run(ours().classPath(), List.of(), Listing.class, arguments)) {
      List<String> parts = List.of(line.split("\t", -1));
      times
          .computeIfAbsent(List.of(parts.get(0), parts.get(1)), key -> new ArrayList<>())
          .add(Double.valueOf(parts.get(2)));
    }
    times.forEach(
        (key, rounds) ->
            add("Listing", OURS, key.get(0) + ", " + key.get(1) + " ms a page", "time", "ms", rounds));
  }

  private void liveHeap(Program.Server server) throws Exception {
    progress("live heap of a long listing");
    List<String> arguments = List.of(server.url, quick ? "5000" : "100000", quick ? "5" : "20");
    long idle = 0;
    Map<String, List<Double>> above = new LinkedHashMap<>();
    for (String line : program.run(ours().classPath(), List.of("-Xms2g", "-Xmx2g"), LiveHeap.class, arguments)) {
      List<String> parts = List.of(line.split("\t", -1));
      if (parts.get(0).equals("idle")) {
        idle = Long.parseLong(parts.get(1));
      } else {
        above
            .computeIfAbsent(parts.get(0), key -> new ArrayList<>())
            .add((double) (Long.parseLong(parts.get(1)) - idle));
      }
    }
    add("LiveHeap", OURS, "idle", "live", "B", List.of((double) idle));
    above.forEach((way, samples) -> add("LiveHeap", OURS, way + ", above idle", "live", "B", samples));
  }

  /** Measures all clients in each round, like {@link #jmh}. */
  private void coldStart(Program.Server server) throws Exception {
    List<Client> all = new ArrayList<>(clients.stream().filter(client -> client.takesPart("ColdStart")).toList());
    all.add(new Client("jvm", "a JVM that does nothing", List.of()));
    Map<String, Path> archives = new LinkedHashMap<>();
    for (Client client : all) {
      progress("class-data archive: " + client.name());
      Path archive = folder.resolve(client.name() + ".jsa");
      Files.deleteIfExists(archive);
      firstToken(client, server, List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"));
      // With -Xshare:on, the JVM fails if it can't use the archive.
      firstToken(client, server, List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:on"));
      archives.put(client.name(), archive);
      loadedClasses(client, server);
    }
    Map<List<String>, List<Double>> times = new LinkedHashMap<>();
    int rounds = quick ? 1 : 15;
    for (int round = 1; round <= rounds; round++) {
      progress("cold start, round " + round + " of " + rounds);
      for (Client client : all) {
        for (boolean shared : new boolean[] {false, true}) {
          List<String> options =
              shared ? List.of("-XX:SharedArchiveFile=" + archives.get(client.name())) : List.of();
          long before = System.nanoTime();
          firstToken(client, server, options);
          times
              .computeIfAbsent(List.of(client.name(), shared ? ARCHIVE : PLAIN), key -> new ArrayList<>())
              .add((System.nanoTime() - before) / 1e6);
        }
      }
    }
    times.forEach((key, each) -> add("ColdStart", key.get(0), key.get(1), "time", "ms", each));
    for (Path archive : archives.values()) {
      Files.delete(archive);
    }
  }

  /** Counts loaded classes, which take most of a cold start. Classes from the archive of the JDK load quickly. */
  private void loadedClasses(Client client, Program.Server server) throws Exception {
    List<String> lines =
        firstToken(client, server, List.of("-Xlog:class+load:stdout")).stream()
            .filter(line -> line.contains(" source: "))
            .toList();
    double archived = lines.stream().filter(line -> line.endsWith("source: shared objects file")).count();
    add("ColdStart", client.name(), PLAIN, "from the archive", "classes", List.of(archived));
    add("ColdStart", client.name(), PLAIN, "others", "classes", List.of(lines.size() - archived));
  }

  private List<String> firstToken(Client client, Program.Server server, List<String> options) throws Exception {
    List<String> arguments = List.of(client.name(), server.url);
    List<String> lines = program.run(client.classPath(), options, FirstToken.class, arguments);
    if (!lines.contains(Tokens.id(0))) {
      throw new IllegalStateException(client.name() + " printed " + lines);
    }
    return lines;
  }

  private void size() {
    for (Client client : clients.stream().filter(client -> client.takesPart("Size")).toList()) {
      add("Size", client.name(), "on disk", "size", "B", List.of((double) client.bytes()));
      add("Size", client.name(), "on disk", "jars", "jars", List.of((double) client.jars().size()));
    }
  }

  private Client ours() {
    return clients.get(0);
  }

  private void add(
      String benchmark, String client, String variant, String quantity, String unit, List<Double> rounds) {
    figures.add(new Figure(benchmark, client, variant, quantity, unit, rounds, Double.NaN));
  }

  private void write() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("quick", quick).put("measured", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("seconds", (System.nanoTime() - begin) / 1_000_000_000);
    ObjectNode machine = json.putObject("machine");
    machine.put("cpu", cpu()).put("cores", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      machine.put("memory", system.getTotalMemorySize());
    }
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version").replaceAll("-.*", ""));
    machine.put("arch", System.getProperty("os.arch"));
    json.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    json.put("jmh", version(Runner.class.getProtectionDomain().getCodeSource().getLocation().getPath()));
    ArrayNode described = json.putArray("clients");
    for (Client client : clients) {
      ObjectNode each = described.addObject();
      each.put("name", client.name()).put("title", client.title()).put("peer", client.isPeer());
      ArrayNode jars = each.putArray("jars");
      for (Path jar : client.jars()) {
        jars.addObject().put("name", jar.getFileName().toString()).put("bytes", Client.size(jar));
      }
    }
    ArrayNode results = json.putArray("figures");
    figures.forEach(figure -> results.add(figure.toJson()));
    mapper.writerWithDefaultPrettyPrinter().writeValue(folder.resolve("benchmark.json").toFile(), json);
  }

  private static String version(String jar) {
    return jar.replaceAll(".*-([0-9.]+)\\.jar", "$1");
  }

  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.exists(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private void progress(String what) {
    System.out.println("[" + (System.nanoTime() - begin) / 1_000_000_000 + " s] " + what);
  }

  /** Packs the classes into a jar, because class-data sharing supports only jars. */
  private static Path jar(Path classes, Path folder) throws IOException {
    Path jar = folder.resolve("benchmark.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      Collection<Path> regular = files.filter(Files::isRegularFile).sorted().toList();
      for (Path each : regular) {
        out.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
        Files.copy(each, out);
      }
    }
    return jar;
  }
}
