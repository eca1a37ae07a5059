package io.katapult.extensions;

import io.katapult.extensions.internal.Waits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** What a server does while one call, or one listing, is under way: all is well, but for one fault at one page. */
final class Play {
  private static final Pattern KEY = Pattern.compile("(?m)^Authorization: Bearer (\\S+)$");
  private static final Pattern PAGE = Pattern.compile("[?&]page=(\\d{1,6})");
  private static final ByteString END_OF_HEAD = ByteString.encodeUtf8("\r\n\r\n");
  private static final long PAUSE_MILLIS = 20;
  private static final long SLOW_MILLIS = 30;

  /** Waits until the client has closed the connection. */
  interface Closing {
    void await() throws IOException, InterruptedException;
  }

  private final Exchange exchange;
  private final @Nullable DerivedFault fault;
  private final int page;
  private final boolean always;
  private final long seed;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private final Queue<ByteString> records = new ConcurrentLinkedQueue<>();
  private volatile boolean played;
  private volatile @Nullable ByteString altered;

  private Play(Exchange exchange, @Nullable DerivedFault fault, int page, boolean always, long seed) {
    this.exchange = exchange;
    this.fault = fault;
    this.page = page;
    this.always = always;
    this.seed = seed;
  }

  /** Nothing goes wrong. */
  static Play good(Exchange exchange) {
    return new Play(exchange, null, 0, false, 0);
  }

  /**
   * The fault happens at this page.
   *
   * @param always or only to the first attempt
   */
  static Play of(DerivedFault fault, int page, boolean always, long seed) {
    return new Play(fault.exchange(), fault, page, always, seed);
  }

  Exchange exchange() {
    return exchange;
  }

  /** Whether the fault happened. */
  boolean wasPlayed() {
    return played;
  }

  /** The faulty answer, if all of it was sent. */
  @Nullable ByteString altered() {
    return altered;
  }

  /** The TLS records of the server. */
  List<ByteString> records() {
    return List.copyOf(records);
  }

  /** What to do about a request. */
  List<Operation.Step> answer(String request, int port) {
    String target = request.split(" ", 3)[1];
    Matcher asked = PAGE.matcher(target);
    boolean isForTheApi = target.contains("/api_tokens");
    int askedPage = isForTheApi ? asked.find() ? Integer.parseInt(asked.group(1)) : 1 : page;
    DerivedFault due = fault;
    if (due == null
        || exchange.isTls()
        || !isForTheApi
        || askedPage != page
        || (answers.getAndIncrement() > 0 && !always)) {
      return List.of(Operation.Step.send(good(askedPage, port)));
    }
    Matcher key = KEY.matcher(request);
    List<Operation.Step> steps =
        due.steps(exchange.answer(page, port), new Random(seed), key.find() ? key.group(1) : "");
    played = true;
    if (!due.operation().alters()) {
      return steps;
    }
    ByteString sent = steps.get(0).bytes();
    if (exchange == Exchange.GZIP_INSIDE) {
      sent = Exchange.gzipped(sent.substring(sent.indexOf(END_OF_HEAD) + END_OF_HEAD.size()));
    }
    altered = sent;
    return List.of(Operation.Step.send(sent));
  }

  private ByteString good(int askedPage, int port) {
    Exchange form = exchange == Exchange.GZIP_INSIDE ? Exchange.GZIP : exchange.isPage() ? exchange : Exchange.PAIR;
    return form.answer(askedPage, port);
  }

  /** Counts a connection, over which there is one page each, by TLS. */
  int connect() {
    return connections.incrementAndGet();
  }

  /** What to do about a TLS record of the server, both counted from 1. */
  List<Operation.Step> record(int connection, int number, ByteString record) {
    records.add(record);
    DerivedFault due = fault;
    if (due == null || number != due.unit() || connection < page || (connection > page && !always)) {
      return List.of(Operation.Step.send(record));
    }
    played = true;
    return due.steps(record, new Random(seed), FaultRunner.KEY);
  }

  /** Returns whether the connection goes on. */
  static boolean play(List<Operation.Step> steps, Socket socket, Closing closing) throws Exception {
    OutputStream out = socket.getOutputStream();
    for (Operation.Step step : steps) {
      switch (step.kind()) {
        case SEND -> {
          step.bytes().write(out);
          out.flush();
        }
        case SEND_SLOWLY -> {
          for (int i = 0; i < step.bytes().size(); i++) {
            Thread.sleep(SLOW_MILLIS);
            out.write(step.bytes().getByte(i));
            out.flush();
          }
        }
        case PAUSE -> Thread.sleep(PAUSE_MILLIS);
        case RESET -> {
          RawServer.reset(socket);
          return false;
        }
        case CUT -> {
          socket.shutdownOutput();
          closing.await();
          return false;
        }
        case STALL -> {
          closing.await();
          return false;
        }
      }
    }
    return true;
  }
}
