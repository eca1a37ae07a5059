package io.katapult.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A client to measure, used as its documentation says. {@link #named} loads only the requested class, because each
 * client has its own class path.
 */
abstract class Subject {
  static final String API_KEY = "0123456789abcdef";
  static final String SUB_DOMAIN = "acme";

  static Subject named(String name) {
    return switch (name.replace(Client.SAME_OKHTTP, "")) {
      case "katapult" -> new KatapultSubject();
      case "katapult-raw" -> new KatapultRawSubject();
      case "hand-written" -> new HandWrittenSubject();
      case "raw" -> new RawSubject();
      case "retrofit-gson" -> new RetrofitGsonSubject();
      case "retrofit-jackson" -> new RetrofitJacksonSubject();
      case "okhttp-gson" -> new OkHttpGsonSubject();
      case "native" -> new NativeSubject();
      default -> throw new IllegalArgumentException(name);
    };
  }

  static List<String> annotationKeys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "environment-" + i).toList();
  }

  static List<String> annotationValues(int count) {
    return IntStream.range(0, count).mapToObj(i -> "production/" + i).toList();
  }

  /** Creates the client. */
  abstract void connect(String baseUrl);

  /** Gets one page over HTTP. */
  abstract Object call(int page, int perPage) throws Exception;

  /** Gets the first pages over HTTP, and returns the last one. */
  Object list(int pages, int perPage) throws Exception {
    Object last = call(1, perPage);
    for (int page = 2; page <= pages; page++) {
      last = call(page, perPage);
    }
    return last;
  }

  /** Sets the response body for {@link #decode}. */
  abstract void prepareDecoding(byte[] body);

  /** Decodes the response with the client's own code. */
  abstract Object decode() throws IOException;

  /** Builds the request for the HTTP client, without sending it. */
  abstract Object request(List<String> annotationKeys, List<String> annotationValues) throws Exception;

  /** The URL of a request returned by {@link #request}. */
  abstract String url(Object request);

  abstract String firstId(Object page);

  abstract int count(Object page);

  /** Checks that the client read the expected page. */
  final void check(Object page, int perPage) {
    if (!firstId(page).equals(Tokens.id(0)) || count(page) != perPage) {
      throw new IllegalStateException(getClass() + " read " + count(page) + " tokens from " + firstId(page));
    }
  }

  final void checkUrl(Object request, int annotations) {
    String url = url(request);
    for (int i = 0; i < annotations; i++) {
      if (!url.contains("annotations%5B%5D%5Bkey%5D=environment-" + i)
          || !url.contains("annotations%5B%5D%5Bvalue%5D=production%2F" + i)) {
        throw new IllegalStateException(getClass() + " would send " + url);
      }
    }
    if (!url.contains("organization%5Bsub_domain%5D=acme")
        || !url.contains("&page=2")
        || !url.contains("&per_page=100")) {
      throw new IllegalStateException(getClass() + " would send " + url);
    }
  }
}
