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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.openjdk.jmh.runner.Runner;

/** Runs all measurements and writes benchmark.json, from which {@link Report} creates the tables. */
final class Benchmarks {
  private static final String OURS = "katapult";
  /** The clients whose growth is measured, and in a quick run, whose cold start is. */
  private static final List<String> FEW = List.of(OURS, "hand-written", "retrofit-jackson");

  /** Milliseconds for each size, after the warm-up with the largest. */
  private static final int SIZE_WARM_UP = 1_500;

  private static final Map<Class<?>, List<String>> SIZES = new LinkedHashMap<>();

  static {
    SIZES.put(Decode.class, List.of("30", "100"));
    SIZES.put(OneCall.class, List.of("30"));
    SIZES.put(BuildRequest.class, List.of("0", "2", "20"));
    SIZES.put(CheckAndOrder.class, List.of("0", "2", "20"));
  }

  private final boolean quick;
  private final Path folder;
  private final List<Client> clients;
  private final Program program;
  private final List<Figure> figures = new ArrayList<>();
  private final long begin = System.nanoTime();
  private final String jmhJars =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
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
    clients =
        Client.all(root).stream().filter(client -> !quick || !client.name().endsWith(Client.SAME_OKHTTP)).toList();
    // In a quick run, most of the time would otherwise be spent on compilation.
    program = new Program(benchmarkJar, quick ? List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") : List.of());
  }

  private void run() throws Exception {
    try (Program.Server server = program.new Server(quick ? 1_000 : 100_000, 0);
        Program.Server slow = program.new Server(quick ? 300 : 3_000, 50)) {
      if (quick) {
        // All in the same processes, because to start them takes most of the time.
        turns(server, SIZES.keySet(), 1, 1);
      } else {
        turns(server, List.of(Decode.class), 3, 12);
        turns(server, List.of(OneCall.class), 3, 20);
        turns(server, List.of(BuildRequest.class, CheckAndOrder.class), 3, 8);
      }
      profile(server);
      growth(server);
      listing(slow);
      liveHeap(server);
      coldStart(server, quick ? 1 : 15, 200);
    }
    size();
    write();
  }

  /**
   * Measures clients in turns of 100 ms, in one process for each. The figure of a round is the median of its turns.
   * Each round has new processes.
   */
  private void turns(Program.Server server, Collection<Class<?>> benchmarks, int rounds, int turns) throws Exception {
    Map<List<String>, List<List<Double>>> results = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      progress("turns, round " + round + " of " + rounds + ": " + names(benchmarks));
      List<Worker> workers = new ArrayList<>();
      try {
        for (Client client : clients) {
          if (benchmarks.stream().anyMatch(benchmark -> client.takesPart(benchmark.getSimpleName()))) {
            workers.add(worker(client, server));
          }
        }
        for (Class<?> benchmark : benchmarks) {
          List<String> sizes = SIZES.get(benchmark);
          if (!quick) {
            // The largest runs all the code.
            String largest = sizes.get(sizes.size() - 1);
            taking(workers, benchmark).forEach(worker -> worker.turn(benchmark, largest, warmUp(benchmark)));
          }
          for (String size : sizes) {
            turns(workers, benchmark, size, turns).forEach(
                (client, figures) ->
                    results
                        .computeIfAbsent(
                            List.of(benchmark.getSimpleName(), client, size), key -> new ArrayList<>())
                        .add(figures));
          }
        }
      } finally {
        workers.forEach(Worker::close);
      }
    }
    results.forEach((key, each) -> add(key.get(0), key.get(1), key.get(2), "µs", each));
  }

  /** The median time, CPU time and bytes of each client. */
  private Map<String, List<Double>> turns(List<Worker> workers, Class<?> benchmark, String size, int turns) {
    List<Worker> taking = new ArrayList<>(taking(workers, benchmark));
    if (!quick) {
      taking.forEach(worker -> worker.turn(benchmark, size, SIZE_WARM_UP));
    }
    Map<String, List<double[]>> each = new LinkedHashMap<>();
    for (int turn = 0; turn < turns; turn++) {
      for (Worker worker : taking) {
        each.computeIfAbsent(worker.client.name(), key -> new ArrayList<>())
            .add(worker.turn(benchmark, size, quick ? 1 : 100));
      }
      // No client is always measured after the same one.
      Collections.reverse(taking);
    }
    Map<String, List<Double>> medians = new LinkedHashMap<>();
    each.forEach(
        (client, figures) ->
            medians.put(
                client,
                IntStream.range(0, 3)
                    .mapToObj(i -> Figure.median(figures.stream().map(figure -> figure[i]).toList()))
                    .toList()));
    return medians;
  }

  private static List<Worker> taking(List<Worker> workers, Class<?> benchmark) {
    return workers.stream().filter(worker -> worker.client.takesPart(benchmark.getSimpleName())).toList();
  }

  /** Milliseconds until the optimizing compiler is done. A call runs more code, and waits for the network. */
  private static int warmUp(Class<?> benchmark) {
    return benchmark == OneCall.class ? 10_000 : 6_000;
  }

  private static boolean isTimeFor(int round, long start, int seconds) {
    return (System.nanoTime() - start) / 1e9 * round / (round - 1) <= seconds;
  }

  private static String names(Collection<Class<?>> benchmarks) {
    return benchmarks.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
  }

  private Worker worker(Client client, Program.Server server, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-Dbenchmark.server=" + server.url));
    if (!quick) {
      Collections.addAll(all, "-Xms512m", "-Xmx512m");
    }
    Collections.addAll(all, options);
    String classPath = client.classPath() + File.pathSeparator + jmhJars;
    return new Worker(client, program.start(classPath, all, Turns.class, List.of(client.name())));
  }

  /** Profiles this SDK. Separate from the rounds above, because profiling takes time. */
  private void profile(Program.Server server) throws Exception {
    List<Class<?>> profiled = List.of(Decode.class, OneCall.class, CheckAndOrder.class);
    for (Class<?> benchmark : quick ? profiled.subList(2, 3) : profiled) {
      progress("profile: " + benchmark.getSimpleName());
      Path recording = folder.resolve(benchmark.getSimpleName() + ".jfr");
      List<String> sizes = SIZES.get(benchmark);
      String settings = (quick ? "" : "delay=3s,") + "settings=profile,filename=" + recording;
      try (Worker worker = worker(ours(), server, "-XX:StartFlightRecording=" + settings, "-Xlog:disable")) {
        worker.turn(benchmark, sizes.get(sizes.size() - 1), quick ? 300 : 9000);
      }
      Profile.shares(recording)
          .forEach(
              (library, share) -> add("Profile", OURS, benchmark.getSimpleName(), library, "%", List.of(share)));
      Files.delete(recording);
    }
  }

  /** Adds the figures of rounds of time, CPU time and bytes. */
  private void add(String benchmark, String client, String variant, String unit, List<List<Double>> rounds) {
    add(benchmark, client, variant, Usage.TIME, unit, rounds.stream().map(round -> round.get(0)).toList());
    add(benchmark, client, variant, Usage.CPU, unit, rounds.stream().map(round -> round.get(1)).toList());
    add(benchmark, client, variant, Usage.BYTES, "B", rounds.stream().map(round -> round.get(2)).toList());
  }

  /** Runs a program that prints two parts of a variant, and time, CPU time and bytes. */
  private Map<List<String>, List<List<Double>>> measured(Client client, Class<?> main, String... arguments)
      throws Exception {
    Map<List<String>, List<List<Double>>> rounds = new LinkedHashMap<>();
    for (String line : program.run(client.classPath(), List.of(), main, List.of(arguments))) {
      List<String> parts = List.of(line.split("\t", -1));
      if (parts.size() == 5) {
        rounds
            .computeIfAbsent(parts.subList(0, 2), key -> new ArrayList<>())
            .add(parts.subList(2, 5).stream().map(Double::valueOf).toList());
      }
    }
    return rounds;
  }

  private void growth(Program.Server server) throws Exception {
    for (Client client : clients.stream().filter(each -> FEW.contains(each.name())).toList()) {
      progress("growth: " + client.name());
      measured(client, Growth.class, client.name(), server.url, quick ? "10" : "10000")
          .forEach((key, rounds) -> add("Growth", client.name(), key.get(0) + ' ' + key.get(1), "µs", rounds));
    }
  }

  private void listing(Program.Server slow) throws Exception {
    progress("listing from a slow server");
    measured(ours(), Listing.class, slow.url, quick ? "300" : "3000", quick ? "1" : "7")
        .forEach((key, rounds) -> add("Listing", OURS, key.get(0) + ", " + key.get(1) + " ms a page", "ms", rounds));
  }

  private void liveHeap(Program.Server server) throws Exception {
    progress("live heap of a long listing");
    List<String> arguments = List.of(server.url, quick ? "1000" : "100000", quick ? "2" : "20");
    long idle = 0;
    Map<String, List<Double>> above = new LinkedHashMap<>();
    for (String line : program.run(ours().classPath(), List.of("-Xms2g", "-Xmx2g"), LiveHeap.class, arguments)) {
      List<String> parts = List.of(line.split("\t", -1));
      if (parts.size() < 2) {
        continue;
      }
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

  /** Measures all clients in each round, like {@link #turns}. */
  private void coldStart(Program.Server server, int rounds, int seconds) throws Exception {
    Map<String, ColdStart.Subject> subjects = new LinkedHashMap<>();
    List<Client> all = new ArrayList<>(clients.stream().filter(client -> client.takesPart("ColdStart")).toList());
    all.add(new Client("jvm", "a JVM that does nothing", List.of()));
    if (quick) {
      all.removeIf(client -> !FEW.contains(client.name()) && !client.name().equals("jvm"));
    }
    for (Client client : all) {
      Path own = Files.createDirectories(folder.resolve("cold-start").resolve(client.name()));
      subjects.put(
          client.name(),
          new ColdStart.Subject(
              program.classPath(client.classPath()), FirstToken.class, List.of(client.name(), server.url), own));
    }
    List<ColdStart> ways = Arrays.stream(ColdStart.values()).filter(ColdStart::isPossible).toList();
    List<Map.Entry<String, ColdStart>> starts = new ArrayList<>();
    for (String client : subjects.keySet()) {
      progress("prepare cold start: " + client);
      ColdStart.Subject subject = subjects.get(client);
      for (ColdStart way : ways) {
        // Creating all archives and caches would take most of a quick run.
        if (!quick || way == ColdStart.PLAIN || client.equals(OURS)) {
          way.prepare(subject);
          starts.add(Map.entry(client, way));
          add("ColdStart", client, way.name(), Usage.BYTES, "B", List.of(way.bytes(subject)));
        }
      }
      List<Double> classes = ColdStart.PLAIN.classes(subject);
      add("ColdStart", client, ColdStart.PLAIN.name(), "from the archive", "classes", classes.subList(0, 1));
      add("ColdStart", client, ColdStart.PLAIN.name(), "others", "classes", classes.subList(1, 2));
    }
    starts.sort(Map.Entry.comparingByValue());
    Map<List<String>, List<Double>> times = new LinkedHashMap<>();
    long start = System.nanoTime();
    for (int round = 1; round <= rounds && (round <= 5 || isTimeFor(round, start, seconds)); round++) {
      progress("cold start, round " + round + " of at most " + rounds);
      for (Map.Entry<String, ColdStart> each : starts) {
        OptionalDouble cpu = ColdStart.cpuOfChildren();
        long before = System.nanoTime();
        List<String> lines = each.getValue().run(subjects.get(each.getKey()));
        double time = (System.nanoTime() - before) / 1e6;
        if (!lines.contains(Tokens.id(0))) {
          throw new IllegalStateException(each + " printed " + lines);
        }
        List<String> key = List.of(each.getKey(), each.getValue().name());
        times.computeIfAbsent(Stream.concat(key.stream(), Stream.of(Usage.TIME)).toList(), k -> new ArrayList<>())
            .add(time);
        if (cpu.isPresent()) {
          times.computeIfAbsent(Stream.concat(key.stream(), Stream.of(Usage.CPU)).toList(), k -> new ArrayList<>())
              .add(ColdStart.cpuOfChildren().getAsDouble() - cpu.getAsDouble());
        }
      }
      Collections.reverse(starts);
    }
    times.forEach((key, each) -> add("ColdStart", key.get(0), key.get(1), key.get(2), "ms", each));
    try (Stream<Path> files = Files.walk(folder.resolve("cold-start"))) {
      for (Path archive : files.filter(Files::isRegularFile).toList()) {
        Files.delete(archive);
      }
    }
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
    figures.add(new Figure(benchmark, client, variant, quantity, unit, rounds));
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
    ArrayNode starts = json.putArray("starts");
    for (ColdStart way : ColdStart.values()) {
      ObjectNode each = starts.addObject();
      each.put("name", way.name()).put("title", way.title);
      if (way.isPossible()) {
        each.put("java", way.javaVersion());
      }
      way.recipe().forEach(each.putArray("recipe")::add);
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
