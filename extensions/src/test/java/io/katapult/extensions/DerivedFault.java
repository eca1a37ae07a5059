package io.katapult.extensions;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import okio.ByteString;

/**
 * A fault that has not been thought up: the product of the parts that an answer turns out to have, the places in each
 * and all that can be done there.
 *
 * @param unit which response of a pair, or which TLS record of the server; 1 in all other exchanges
 * @param place in the part: an index, a name, or {@code all} of it
 */
record DerivedFault(Exchange exchange, int unit, String part, Operation operation, String place) {
  private static final String ALL = "all";

  /** Each byte of a part no longer than this is a place of its own. */
  private static final int SHORT = 4;

  /** A part as long as that has more places than its ends and its middle. */
  private static final int LONG = 100;

  /** The bytes of an answer all together; what happens to a single one of them happens in a part. */
  private static final String RESPONSE = "response";

  private static final Set<Operation> ON_RESPONSES =
      EnumSet.of(Operation.DROP, Operation.REPEAT, Operation.INFLATE);

  /** In a TLS record, one wrong byte is as wrong as another. */
  private static final Set<Operation> LIKE_ANY_OTHER_BYTE =
      EnumSet.of(Operation.NUL, Operation.LINE_END, Operation.DIGIT);

  /** All faults of an exchange, of which these are the responses, or the TLS records. */
  static List<DerivedFault> of(Exchange exchange, List<ByteString> units) {
    List<DerivedFault> faults = new ArrayList<>();
    for (int unit = 1; unit <= units.size(); unit++) {
      for (Anatomy.Part part : anatomy(exchange, units.get(unit - 1)).parts) {
        for (Operation operation : Operation.values()) {
          if (fits(exchange, part, operation)) {
            for (String place : places(part.length(), operation.reach)) {
              faults.add(new DerivedFault(exchange, unit, part.name(), operation, place));
            }
          }
        }
      }
      if (!exchange.isTls()) {
        for (Operation operation : ON_RESPONSES) {
          faults.add(new DerivedFault(exchange, unit, RESPONSE, operation, ALL));
        }
      }
    }
    return faults;
  }

  private static boolean fits(Exchange exchange, Anatomy.Part part, Operation operation) {
    if (exchange == Exchange.GZIP_INSIDE) {
      return operation.alters() && part.name().startsWith("body");
    }
    return !exchange.isTls() || !LIKE_ANY_OTHER_BYTE.contains(operation);
  }

  private static List<String> places(int length, Operation.Reach reach) {
    List<String> places = new ArrayList<>();
    if (reach == Operation.Reach.FIRST_BYTE) {
      places.add("0");
    } else if (reach != Operation.Reach.PART) {
      if (length <= SHORT) {
        IntStream.range(0, length).mapToObj(String::valueOf).forEach(places::add);
      } else {
        places.addAll(List.of("0", "middle", "last"));
        if (length >= LONG && reach == Operation.Reach.BYTE_OR_PART) {
          places.addAll(List.of("first-quarter", "last-quarter"));
        }
      }
    }
    // A single byte is all of its part.
    if (reach == Operation.Reach.PART || (reach == Operation.Reach.BYTE_OR_PART && length > 1)) {
      places.add(ALL);
    }
    return places;
  }

  private static Anatomy anatomy(Exchange exchange, ByteString unit) {
    try {
      return exchange.isTls() ? Anatomy.ofTlsRecord(unit) : Anatomy.ofResponse(unit);
    } catch (ProtocolException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What a server does instead of sending this response, or this TLS record. */
  List<Operation.Step> steps(ByteString bytes, Random random, String key) {
    if (part.equals(RESPONSE)) {
      return operation.steps(bytes, 0, bytes.size(), random, key);
    }
    Anatomy.Part found = anatomy(exchange, bytes).part(part);
    int offset =
        switch (place) {
          case ALL -> 0;
          case "middle" -> found.length() / 2;
          case "first-quarter" -> found.length() / 4;
          case "last-quarter" -> found.length() * 3 / 4;
          case "last" -> found.length() - 1;
          default -> Integer.parseInt(place);
        };
    int from = found.from() + Math.min(offset, found.length() - 1);
    // The length of a body stays what the head says, and may stay one of JSON.
    int length = operation == Operation.KEY && from + key.length() <= found.to() ? key.length() : 1;
    return operation.steps(bytes, from, place.equals(ALL) ? found.to() : from + length, random, key);
  }

  /** Whether what the answer says is altered, rather than how it is said. */
  boolean isInBody() {
    return part.startsWith("body") || part.endsWith(".data");
  }

  /** A name that parts alike have in common: that of any header is its {@code name}. */
  String kindOfPart() {
    return part.startsWith("status") || part.startsWith("body") ? part : part.substring(part.lastIndexOf('.') + 1);
  }

  String partLabel() {
    return exchange.isTls() ? "record-" + unit + "." + part : exchange == Exchange.PAIR ? unit + "." + part : part;
  }

  /** Its name, by which it can be run alone. */
  @Override
  public String toString() {
    return String.join("/", exchange.label(), partLabel(), operation.label(), place);
  }
}
