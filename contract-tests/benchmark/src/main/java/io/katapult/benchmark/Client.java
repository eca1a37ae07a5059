package io.katapult.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A client and its jars.
 *
 * @param name the name for {@link Subject#named}
 * @param title the name in the report
 * @param jars the run-time class path, including the client's own jar
 */
record Client(String name, String title, List<Path> jars) {
  /** Ends the names of clients with the OkHttp of this SDK. */
  static final String SAME_OKHTTP = "-okhttp5";

  private static final List<String> PEERS = List.of("retrofit-gson", "retrofit-jackson", "okhttp-gson", "native");
  private static final Pattern VERSION_PROPERTY = Pattern.compile("<([a-z0-9.-]+[-.]version)>([^<]+)</");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>[^<]+</groupId>\\s*<artifactId>([^<]+)</artifactId>"
              + "\\s*<version>([^<]+)</version>(?!\\s*<scope>)");

  /** All clients, starting with this SDK. The hand-written clients use a subset of its jars. */
  static List<Client> all(Path root) throws IOException {
    List<Path> ours = jars(root.resolve("extensions/target"));
    List<Client> clients = new ArrayList<>();
    clients.add(new Client("katapult", "Katapult SDK", ours));
    clients.add(new Client("hand-written", "hand-written, Moshi", without(ours, "retrofit|converter")));
    for (String peer : PEERS) {
      Path target = root.resolve("contract-tests/benchmark/peers").resolve(peer).resolve("target");
      List<Path> jars = jars(target);
      checkStock(target.resolve("generated-sources/openapi/pom.xml"), jars);
      clients.add(new Client(peer, title(peer), jars));
    }
    clients.add(new Client("raw", "raw bytes", without(ours, "retrofit|converter|moshi")));
    clients.add(new Client("katapult-raw", "Katapult SDK, Retrofit", ours));
    for (Client client : List.copyOf(clients)) {
      if (client.jars.stream().anyMatch(jar -> jar.getFileName().toString().matches("okhttp-[34].*"))) {
        clients.add(client.withOkHttp(ours));
      }
    }
    return clients;
  }

  /** The client with the OkHttp of this SDK instead of its own. */
  private Client withOkHttp(List<Path> ours) {
    Predicate<String> okhttp = Pattern.compile("(okhttp|okio|kotlin-stdlib).*").asMatchPredicate();
    Stream<Path> others = jars.stream().filter(jar -> !okhttp.test(jar.getFileName().toString()));
    Stream<Path> same = ours.stream().filter(jar -> okhttp.test(jar.getFileName().toString()));
    return new Client(name + SAME_OKHTTP, title + ", OkHttp 5", Stream.concat(others, same).toList());
  }

  /** Whether this is a stock client. */
  boolean isPeer() {
    return PEERS.contains(name.replace(SAME_OKHTTP, ""));
  }

  /** Whether this client is measured by a benchmark. The others would say nothing new. */
  boolean takesPart(String benchmark) {
    boolean isRawInterface = name.equals("katapult-raw");
    return switch (benchmark) {
      case "CheckAndOrder" -> name.equals("katapult");
      // The raw client builds the same requests as the hand-written client.
      case "BuildRequest" -> !name.equals("raw");
      case "Decode", "Size" -> !isRawInterface && !name.endsWith(SAME_OKHTTP);
      default -> !isRawInterface;
    };
  }

  String classPath() {
    return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
  }

  long bytes() {
    return jars.stream().mapToLong(Client::size).sum();
  }

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String title(String peer) {
    return switch (peer) {
      case "retrofit-gson" -> "Retrofit, Gson";
      case "retrofit-jackson" -> "Retrofit, Jackson";
      case "okhttp-gson" -> "OkHttp, Gson";
      default -> "java.net.http, Jackson";
    };
  }

  private static List<Path> jars(Path target) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(target)) {
      files.filter(file -> file.toString().matches(".*(?<!-sources|-javadoc)\\.jar")).forEach(jars::add);
    }
    if (jars.size() != 1) {
      throw new IllegalStateException("Expected exactly one jar in " + target + " but found " + jars);
    }
    for (String jar : Files.readString(target.resolve("class-path.txt")).split(File.pathSeparator, -1)) {
      jars.add(Path.of(jar.strip()));
    }
    return jars;
  }

  /** Also removes our own jars, JSpecify, and the empty jar that replaces OkHttp 4. */
  private static List<Path> without(List<Path> jars, String names) {
    Predicate<String> removed = Pattern.compile("(katapult|jspecify|okhttp-\\d|" + names + ").*").asMatchPredicate();
    return jars.stream().filter(jar -> !removed.test(jar.getFileName().toString())).toList();
  }

  /** Checks that the client uses the jars of its generated pom, whose versions our pom repeats. */
  private static void checkStock(Path pom, List<Path> jars) throws IOException {
    String text = Files.readString(pom);
    List<String> names = jars.stream().map(jar -> jar.getFileName().toString()).toList();
    Matcher dependency = DEPENDENCY.matcher(text.substring(text.lastIndexOf("<dependencies>")));
    while (dependency.find()) {
      String version = dependency.group(2);
      Matcher property = VERSION_PROPERTY.matcher(text);
      while (property.find()) {
        version = version.replace("${" + property.group(1) + "}", property.group(2));
      }
      String jar = dependency.group(1) + "-" + version + ".jar";
      if (!names.contains(jar)) {
        throw new IllegalStateException(
            "The generated pom requires " + jar + ", so change peers.….version. The jars are " + names);
      }
    }
  }
}
