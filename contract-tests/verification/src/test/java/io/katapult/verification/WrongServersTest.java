package io.katapult.verification;

import static org.assertj.core.api.Assertions.assertThat;


import java.io.IOException;



import java.time.Instant;
import java.util.ArrayList;

import java.util.List;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WrongServersTest {
  @Test
  void eachIsCaught() throws IOException {
    List<String> missed = new ArrayList<>();
    for (WrongServers.Wrong wrong : WrongServers.all()) {
      StandInServer.Variant variant = wrong.variant().get();
      AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T10:00:20Z"));
      variant.clock = now::get;
      try (StandInServer server = new StandInServer(variant)) {
        Report report = ServerVerification.verify(server.settings(), x -> {}, wait -> now.updateAndGet(t -> t.plus(wait)));
        System.out.println("## " + wrong + (report.refusal() == null ? "" : " REFUSAL " + report.refusal()));
        report.findings().forEach(f -> System.out.println("   - " + f.sentence() + " | " + f.examples().get(0).expected() + " | " + f.examples().get(0).came()));
        if (report.isConforming()) {
          missed.add(wrong.toString());
        }
      }
    }
    System.out.println(WrongServers.all().size());
    assertThat(missed).isEmpty();
  }

  @Test
  void noFalseAlarm() throws IOException {
    List<String> alarms = new ArrayList<>();
    for (RightServers.Right right : RightServers.all()) {
      StandInServer.Variant variant = right.variant().get();
      AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T10:00:20Z"));
      variant.clock = now::get;
      long t = System.nanoTime();
      try (StandInServer server = new StandInServer(variant)) {
        Report report = ServerVerification.verify(server.settings(), x -> {}, wait -> now.updateAndGet(u -> u.plus(wait)));
        System.out.println("## " + right + " " + report.requests() + " " + (System.nanoTime() - t) / 1000000 + " ms" + (report.refusal() == null ? "" : " REFUSAL " + report.refusal()));
        report.findings().forEach(f -> System.out.println("   - " + f.sentence() + " | " + f.examples().get(0).expected() + " | " + f.examples().get(0).came() + " | " + f.examples().get(0).asked()));
        if (!report.isConforming()) {
          alarms.add(right.toString());
        }
      }
    }
    System.out.println(RightServers.all().size());
    assertThat(alarms).isEmpty();
  }
}
