package io.katapult.verification;

import io.katapult.specreader.Vectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Rack itself, in a Ruby process that reads a query from each line and writes what it means. */
final class Rack implements AutoCloseable {
  private static final String SCRIPT =
      """
      require 'json'
      require 'rack'
      $stdin.set_encoding('UTF-8')
      $stdout.sync = true
      puts 'ready'
      $stdin.each_line do |line|
        begin
          puts JSON.generate(Rack::Utils.parse_nested_query(line.chomp))
        rescue StandardError => e
          puts 'rejected'
        end
      end
      """;

  private final Process process;
  private final Writer in;
  private final BufferedReader out;

  private Rack(Process process) {
    this.process = process;
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts Ruby. Aborts the test if Ruby or Rack is not installed. */
  static Rack startOrSkip() throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder(List.of("ruby", "-e", SCRIPT))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return Assumptions.abort("Ruby is not installed");
    }
    Rack rack = new Rack(process);
    Assumptions.assumeTrue("ready".equals(rack.out.readLine()), "Rack is not installed");
    return rack;
  }

  /**
   * Parses a query.
   *
   * @throws IllegalArgumentException if Rack rejects it
   */
  synchronized Map<String, Object> parse(String query) {
    try {
      in.write(query + "\n");
      in.flush();
      String line = out.readLine();
      if (line == null || line.equals("rejected")) {
        throw new IllegalArgumentException("Rack rejects the query");
      }
      return Vectors.map(Vectors.json(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
