package io.katapult.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Creates BENCHMARKS.md, its plots and three lines of the README from benchmark.json. */
final class Report {
  private static final String BEGIN = "<!-- benchmarks -->\n";
  private static final String END = "<!-- /benchmarks -->";

  private static final String HAND_WRITTEN = "hand-written";
  private static final String PLAIN = ColdStart.PLAIN.name();
  private static final String EXPECTED_PAGES = "8 at once, expected pages, 0 ms a page";
  private static final List<String> GROWING = List.of("token", "annotation", "page");

  private static final Contender NOTHING =
      new Contender("jvm", "JVM without a client", false, JsonNodeFactory.instance.arrayNode());

  private final JsonNode json;
  private final List<Contender> contenders = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final Contender ours;
  /** This SDK, and what a user could pick instead. */
  private final List<Contender> choices;
  private final StringBuilder page = new StringBuilder();

  private record Contender(String name, String title, boolean peer, JsonNode jars) {
    boolean uses(String library) {
      return name.contains(library) || (library.equals("jackson") && name.equals("native"));
    }

    String kind() {
      return name.equals("katapult") ? "ours" : peer ? "peer" : "floor";
    }
  }

  /** One figure as a multiple of another, with the spread of the ratios of each round. */
  private record Ratio(double score, double low, double high) {
    static Ratio of(Figure figure, Figure other) {
      List<Double> each = new ArrayList<>();
      for (int i = 0; i < Math.min(figure.rounds().size(), other.rounds().size()); i++) {
        each.add(figure.rounds().get(i) / other.rounds().get(i));
      }
      return new Ratio(Figure.median(each), Figure.low(each), Figure.high(each));
    }

    double spread() {
      return (high - low) / score;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", score, low, high);
    }
  }

  /**
   * An upper limit to reach.
   *
   * @param handWritten what the hand-written client measures in place of this SDK; empty if it is not compared
   */
  private record Target(String what, String limit, String by, String measured, String handWritten, String reached) {
    Target(String what, String limit, String by, String measured, String reached) {
      this(what, limit, by, measured, "", reached);
    }
  }

  /** Arguments: the root of the repository, the folder of benchmark.json. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    Report report = new Report(new ObjectMapper().readTree(folder.resolve("benchmark.json").toFile()));
    String readme = Files.readString(root.resolve("README.md"));
    // The results of a quick run mean nothing. It only tests that the report can be created.
    boolean quick = report.json.get("quick").asBoolean();
    Path module = quick ? folder : root.resolve("contract-tests/benchmark");
    Files.writeString(module.resolve("benchmarks.svg"), report.plot());
    Files.writeString(module.resolve("growth.svg"), report.growthPlot());
    Files.writeString(module.resolve("BENCHMARKS.md"), report.tables());
    Files.writeString((quick ? folder : root).resolve("README.md"), report.quotedIn(readme));
  }

  private Report(JsonNode json) {
    this.json = json;
    for (JsonNode client : json.get("clients")) {
      contenders.add(
          new Contender(
              client.get("name").asText(),
              client.get("title").asText(),
              client.get("peer").asBoolean(),
              client.get("jars")));
    }
    for (JsonNode figure : json.get("figures")) {
      List<Double> rounds = new ArrayList<>();
      figure.get("rounds").forEach(round -> rounds.add(round.asDouble()));
      figures.add(
          new Figure(
              figure.get("benchmark").asText(),
              figure.get("client").asText(),
              figure.get("variant").asText(),
              figure.get("quantity").asText(),
              figure.get("unit").asText(),
              rounds));
    }
    ours = contenders.get(0);
    choices = measured("Decode").stream().filter(each -> !each.name.equals("raw")).toList();
  }

  private Optional<Figure> find(String benchmark, Contender contender, String variant, String quantity) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark) && figure.client().equals(contender.name))
        .filter(figure -> figure.variant().equals(variant) && figure.quantity().equals(quantity))
        .findFirst();
  }

  private Figure figure(String benchmark, Contender contender, String variant, String quantity) {
    return find(benchmark, contender, variant, quantity)
        .orElseThrow(() -> new IllegalStateException("No " + quantity + " of " + benchmark + ' ' + variant));
  }

  private List<String> variants(String benchmark) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .map(Figure::variant)
        .distinct()
        .toList();
  }

  private List<Contender> measured(String benchmark) {
    return contenders.stream()
        .filter(each -> figures.stream().anyMatch(f -> f.benchmark().equals(benchmark) && f.client().equals(each.name)))
        .toList();
  }

  private List<Contender> measured(String benchmark, String variant) {
    return contenders.stream().filter(each -> find(benchmark, each, variant, Usage.TIME).isPresent()).toList();
  }

  private Contender named(String name) {
    return contenders.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  /** The best stock client with this library, or with any library if empty. */
  private Contender best(String library, String benchmark, String variant, String quantity) {
    return contenders.stream()
        .filter(each -> each.peer && (library.isEmpty() || each.uses(library)))
        .filter(each -> find(benchmark, each, variant, quantity).isPresent())
        .min(Comparator.comparing(each -> figure(benchmark, each, variant, quantity).score()))
        .orElseThrow();
  }

  private Ratio against(Contender other, String benchmark, String variant, String quantity) {
    return ratio(ours, other, benchmark, variant, quantity);
  }

  private Ratio ratio(Contender one, Contender other, String benchmark, String variant, String quantity) {
    return Ratio.of(figure(benchmark, one, variant, quantity), figure(benchmark, other, variant, quantity));
  }

  private List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (String size : variants("OneCall")) {
      targets.add(time("one call, " + size + " tokens", 1.00, "", "OneCall", size));
    }
    for (String size : variants("Decode")) {
      String decoding = "decoding " + size + " tokens";
      targets.add(time(decoding, 1.05, HAND_WRITTEN, "Decode", size));
      targets.add(time(decoding, 1.05, "retrofit-jackson", "Decode", size));
      targets.add(bytes(decoding, 0.44, "retrofit-jackson", "Decode", size));
    }
    String building = "building a request, ";
    targets.add(time(building + "0 annotations", 1.30, "retrofit", "BuildRequest", "0"));
    targets.add(time(building + "20 annotations", 1.10, HAND_WRITTEN, "BuildRequest", "20"));
    targets.add(bytes(building + "20 annotations", 1.10, HAND_WRITTEN, "BuildRequest", "20"));
    Contender raw = named("katapult-raw");
    String byInterface = building + "20 annotations, Retrofit interface";
    targets.add(time(byInterface, 1.60, raw, "retrofit", "BuildRequest", "20"));
    Figure rawBytes = figure("BuildRequest", raw, "20", Usage.BYTES);
    targets.add(
        new Target(
            byInterface, "≤ 40,000 B", "bytes", withSpread(rawBytes) + " B", reached(rawBytes.score() <= 40_000)));
    targets.add(listing("listing, default, 50 ms of work a page", 0.6, "default, 50 ms a page"));
    targets.add(listing("listing, 8 at once (ideal: 5 / 30 = 0.167)", 0.171, "8 at once, 0 ms a page"));
    if (variants("Listing").contains(EXPECTED_PAGES)) {
      targets.add(listing("listing, 8 at once, expected pages (ideal: 4 / 30 = 0.133)", 0.150, EXPECTED_PAGES));
    }
    for (String variant : variants("LiveHeap")) {
      if (!variant.equals("idle")) {
        Figure heap = figure("LiveHeap", ours, variant, "live");
        double most = heap.rounds().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        targets.add(
            new Target(
                "live heap of a long listing, " + variant,
                "≤ 16.0 MB",
                "bytes",
                megabytes(most),
                reached(most <= 16e6)));
      }
    }
    for (JsonNode start : json.get("starts")) {
      String way = start.get("name").asText();
      String title = start.get("title").asText();
      if (measured("ColdStart", way).size() > 1) {
        targets.add(time(title, 1.05, HAND_WRITTEN, "ColdStart", way));
        targets.add(time(title, way.equals(PLAIN) ? 1.00 : 0.90, "", "ColdStart", way));
      } else {
        targets.add(new Target(title, "", "", "not measured", ""));
      }
    }
    return targets;
  }

  /** The hand-written client, a stock client, or the best one of those with this library. */
  private Contender other(String nameOrLibrary, String benchmark, String variant, String quantity) {
    return contenders.stream()
        .filter(each -> each.name.equals(nameOrLibrary))
        .findFirst()
        .orElseGet(() -> best(nameOrLibrary, benchmark, variant, quantity));
  }

  private Target time(String what, double limit, String other, String benchmark, String variant) {
    return time(what, limit, ours, other, benchmark, variant);
  }

  /** Compares the times, or the CPU times if their ratio spreads less from round to round. */
  private Target time(
      String what, double limit, Contender one, String nameOrLibrary, String benchmark, String variant) {
    Contender other = other(nameOrLibrary, benchmark, variant, Usage.TIME);
    Ratio ratio = ratio(one, other, benchmark, variant, Usage.TIME);
    String quantity = Usage.TIME;
    if (find(benchmark, one, variant, Usage.CPU).isPresent()) {
      Contender otherByCpu = other(nameOrLibrary, benchmark, variant, Usage.CPU);
      Ratio cpu = ratio(one, otherByCpu, benchmark, variant, Usage.CPU);
      if (cpu.spread() <= ratio.spread()) {
        other = otherByCpu;
        quantity = Usage.CPU;
      }
    }
    return target(what, limit, one, other, benchmark, variant, quantity);
  }

  private Target bytes(String what, double limit, String nameOrLibrary, String benchmark, String variant) {
    Contender other = other(nameOrLibrary, benchmark, variant, Usage.BYTES);
    return target(what, limit, ours, other, benchmark, variant, Usage.BYTES);
  }

  private Target target(
      String what, double limit, Contender one, Contender other, String benchmark, String variant, String quantity) {
    Ratio ratio = ratio(one, other, benchmark, variant, quantity);
    String most = String.format(Locale.ROOT, "≤ %.2f × %s", limit, other.title);
    String by = quantity.equals(Usage.TIME) ? "time" : quantity.equals(Usage.CPU) ? "CPU time" : "bytes";
    // Nobody who uses the Retrofit interface could do without Retrofit.
    boolean isCompared = one.equals(ours) && other.peer;
    String handWritten =
        isCompared ? ratio(named(HAND_WRITTEN), other, benchmark, variant, quantity).toString() : "";
    return new Target(what, most, by, ratio.toString(), handWritten, reached(ratio, limit));
  }

  private Target listing(String what, double limit, String variant) {
    String loop = "plain loop" + variant.substring(variant.lastIndexOf(','));
    Ratio ratio = Ratio.of(figure("Listing", ours, variant, Usage.TIME), figure("Listing", ours, loop, Usage.TIME));
    return new Target(
        what,
        String.format(Locale.ROOT, "≤ %.3f × the plain loop", limit),
        "time",
        String.format(Locale.ROOT, "%.3f (%.3f–%.3f)", ratio.score, ratio.low, ratio.high),
        reached(ratio, limit));
  }

  private static String reached(Ratio ratio, double limit) {
    boolean sure = ratio.low > limit || ratio.high <= limit;
    return reached(ratio.score <= limit) + (sure ? "" : ", within the spread");
  }

  private static String reached(boolean reached) {
    return reached ? "yes" : "**no**";
  }

  private String tables() {
    text(
        """
        # How fast it is

        Generated by `mvn verify -Pbenchmark`. Don't edit this file.

        ![Bar charts of the first figures below](benchmarks.svg)

        What it costs, beside what you could use instead: the stock clients of OpenAPI Generator for the same spec, and
        a client written by hand that checks nothing.

        """);
    line("| | " + String.join(" | ", choices.stream().map(Contender::title).toList()) + " |");
    line("|---|" + "---|".repeat(choices.size()));
    costs("one call, 30 tokens: time, µs", "OneCall", "30", Usage.TIME);
    costs("… CPU time, µs", "OneCall", "30", Usage.CPU);
    costs("… bytes", "OneCall", "30", Usage.BYTES);
    costs("decoding 100 tokens: CPU time, µs", "Decode", "100", Usage.CPU);
    costs("… bytes", "Decode", "100", Usage.BYTES);
    costs("a request with 20 annotations: CPU time, µs", "BuildRequest", "20", Usage.CPU);
    for (JsonNode start : json.get("starts")) {
      costs(start.get("title").asText() + ": time, ms", "ColdStart", start.get("name").asText(), Usage.TIME);
    }
    costs("its jars, bytes", "Size", "on disk", "size");
    text(
        """

        ## Targets

        | what | target | decided by | measured | hand-written | reached |
        |---|---|---|---|---|---|
        """);
    for (Target target : targets()) {
      line("| " + target.what + " | " + target.limit + " | " + target.by + " | " + target.measured + " | "
          + target.handWritten + " | " + target.reached + " |");
    }
    text(
        """

        Figures in parentheses are the lowest and the highest round, or the quartiles of 10 or more rounds. Ratios
        divide the figure of this SDK by that of the other client, round by round: below 1, this SDK needs less. A
        target for time is decided by the elapsed time or by the CPU time, whichever ratio spreads less. If the limit
        lies within the spread, the table says so. A target against several clients is against the best of them. The
        hand-written client has the libraries of this SDK and checks nothing. Where it misses a target too, these
        libraries can't reach it; the rest of the difference is this SDK's own.

        In each round, every client has a new process, and all take turns of 100 ms. The figure of a round is the median
        of its turns. CPU time and bytes are those of the program's own threads, without compilation and garbage
        collection.

        | | |
        |---|---|
        """);
    JsonNode machine = json.get("machine");
    line("| measured | " + json.get("measured").asText() + ", in " + json.get("seconds").asLong() / 60 + " minutes |");
    line("| machine | " + machine.get("cpu").asText() + ", " + machine.get("cores").asInt() + " cores, "
        + Math.round(machine.get("memory").asDouble() / (1 << 30)) + " GiB |");
    line("| system | " + machine.get("os").asText() + ", " + machine.get("arch").asText() + " |");
    line("| Java | " + json.get("jdk").asText() + " |");
    line("| JMH | " + json.get("jmh").asText() + " |");
    text(
        """

        ## One call over loopback

        From the call of a method to the model, on a reused connection to a server in another process.
        """);
    compare("OneCall", "tokens");
    text(
        """

        ## Decoding a page

        From the bytes of a response to the model, with each client's own code. This SDK also checks that the body is
        JSON in UTF-8, not too long, complete, and has all required properties. The hand-written reader, the clients
        with Jackson and Retrofit with Gson check only the syntax. OkHttp with Gson also checks the properties.
        """);
    compare("Decode", "tokens");
    text(
        """

        ## Building a request

        From the arguments to the request for the HTTP client. Only this SDK checks the arguments and sends annotations
        in the order that the server understands. The hand-written client uses the same order but checks nothing.
        """);
    compare("BuildRequest", "annotations");
    text(
        """

        The part of it for checking and ordering a request from Retrofit:

        | annotations | time, µs | CPU time, µs | allocated, B |
        |---|---|---|---|
        """);
    for (String size : variants("CheckAndOrder")) {
      line("| " + size + usage("CheckAndOrder", ours, size) + " |");
    }
    growth();
    coldStart();
    profile();
    text(
        """

        ## Listing from a slow server

        3,000 tokens in pages of 100; each response comes after 50 ms. The consumer works for a while on each page.

        | way, work | time, ms | CPU time, ms | allocated, B | time × the plain loop |
        |---|---|---|---|---|
        """);
    for (String variant : variants("Listing")) {
      String loop = "plain loop" + variant.substring(variant.lastIndexOf(','));
      Figure figure = figure("Listing", ours, variant, Usage.TIME);
      line("| " + variant + usage("Listing", ours, variant) + " | "
          + Ratio.of(figure, figure("Listing", ours, loop, Usage.TIME)) + " |");
    }
    text(
        """

        ## Live heap of a long listing

        100,000 tokens in pages of 100. Live heap after a full collection in the middle of a page, minus that of a
        client that has made one call.

        | way | live | most |
        |---|---|---|
        """);
    for (String variant : variants("LiveHeap")) {
      Figure heap = figure("LiveHeap", ours, variant, "live");
      double most = heap.rounds().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
      line("| " + variant + " | " + megabytes(heap.score()) + " | " + megabytes(most) + " |");
    }
    text(
        """

        ## What it adds to a program

        | | jars | kB |
        |---|---|---|
        """);
    for (Contender contender : measured("Size")) {
      line("| " + contender.title + " | " + number(figure("Size", contender, "on disk", "jars").score()) + " | "
          + number(figure("Size", contender, "on disk", "size").score() / 1000) + " |");
    }
    text(
        """

        ## Who is compared

        Retrofit with Gson and with Jackson, OkHttp with Gson, java.net.http with Jackson: the stock clients of OpenAPI
        Generator for the same spec, with the libraries and versions of their generated poms, including an older
        OkHttp. Hand-written: OkHttp and Moshi's streaming reader, the libraries of this SDK. Raw bytes: OkHttp without
        any parsing.

        | | its jars |
        |---|---|
        """);
    for (Contender contender : measured("Size")) {
      List<String> names = new ArrayList<>();
      // The versions of our own jars change with each release.
      for (JsonNode jar : contender.jars) {
        names.add(jar.get("name").asText().replace(".jar", "").replaceFirst("^(katapult-[a-z-]+)-[0-9].*", "$1"));
      }
      line("| " + contender.title + " | " + String.join(", ", names) + " |");
    }
    return page.toString();
  }

  private void profile() {
    text(
        """

        ## Where the time of this SDK goes

        The share of each library in the samples of a flight recording, including its calls of the JDK. The samples
        don't include waiting for the network.

        """);
    List<String> profiled = variants("Profile");
    line("| | " + String.join(" | ", profiled.stream().map(Report::profiled).toList()) + " |");
    line("|---|" + "---|".repeat(profiled.size()));
    figures.stream()
        .filter(figure -> figure.benchmark().equals("Profile"))
        .map(Figure::quantity)
        .distinct()
        .forEach(
            library -> {
              StringBuilder row = new StringBuilder("| " + library + " |");
              for (String benchmark : profiled) {
                double share = figure("Profile", ours, benchmark, library).score();
                row.append(' ').append(Math.round(share)).append(" % |");
              }
              line(row.toString());
            });
  }

  private void costs(String what, String benchmark, String variant, String quantity) {
    StringBuilder row = new StringBuilder("| " + what + " |");
    for (Contender contender : choices) {
      String cost =
          find(benchmark, contender, variant, quantity).map(each -> number(each.score())).orElse("not measured");
      row.append(' ').append(contender.equals(ours) ? "**" + cost + "**" : cost).append(" |");
    }
    line(row.toString());
  }

  private void growth() {
    text(
        """

        ## When there is more to do

        ![Lines that don't rise: the cost of one token, annotation and page](growth.svg)

        The cost of one token of a page that is decoded, of one annotation of a request that is built, and of one page
        of 10 tokens that is listed, when there are 1, 10, 100, 1,000 or 10,000 of them. A line that rises would mean
        that the cost of a large task grows faster than the task. With few, the constant cost of a request weighs more.
        This SDK already requests the page after the last one that is read, and cancels it at the end.

        """);
    List<String> numbers = numbers();
    line("| of one | client | quantity | " + String.join(" | ", numbers.stream().map(Report::grouped).toList()) + " |");
    line("|---|---|---|" + "---|".repeat(numbers.size()));
    for (String work : GROWING) {
      for (Contender contender : measured("Growth")) {
        for (String quantity : List.of(Usage.TIME, Usage.CPU, Usage.BYTES)) {
          StringBuilder row = new StringBuilder("| " + work + " | " + contender.title + " | " + title(quantity) + " |");
          for (String number : numbers) {
            Figure figure = figure("Growth", contender, work + ' ' + number, quantity);
            row.append(' ').append(small(figure.score())).append(" |");
          }
          line(row.toString());
        }
      }
    }
  }

  private List<String> numbers() {
    return variants("Growth").stream().map(variant -> variant.substring(variant.indexOf(' ') + 1)).distinct().toList();
  }

  private static String grouped(String number) {
    return String.format(Locale.ROOT, "%,d", Integer.valueOf(number));
  }

  private static String title(String quantity) {
    return switch (quantity) {
      case Usage.TIME -> "time, µs";
      case Usage.CPU -> "CPU time, µs";
      default -> "bytes";
    };
  }

  private void coldStart() {
    text(
        """

        ## Cold start

        A complete program: a new JVM creates a client, gets one page, prints the ID of the first token, and ends. It
        always uses the class-data archive of the JDK. It can also use an archive of its own, or from JDK 25 on, an AOT
        cache, which does the same and more. CPU time and bytes are those of the whole process.
        """);
    for (JsonNode start : json.get("starts")) {
      String way = start.get("name").asText();
      line("");
      if (!start.has("java")) {
        line("The " + start.get("title").asText() + " was not measured: no JDK 25 or newer is installed.");
        continue;
      }
      String title = start.get("title").asText() + ", JDK " + start.get("java").asInt();
      line("| " + title + " | time, ms | CPU time, ms | allocated, B | this SDK by it: time | CPU time |");
      line("|---|---|---|---|---|---|");
      for (Contender contender : measured("ColdStart", way)) {
        line("| " + contender.title + usage("ColdStart", contender, way)
            + ratios(contender, "ColdStart", way, Usage.TIME, Usage.CPU) + " |");
      }
      if (find("ColdStart", NOTHING, way, Usage.TIME).isPresent()) {
        line("| " + NOTHING.title + usage("ColdStart", NOTHING, way) + " | | |");
      }
    }
    text(
        """

        To get this for your own program, run it once as in the first line, from jars and not from folders, and then
        always as in the second, with the same JDK and class path. These are the commands that were measured:

        ```sh
        CLASS_PATH=app.jar:$(cat target/class-path.txt) # from mvn dependency:build-classpath -Dmdep.outputFile=…
        """);
    for (JsonNode start : json.get("starts")) {
      if (!start.get("name").asText().equals(PLAIN)) {
        line("# " + start.get("title").asText());
        start.get("recipe").forEach(command -> line(command.asText()));
      }
    }
    text(
        """
        ```

        Most of the time without an archive is spent on loading classes:

        | | classes from the JDK's archive | others |
        |---|---|---|
        """);
    List<Contender> loading = new ArrayList<>(measured("ColdStart"));
    loading.add(NOTHING);
    for (Contender contender : loading) {
      line("| " + contender.title
          + " | " + number(figure("ColdStart", contender, PLAIN, "from the archive").score())
          + " | " + number(figure("ColdStart", contender, PLAIN, "others").score()) + " |");
    }
  }

  private static String profiled(String benchmark) {
    return switch (benchmark) {
      case "Decode" -> "decoding";
      case "OneCall" -> "one call";
      default -> "checking and ordering";
    };
  }

  private void compare(String benchmark, String of) {
    for (String variant : variants(benchmark)) {
      line("");
      line("| " + variant + ' ' + of
          + " | time, µs | CPU time, µs | allocated, B | this SDK by it: time | CPU time | allocated |");
      line("|---|---|---|---|---|---|---|");
      for (Contender contender : measured(benchmark, variant)) {
        line("| " + contender.title + usage(benchmark, contender, variant)
            + ratios(contender, benchmark, variant, Usage.TIME, Usage.CPU, Usage.BYTES) + " |");
      }
    }
  }

  /** Three cells. */
  private String usage(String benchmark, Contender contender, String variant) {
    StringBuilder cells = new StringBuilder();
    for (String quantity : List.of(Usage.TIME, Usage.CPU, Usage.BYTES)) {
      cells.append(" | ").append(find(benchmark, contender, variant, quantity).map(Report::withSpread).orElse(""));
    }
    return cells.toString();
  }

  private String ratios(Contender contender, String benchmark, String variant, String... quantities) {
    StringBuilder cells = new StringBuilder();
    for (String quantity : quantities) {
      boolean known = !contender.equals(ours) && find(benchmark, contender, variant, quantity).isPresent();
      cells.append(" | ").append(known ? against(contender, benchmark, variant, quantity) : "");
    }
    return cells.toString();
  }

  /** The README with updated benchmark lines. */
  private String quotedIn(String readme) {
    int begin = readme.indexOf(BEGIN);
    int end = readme.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException("The README has no " + BEGIN.strip() + " … " + END);
    }
    String size = variants("Decode").get(variants("Decode").size() - 1);
    String call = variants("OneCall").get(0);
    Contender jackson = best("jackson", "Decode", size, "time");
    Contender gson = best("gson", "Decode", size, "time");
    Contender fastest = best("", "OneCall", call, "time");
    Contender starts = best("", "ColdStart", PLAIN, "time");
    Contender lean = best("jackson", "Decode", size, "allocated");
    Contender leanGson = best("gson", "Decode", size, "allocated");
    String lines =
        String.format(
            Locale.ROOT,
            """
            - Decoding %s tokens takes %.2f × the time and %.2f × the bytes of the best stock Jackson client; \
            Gson: %.2f × and %.2f ×.
            - One call over loopback takes %.2f × the time of the fastest stock client; a new JVM to its first \
            token, %.2f ×.
            - From a server with 50 ms of latency, 3,000 tokens take %s s in a plain loop, and %s s with `ahead(8)`.
            """,
            size,
            against(jackson, "Decode", size, "time").score,
            against(lean, "Decode", size, "allocated").score,
            against(gson, "Decode", size, "time").score,
            against(leanGson, "Decode", size, "allocated").score,
            against(fastest, "OneCall", call, "time").score,
            against(starts, "ColdStart", PLAIN, "time").score,
            seconds("plain loop, 0 ms a page"),
            seconds("8 at once, 0 ms a page"));
    return readme.substring(0, begin + BEGIN.length()) + lines + readme.substring(end);
  }

  private String seconds(String variant) {
    return String.format(Locale.ROOT, "%.2f", figure("Listing", ours, variant, "time").score() / 1000);
  }

  private String plot() {
    Plot plot = new Plot();
    bars(plot, "One call over loopback, 30 tokens: CPU time, µs", "OneCall", "30", Usage.CPU);
    bars(plot, "Decoding 100 tokens: CPU time, µs", "Decode", "100", Usage.CPU);
    bars(plot, "Decoding 100 tokens: bytes allocated", "Decode", "100", Usage.BYTES);
    bars(plot, "Cold start: time, ms", "ColdStart", PLAIN, Usage.TIME);
    return plot.toString();
  }

  private void bars(Plot plot, String title, String benchmark, String variant, String quantity) {
    List<Plot.Bar> bars = new ArrayList<>();
    for (Contender contender : choices) {
      Optional<Figure> found = find(benchmark, contender, variant, quantity);
      if (found.isEmpty()) {
        continue;
      }
      Figure figure = found.get();
      bars.add(
          new Plot.Bar(
              contender.title,
              contender.kind(),
              figure.score(),
              Figure.low(figure.rounds()),
              Figure.high(figure.rounds()),
              number(figure.score())));
    }
    plot.bars(title, bars);
  }

  private String growthPlot() {
    Plot plot = new Plot();
    growth(plot, "The CPU time of one, µs", Usage.CPU);
    growth(plot, "The bytes allocated for one", Usage.BYTES);
    return plot.toString();
  }

  private void growth(Plot plot, String title, String quantity) {
    List<Plot.Line> lines = new ArrayList<>();
    for (String work : GROWING) {
      List<Double> values =
          numbers().stream().map(number -> figure("Growth", ours, work + ' ' + number, quantity).score()).toList();
      lines.add(new Plot.Line(work, "ours", values));
    }
    plot.lines(title, "when there are so many of them", lines);
  }

  private static String withSpread(Figure figure) {
    return number(figure.score())
        + (figure.rounds().size() == 1
            ? ""
            : " (" + number(Figure.low(figure.rounds())) + "–" + number(Figure.high(figure.rounds())) + ")");
  }

  private static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String small(double value) {
    return value < 1 ? String.format(Locale.ROOT, "%.2f", value) : number(value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%,.0f", value);
  }

  private void text(String lines) {
    page.append(lines);
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
