package io.katapult.benchmark;

/** x. */
final class Report {
  private Report() {}

  /** x. */
  public static void main(String[] args) {}
}
