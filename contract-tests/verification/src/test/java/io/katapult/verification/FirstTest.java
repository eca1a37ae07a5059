package io.katapult.verification;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FirstTest {
  @Test
  void right() throws IOException {
    for (int i = 0; i < 5; i++)
    try (StandInServer server = new StandInServer()) {
      long t = System.nanoTime();
      Report report = ServerVerification.verify(server.settings(), x -> {});
      System.out.println((System.nanoTime() - t) / 1000000 + " ms, " + report.requests());
      System.out.println(report.refusal());
      report.checks().forEach(System.out::println);
      report.findings().forEach(System.out::println);
      System.out.println(report.untested());
    }
  }
}
