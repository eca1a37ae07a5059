package io.katapult.benchmark;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks of one client whenever it is told to. So a {@link Worker} for each client can take short turns with
 * the others, and a disturbance of the machine affects all of them alike. JMH's own forks run one after the other.
 */
final class Turns {
  /** Begins a line with a result; clients may print other lines. */
  static final String RESULT = "turn\t";

  private Turns() {}

  /** Argument: the client. Reads lines of benchmark, size and milliseconds; prints µs, CPU µs and bytes. */
  public static void main(String[] args) throws Exception {
    // Otherwise, another JMH on this machine would make this one fail.
    System.setProperty("jmh.ignoreLock", "true");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split("\t", -1);
      RunResult result = run(args[0], parts[0], parts[1], Integer.parseInt(parts[2]));
      System.out.println(
          RESULT
              + result.getPrimaryResult().getScore()
              + '\t'
              + result.getSecondaryResults().get(Usage.CPU).getScore()
              + '\t'
              + result.getSecondaryResults().get(Usage.BYTES).getScore());
    }
    System.exit(0);
  }

  private static RunResult run(String client, String benchmark, String size, int millis) throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options.include("\\." + benchmark + "\\.").param("client", client).param("size", size);
    // The first iteration includes the setup.
    options.forks(0).warmupIterations(1).warmupTime(TimeValue.milliseconds(1));
    options.measurementIterations(1).measurementTime(TimeValue.milliseconds(millis));
    options.addProfiler(UsageProfiler.class).shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    return new Runner(options.build()).runSingle();
  }
}
