package io.katapult.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A process of {@link Turns} for one client. */
final class Worker implements AutoCloseable {
  final Client client;
  private final Process process;
  private final BufferedReader out;

  Worker(Client client, Process process) {
    this.client = client;
    this.process = process;
    out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Runs a benchmark; returns the time in µs, the CPU time in µs and the allocated bytes of a call. */
  double[] turn(Class<?> benchmark, String size, int millis) {
    String order = benchmark.getSimpleName() + '\t' + size + '\t' + millis;
    try {
      process.getOutputStream().write((order + '\n').getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(Turns.RESULT)) {
          return Arrays.stream(line.substring(Turns.RESULT.length()).split("\t", -1))
              .mapToDouble(Double::parseDouble)
              .toArray();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(client.name() + " failed at " + order, e);
    }
    throw new IllegalStateException(client.name() + " ended at " + order);
  }

  /** Ends the process and waits until it has, so that it can write its recording. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException(client.name() + " did not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
