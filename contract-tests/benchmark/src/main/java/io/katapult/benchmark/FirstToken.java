package io.katapult.benchmark;

/** A complete program: gets one page, prints the ID of its first token, and ends. */
final class FirstToken {
  private FirstToken() {}

  /** Arguments: a client, or "jvm" for none; the server. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("jvm")) {
      System.out.println(Tokens.id(0));
    } else {
      Subject subject = Subject.named(args[0]);
      subject.connect(args[1]);
      System.out.println(subject.firstId(subject.call(1, 30)));
    }
    // Threads of some clients would keep the JVM alive for a minute.
    System.exit(0);
  }
}
