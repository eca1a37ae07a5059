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

/** Creates BENCHMARKS.md, its plot and three lines of the README from benchmark.json. */
final class Report {
  private static final String BEGIN = "<!-- benchmarks -->\n";
  private static final String END = "<!-- /benchmarks -->";

  private static final Contender NOTHING =
      new Contender("jvm", "JVM without a client", false, JsonNodeFactory.instance.arrayNode());

  private final JsonNode json;
  private final List<Contender> contenders = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final Contender ours;
  private final StringBuilder page = new StringBuilder();

  private record Contender(String name, String title, boolean peer, JsonNode jars) {
    boolean uses(String library) {
      return name.contains(library) || (library.equals("jackson") && name.equals("native"));
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

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", score, low, high);
    }
  }

  /** An upper limit to reach. The floor is the cost of the libraries that the SDK uses. */
  private record Target(String what, String limit, String measured, String floor, boolean reached) {}

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
              rounds,
              figure.path("error").asDouble(Double.NaN)));
    }
    ours = contenders.get(0);
  }

  private Figure figure(String benchmark, Contender contender, String variant, String quantity) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark) && figure.client().equals(contender.name))
        .filter(figure -> figure.variant().equals(variant) && figure.quantity().equals(quantity))
        .findFirst()
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

  private Contender named(String name) {
    return contenders.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  /** The best stock client with this JSON library, or with any library if empty. */
  private Contender best(String library, String benchmark, String variant, String quantity) {
    return contenders.stream()
        .filter(each -> each.peer && (library.isEmpty() || each.uses(library)) && measured(benchmark).contains(each))
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
    Contender handWritten = named("hand-written");
    for (String size : variants("Decode")) {
      String page = "decoding " + size + " tokens, ";
      add(targets, page + "bytes", 0.45, best("jackson", "Decode", size, "allocated"), "Decode", size, "allocated");
      add(targets, page + "bytes", 0.40, best("gson", "Decode", size, "allocated"), "Decode", size, "allocated");
      add(targets, page + "time", 1.00, best("gson", "Decode", size, "time"), "Decode", size, "time");
      add(targets, page + "time", 1.05, best("jackson", "Decode", size, "time"), "Decode", size, "time");
      add(targets, page + "time", 1.05, handWritten, "Decode", size, "time");
    }
    for (String size : variants("OneCall")) {
      String call = "one call over loopback, " + size + " tokens, time";
      add(targets, call, 1.00, best("", "OneCall", size, "time"), "OneCall", size, "time");
      add(targets, call, 1.05, handWritten, "OneCall", size, "time");
    }
    List<String> sizes = variants("BuildRequest");
    String fewest = sizes.get(0);
    String largest = sizes.get(sizes.size() - 1);
    String building = "building a request, %s annotations, %s";
    if (!fewest.equals(largest)) {
      Contender retrofit = best("retrofit", "BuildRequest", fewest, "time");
      add(targets, building.formatted(fewest, "time"), 1.30, retrofit, "BuildRequest", fewest, "time");
    }
    add(targets, building.formatted(largest, "time"), 1.10, handWritten, "BuildRequest", largest, "time");
    add(targets, building.formatted(largest, "bytes"), 1.10, handWritten, "BuildRequest", largest, "allocated");
    Contender raw = named("katapult-raw");
    Ratio rawTime = ratio(raw, best("retrofit", "BuildRequest", largest, "time"), "BuildRequest", largest, "time");
    targets.add(
        new Target(
            building.formatted(largest, "time") + ", Retrofit interface",
            "≤ 1.60 × the best Retrofit peer",
            rawTime.toString(),
            "",
            rawTime.score <= 1.6));
    Figure rawBytes = figure("BuildRequest", raw, largest, "allocated");
    targets.add(
        new Target(
            building.formatted(largest, "bytes") + ", Retrofit interface",
            "≤ 40,000 B",
            withSpread(rawBytes) + " B",
            "",
            rawBytes.score() <= 40_000));
    Figure loop = figure("Listing", ours, "plain loop, 50 ms a page", "time");
    add(targets, "listing, default, 50 ms of work a page", 0.6, loop, "default, 50 ms a page");
    loop = figure("Listing", ours, "plain loop, 0 ms a page", "time");
    add(targets, "listing, 8 at once", 1.0 / 6, loop, "8 at once, 0 ms a page");
    for (String variant : variants("LiveHeap")) {
      if (!variant.equals("idle")) {
        Figure heap = figure("LiveHeap", ours, variant, "live");
        double most = heap.rounds().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        targets.add(
            new Target("live heap of a long listing, " + variant, "≤ 16.0 MB", megabytes(most), "", most <= 16e6));
      }
    }
    for (String variant : variants("ColdStart")) {
      double limit = variant.equals(Benchmarks.PLAIN) ? 1.00 : 0.90;
      add(targets, coldStart(variant), limit, best("", "ColdStart", variant, "time"), "ColdStart", variant, "time");
      add(targets, coldStart(variant), 1.05, handWritten, "ColdStart", variant, "time");
    }
    return targets;
  }

  private void add(
      List<Target> targets,
      String what,
      double limit,
      Contender other,
      String benchmark,
      String variant,
      String quantity) {
    Ratio ratio = against(other, benchmark, variant, quantity);
    String most = String.format(Locale.ROOT, "≤ %.2f × %s", limit, other.title);
    Contender floor = named(benchmark.equals("ColdStart") ? "raw" : "hand-written");
    String least =
        floor.equals(other)
            ? ""
            : String.format(Locale.ROOT, "%.2f", ratio(floor, other, benchmark, variant, quantity).score);
    targets.add(new Target(what, most, ratio.toString(), least, ratio.score <= limit));
  }

  private void add(List<Target> targets, String what, double limit, Figure loop, String variant) {
    Ratio ratio = Ratio.of(figure("Listing", ours, variant, "time"), loop);
    String most = String.format(Locale.ROOT, "≤ %.3f × the plain loop", limit);
    targets.add(
        new Target(
            what,
            most,
            String.format(Locale.ROOT, "%.3f (%.3f–%.3f)", ratio.score, ratio.low, ratio.high),
            variant.startsWith("8 at once") ? String.format(Locale.ROOT, "%.3f", 5.0 / 30) : "",
            ratio.score <= limit));
  }

  private static String coldStart(String variant) {
    return switch (variant) {
      case Benchmarks.PLAIN -> "cold start";
      case Benchmarks.ARCHIVE -> "cold start with a class-data archive";
      default -> throw new IllegalArgumentException(variant);
    };
  }

  private String tables() {
    JsonNode machine = json.get("machine");
    text(
        """
        # How fast it is

        Generated by `mvn verify -Pbenchmark`. Don't edit this file.

        | | |
        |---|---|
        """);
    line("| measured | " + json.get("measured").asText() + ", in " + json.get("seconds").asLong() / 60 + " minutes |");
    line("| machine | " + machine.get("cpu").asText() + ", " + machine.get("cores").asInt() + " cores, "
        + Math.round(machine.get("memory").asDouble() / (1 << 30)) + " GiB |");
    line("| system | " + machine.get("os").asText() + ", " + machine.get("arch").asText() + " |");
    line("| Java | " + json.get("jdk").asText() + " |");
    line("| JMH | " + json.get("jmh").asText() + " |");
    text(
        """

        ![Bar charts of the figures below](benchmarks.svg)

        ## Targets

        | what | target | measured | floor | reached |
        |---|---|---|---|---|
        """);
    for (Target target : targets()) {
      line("| " + target.what + " | " + target.limit + " | " + target.measured + " | "
          + target.floor + " | " + (target.reached ? "yes" : "**no**") + " |");
    }
    text(
        """

        A target against other clients is against the best of them, by the median. The floor is the cost of the
        libraries that this SDK uses. For decoding and for a call, it is hand-written code with Moshi and without
        checks. For a cold start, it is OkHttp alone. For 8 at once, it is the first page followed by the 29 others in four
        rounds, without any work.

        Figures in parentheses are the lowest and the highest round, or the quartiles of 10 or more rounds. Ratios
        divide the figure of this SDK by that of the other client, round by round: below 1, this SDK needs less.

        ## Decoding a page

        From the bytes of a response to the model, with each client's own code. This SDK also checks that the body is
        JSON in UTF-8, not too long, complete, and has all required properties. The hand-written reader, the clients
        with Jackson and Retrofit with Gson check only the syntax. OkHttp with Gson also checks the properties.
        """);
    compare("Decode", "tokens");
    text(
        """

        ## One call over loopback

        From the call of a method to the model, on a reused connection to a server in another process.
        """);
    compare("OneCall", "tokens");
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

        | annotations | time, µs | allocated, B |
        |---|---|---|
        """);
    for (String size : variants("CheckAndOrder")) {
      line("| " + size
          + " | " + withSpread(figure("CheckAndOrder", ours, size, "time"))
          + " | " + withSpread(figure("CheckAndOrder", ours, size, "allocated")) + " |");
    }
    profile();
    text(
        """

        ## Listing from a slow server

        3,000 tokens in pages of 100; each response comes after 50 ms. The consumer works for a while on each page.

        | way, work | time, ms | × the plain loop |
        |---|---|---|
        """);
    for (String variant : variants("Listing")) {
      String loop = "plain loop" + variant.substring(variant.indexOf(','));
      Figure figure = figure("Listing", ours, variant, "time");
      line("| " + variant + " | " + withSpread(figure) + " | "
          + Ratio.of(figure, figure("Listing", ours, loop, "time")) + " |");
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

        ## Cold start

        A complete program: a new JVM creates a client, gets one page, prints the ID of the first token, and ends. It
        always uses the class-data archive of the JDK. In the second table, it also uses an archive of the program:

        ```sh
        java -XX:ArchiveClassesAtExit=app.jsa -cp "$CLASS_PATH" com.example.App   # once
        java -XX:SharedArchiveFile=app.jsa -cp "$CLASS_PATH" com.example.App
        ```

        From JDK 25 on, `-XX:AOTCacheOutput=app.aot` and `-XX:AOTCache=app.aot` do the same and more.
        """);
    for (String variant : variants("ColdStart")) {
      line("");
      line("| " + coldStart(variant) + " | time, ms | this SDK by it |");
      line("|---|---|---|");
      for (Contender contender : measured("ColdStart")) {
        line("| " + contender.title + " | " + withSpread(figure("ColdStart", contender, variant, "time")) + " | "
            + (contender.equals(ours) ? "" : against(contender, "ColdStart", variant, "time")) + " |");
      }
      line("| " + NOTHING.title + " | " + withSpread(figure("ColdStart", NOTHING, variant, "time")) + " | |");
    }
    text(
        """

        Most of this time is spent on loading classes:

        | | classes from the JDK's archive | others |
        |---|---|---|
        """);
    List<Contender> loading = new ArrayList<>(measured("ColdStart"));
    loading.add(NOTHING);
    for (Contender contender : loading) {
      line("| " + contender.title
          + " | " + number(figure("ColdStart", contender, Benchmarks.PLAIN, "from the archive").score())
          + " | " + number(figure("ColdStart", contender, Benchmarks.PLAIN, "others").score()) + " |");
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

        | | decoding | one call | checking and ordering |
        |---|---|---|---|
        """);
    figures.stream()
        .filter(figure -> figure.benchmark().equals("Profile"))
        .map(Figure::quantity)
        .distinct()
        .forEach(
            library -> {
              StringBuilder row = new StringBuilder("| " + library + " |");
              for (String benchmark : variants("Profile")) {
                double share = figure("Profile", ours, benchmark, library).score();
                row.append(' ').append(Math.round(share)).append(" % |");
              }
              line(row.toString());
            });
  }

  private void compare(String benchmark, String of) {
    for (String variant : variants(benchmark)) {
      line("");
      line("| " + variant + ' ' + of + " | time, µs | allocated, B | this SDK by it: time | allocated |");
      line("|---|---|---|---|---|");
      for (Contender contender : measured(benchmark)) {
        boolean other = !contender.equals(ours);
        line("| " + contender.title
            + " | " + withSpread(figure(benchmark, contender, variant, "time"))
            + " | " + withSpread(figure(benchmark, contender, variant, "allocated"))
            + " | " + (other ? against(contender, benchmark, variant, "time") : "")
            + " | " + (other ? against(contender, benchmark, variant, "allocated") : "") + " |");
      }
    }
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
    Contender starts = best("", "ColdStart", Benchmarks.PLAIN, "time");
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
            against(starts, "ColdStart", Benchmarks.PLAIN, "time").score,
            seconds("plain loop, 0 ms a page"),
            seconds("8 at once, 0 ms a page"));
    return readme.substring(0, begin + BEGIN.length()) + lines + readme.substring(end);
  }

  private String seconds(String variant) {
    return String.format(Locale.ROOT, "%.2f", figure("Listing", ours, variant, "time").score() / 1000);
  }

  /** Bar charts, two in a row. The bars start at 0, and thin lines show the spread. */
  private String plot() {
    String size = variants("Decode").get(variants("Decode").size() - 1);
    String call = variants("OneCall").get(0);
    List<String> panels =
        List.of(
            panel("Decoding " + size + " tokens: time, µs", "Decode", size, "time"),
            panel("Decoding " + size + " tokens: bytes allocated", "Decode", size, "allocated"),
            panel("One call, " + call + " tokens: time, µs", "OneCall", call, "time"),
            panel("One call, " + call + " tokens: bytes allocated", "OneCall", call, "allocated"),
            panel("Cold start: time, ms", "ColdStart", Benchmarks.PLAIN, "time"),
            panel("Cold start with a class-data archive: time, ms", "ColdStart", Benchmarks.ARCHIVE, "time"));
    int height = 30 + contenders.size() * 20;
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 ").append(20 + 3 * (height + 20));
    svg.append("\" font-family=\"sans-serif\" font-size=\"12\">\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    for (int i = 0; i < panels.size(); i++) {
      svg.append("<g transform=\"translate(").append(20 + i % 2 * 475).append(' ').append(20 + i / 2 * (height + 20));
      svg.append(")\">\n").append(panels.get(i)).append("</g>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private String panel(String title, String benchmark, String variant, String quantity) {
    List<Contender> shown = measured(benchmark);
    double most =
        shown.stream()
            .mapToDouble(each -> Figure.high(figure(benchmark, each, variant, quantity).rounds()))
            .max()
            .orElseThrow();
    double scale = 230 / most;
    StringBuilder svg = new StringBuilder();
    svg.append("<text y=\"12\" font-weight=\"bold\">").append(title).append("</text>\n");
    int y = 22;
    for (Contender contender : shown) {
      Figure figure = figure(benchmark, contender, variant, quantity);
      String colour = contender.equals(ours) ? "#1f6feb" : contender.peer ? "#8c959f" : "#d0d7de";
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"145\" y=\"%d\" text-anchor=\"end\">%s</text>"
                  + "<rect x=\"150\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"%s\"/>"
                  + "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#24292f\"/>"
                  + "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
              y + 11,
              contender.title,
              y,
              figure.score() * scale,
              colour,
              150 + Figure.low(figure.rounds()) * scale,
              150 + Figure.high(figure.rounds()) * scale,
              y + 7,
              y + 7,
              156 + Figure.high(figure.rounds()) * scale,
              y + 11,
              number(figure.score())));
      y += 20;
    }
    return svg.toString();
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
