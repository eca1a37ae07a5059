package io.katapult.benchmark;

/** A whole program: gets one page, prints the id of its first token, and ends. */
final class FirstToken {
  private FirstToken() {}

  /** Arguments: a client, or "jvm" for none at all; the server. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("jvm")) {
      System.out.println(Tokens.id(0));
    } else {
      Subject subject = Subject.named(args[0]);
      subject.connect(args[1]);
      System.out.println(subject.firstId(subject.call(1, 30)));
    }
    // Some clients leave threads that would keep the JVM for a minute.
    System.exit(0);
  }
}
