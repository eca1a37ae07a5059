package io.katapult.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is measured: a client, used as its own documentation says. Only the one that is asked for is loaded, since each
 * has a class path of its own.
 */
abstract class Subject {
  static final String API_KEY = "0123456789abcdef";
  static final String SUB_DOMAIN = "acme";

  static Subject named(String name) {
    return switch (name) {
      case "katapult" -> new KatapultSubject();
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

  /** Makes the client. */
  abstract void connect(String baseUrl);

  /** One page, over HTTP. */
  abstract Object call(int page, int perPage) throws Exception;

  /** Keeps a response to be read time and again. */
  abstract void prepareDecoding(byte[] body);

  /** Reads that response by the client's own code. */
  abstract Object decode() throws IOException;

  /** Builds a request as far as it is handed to the HTTP client, and returns it. */
  abstract Object request(List<String> annotationKeys, List<String> annotationValues) throws Exception;

  /** The URL of what {@link #request} returned. */
  abstract String url(Object request);

  abstract String firstId(Object page);

  abstract int count(Object page);

  /** All of them must have done the same. */
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
