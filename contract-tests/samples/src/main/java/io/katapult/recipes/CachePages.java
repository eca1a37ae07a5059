package io.katapult.recipes;

import java.nio.file.Path;
import okhttp3.Cache;
import okhttp3.OkHttpClient;

/**
 * Caches pages on disk. Pass the client to {@code KatapultClient.builder().callFactory(…)}.
 *
 * <p>Each page is still requested from the API, because its {@code Cache-Control} header says so, but the response to
 * an unchanged page is a 304 without a body. Use a separate cache for each key, unless the server sends
 * {@code Vary: Authorization}. Protect the folder: it holds complete pages, including any secrets in them.
 */
final class CachePages {
  private CachePages() {}

  static OkHttpClient in(Path folder) {
    return new OkHttpClient.Builder().cache(new Cache(folder.toFile(), 10L << 20)).build();
  }
}
