package io.katapult.extensions;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import okio.Buffer;
import okio.ByteString;

/** What can be done to some of the bytes of an answer. */
enum Operation {
  /** The connection ends before them. */
  CUT(Reach.BYTE),
  RESET(Reach.BYTE),
  STALL(Reach.BYTE),
  /** Shorter than any time-out. */
  PAUSE(Reach.BYTE),
  /** From here on byte by byte: only the deadline ends it. */
  DRIP(Reach.FIRST_BYTE),
  FLIP(Reach.BYTE_OR_PART),
  NUL(Reach.BYTE_OR_PART),
  LINE_END(Reach.BYTE_OR_PART),
  ALL_ONES(Reach.BYTE_OR_PART),
  DIGIT(Reach.BYTE_OR_PART),
  /** As if the server gave back what the request had: over as many bytes, if the part goes on so far. */
  KEY(Reach.BYTE_OR_PART),
  DROP(Reach.BYTE_OR_PART),
  REPEAT(Reach.PART),
  /** Many thousand times. */
  INFLATE(Reach.PART);

  /** What an operation is about: single bytes of a part, all of it, or both, one after the other. */
  enum Reach {
    FIRST_BYTE,
    BYTE,
    PART,
    BYTE_OR_PART
  }

  /** What a server does, one after the other. */
  record Step(Kind kind, ByteString bytes) {
    enum Kind {
      SEND,
      SEND_SLOWLY,
      PAUSE,
      CUT,
      RESET,
      STALL
    }

    private static Step of(Kind kind) {
      return new Step(kind, ByteString.EMPTY);
    }

    static Step send(ByteString bytes) {
      return new Step(Kind.SEND, bytes);
    }
  }

  final Reach reach;

  Operation(Reach reach) {
    this.reach = reach;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether other bytes arrive than should, rather than at another time or not at all. */
  boolean alters() {
    return reach != Reach.BYTE && reach != Reach.FIRST_BYTE;
  }

  /** What a server does instead of sending these bytes, where something happens to some of them. */
  List<Step> steps(ByteString bytes, int from, int to, Random random, String key) {
    Step before = Step.send(bytes.substring(0, from));
    ByteString after = bytes.substring(from);
    return switch (this) {
      case CUT -> List.of(before, Step.of(Step.Kind.CUT));
      // What was sent may be lost with the connection, unless the client has been given time to read it.
      case RESET -> random.nextBoolean()
          ? List.of(before, Step.of(Step.Kind.RESET))
          : List.of(before, Step.of(Step.Kind.PAUSE), Step.of(Step.Kind.RESET));
      case STALL -> List.of(before, Step.of(Step.Kind.STALL));
      case PAUSE -> List.of(before, Step.of(Step.Kind.PAUSE), Step.send(after));
      case DRIP -> List.of(before, new Step(Step.Kind.SEND_SLOWLY, after));
      default -> {
        Buffer altered = new Buffer().write(bytes.substring(0, from));
        alter(bytes.substring(from, to), altered, random, key);
        yield List.of(Step.send(altered.write(bytes.substring(to)).readByteString()));
      }
    };
  }

  private void alter(ByteString bytes, Buffer to, Random random, String key) {
    int bit = 1 << random.nextInt(8);
    switch (this) {
      case FLIP -> eachOf(bytes, original -> to.writeByte(original ^ bit));
      case NUL -> eachOf(bytes, original -> to.writeByte(0));
      case LINE_END -> eachOf(bytes, original -> to.writeUtf8("\r\n"));
      case ALL_ONES -> eachOf(bytes, original -> to.writeByte(0xff));
      case DIGIT -> {
        int digit = random.nextInt(10);
        eachOf(bytes, original -> to.writeByte('0' + (original == '0' + digit ? (digit + 1) % 10 : digit)));
      }
      case KEY -> to.writeUtf8(key);
      case DROP -> {}
      case REPEAT -> to.write(bytes).write(bytes);
      // Beyond all limits, or still within them.
      case INFLATE -> {
        int length = random.nextBoolean() ? 1_500_000 : 100_000;
        for (int written = 0; written < length; written += bytes.size()) {
          to.write(bytes);
        }
      }
      default -> throw new IllegalStateException(label());
    }
  }

  private static void eachOf(ByteString bytes, IntConsumer write) {
    for (int i = 0; i < bytes.size(); i++) {
      write.accept(bytes.getByte(i));
    }
  }
}
