package io.katapult.recipes;

import java.nio.file.Path;
import okhttp3.Cache;
import okhttp3.OkHttpClient;

/**
 * Keeps pages on disk; pass the client to {@code KatapultClient.builder().callFactory(…)}. As the API says with each
 * page, it is asked each time all the same, and answers an unchanged one with status 304 and no body. Have a
 * cache for each key: only if the server sends {@code Vary: Authorization} does it tell keys apart. The folder has all that is in a page, a secret included if the API were to put
 * one there: keep it to yourself.
 */
final class CachePages {
  private CachePages() {}

  static OkHttpClient in(Path folder) {
    return new OkHttpClient.Builder().cache(new Cache(folder.toFile(), 10L << 20)).build();
  }
}
