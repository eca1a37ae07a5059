package io.katapult.extensions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import okio.ByteString;

/**
 * Looks for the API key, or 8 characters of it, in capitals or not, or in hexadecimal digits: in all that is logged,
 * however finely, and printed. Also for exceptions that no thread has caught. Until it is closed.
 */
final class KeyWatch extends Handler implements AutoCloseable {
  private final Parts plain;
  private final Parts hex;
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();
  private final AtomicLong records = new AtomicLong();
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final Logger root = Logger.getLogger("");
  private final Level level = root.getLevel();
  private final Thread.UncaughtExceptionHandler uncaught = Thread.getDefaultUncaughtExceptionHandler();

  KeyWatch(String key) {
    plain = new Parts(key.toLowerCase(Locale.ROOT), 8);
    hex = new Parts(ByteString.encodeUtf8(key).hex(), 16);
  }

  void begin() {
    root.addHandler(this);
    root.setLevel(Level.ALL);
    PrintStream collecting = new PrintStream(printed, true, UTF_8);
    System.setOut(collecting);
    System.setErr(collecting);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> findings.add("uncaught on " + thread.getName() + ": " + stackTrace(failure)));
  }

  boolean shows(String text) {
    String lowerCase = text.toLowerCase(Locale.ROOT);
    return plain.areIn(lowerCase) || hex.areIn(lowerCase);
  }

  static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Override
  public void publish(LogRecord record) {
    records.incrementAndGet();
    String text = formatter.formatMessage(record);
    if (record.getThrown() != null) {
      text += stackTrace(record.getThrown());
    }
    if (shows(text)) {
      findings.add("logged by " + record.getLoggerName() + ": " + text);
    }
  }

  @Override
  public void flush() {}

  /** How many there were to look at. */
  long logRecords() {
    return records.get();
  }

  /** What has been found. */
  Queue<String> findings() {
    String text = printed.toString(UTF_8);
    if (shows(text)) {
      findings.add("printed: " + text);
    }
    return findings;
  }

  @Override
  public void close() {
    root.removeHandler(this);
    root.setLevel(level);
    System.setOut(out);
    System.setErr(err);
    Thread.setDefaultUncaughtExceptionHandler(uncaught);
  }

  /** All substrings of one length. */
  private static final class Parts {
    private final int length;
    private final Set<String> parts = new HashSet<>();
    private final BitSet characters = new BitSet();

    Parts(String secret, int length) {
      this.length = length;
      for (int i = 0; i + length <= secret.length(); i++) {
        parts.add(secret.substring(i, i + length));
      }
      secret.chars().forEach(characters::set);
    }

    /** Looks around each character that a part can't be without, which few are. */
    boolean areIn(String text) {
      for (int end = length - 1; end < text.length(); end += length) {
        if (characters.get(text.charAt(end)) && areAround(text, end)) {
          return true;
        }
      }
      return false;
    }

    private boolean areAround(String text, int index) {
      for (int i = Math.max(0, index - length + 1); i <= index && i + length <= text.length(); i++) {
        if (characters.get(text.charAt(i))
            && characters.get(text.charAt(i + length - 1))
            && parts.contains(text.substring(i, i + length))) {
          return true;
        }
      }
      return false;
    }
  }
}
