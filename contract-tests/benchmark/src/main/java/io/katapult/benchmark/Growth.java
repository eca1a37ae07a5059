package io.katapult.benchmark;

import java.util.List;

/** Measures how the cost of a token, an annotation and a page changes when there are more of them. */
final class Growth {
  private static final List<String> WORKS = List.of("token", "annotation", "page");
  /** Pages of so few tokens that a long listing takes little time. */
  private static final int PER_PAGE = 10;

  /** Keeps the result, so that the JVM can't leave out the work. */
  static volatile Object result = "";

  private interface Work {
    Object run() throws Exception;
  }

  private final String client;
  private final String server;

  private Growth(String client, String server) {
    this.client = client;
    this.server = server;
  }

  /** Arguments: the client, the server, the largest number. Prints work, number, µs, CPU µs and bytes of one. */
  public static void main(String[] args) throws Exception {
    Growth growth = new Growth(args[0], args[1]);
    int largest = Integer.parseInt(args[2]);
    for (String work : WORKS) {
      growth.measure(work, Math.min(largest, 1000), largest / 5, false);
      for (int number = 1; number <= largest; number *= 10) {
        growth.measure(work, number, largest / 50, true);
      }
    }
    System.exit(0);
  }

  private void measure(String kind, int number, int millis, boolean print) throws Exception {
    Work work = work(kind, number);
    repeat(work, millis);
    for (int round = 0; print && round < 5; round++) {
      Usage before = Usage.now();
      int calls = repeat(work, millis / 4);
      Usage after = Usage.now();
      double each = (double) calls * number;
      System.out.println(
          kind
              + '\t'
              + number
              + '\t'
              + after.nanosSince(before) / 1000 / each
              + '\t'
              + after.cpuNanosSince(before) / 1000 / each
              + '\t'
              + after.bytesSince(before) / each);
    }
  }

  /** Runs at least once, for about this time; returns how often. */
  private static int repeat(Work work, int millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000L;
    int calls = 0;
    do {
      result = work.run();
      calls++;
    } while (System.nanoTime() < end);
    return calls;
  }

  private Work work(String kind, int number) throws Exception {
    Subject subject = Subject.named(client);
    switch (kind) {
      case "token" -> {
        subject.prepareDecoding(Tokens.page(1, number, number));
        subject.check(subject.decode(), number);
        return subject::decode;
      }
      case "annotation" -> {
        subject.connect("http://127.0.0.1:1");
        List<String> keys = Subject.annotationKeys(number);
        List<String> values = Subject.annotationValues(number);
        subject.checkUrl(subject.request(keys, values), Math.min(number, 10));
        return () -> subject.request(keys, values);
      }
      default -> {
        subject.connect(server);
        return () -> subject.list(number, PER_PAGE);
      }
    }
  }
}
