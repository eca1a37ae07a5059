package io.katapult.recipes;

import io.katapult.client.model.ErrorCode;
import io.katapult.extensions.ApiErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * API keys that are replaced while the program runs. {@code KatapultClient.builder().apiKey(supplier)} asks for the key
 * before each attempt.
 */
final class RotateKey {
  private RotateKey() {}

  /** The key as it stands in a file, as platforms mount secrets. */
  static Supplier<String> inFile(Path file) {
    return () -> {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** Remembers the key of a secret store, which is too slow to be asked each time. */
  static final class Remembered implements Supplier<String> {
    private final Supplier<String> store;
    private String key;

    Remembered(Supplier<String> store) {
      this.store = store;
      key = store.get();
    }

    @Override
    public synchronized String get() {
      return key;
    }

    /** Asks the store again, unless that has been done already since this key was refused. */
    synchronized String insteadOf(String refused) {
      if (key.equals(refused)) {
        key = store.get();
      }
      return key;
    }
  }

  /**
   * Sends a request once more if its key was refused and there is a new one. The API answers a key that is expired or
   * revoked with 403 {@code invalid_api_token}, which no {@code RetryPolicy} tries again; a 401 is not from the API but
   * from something in between.
   */
  static <T> T send(Remembered key, Supplier<T> request) {
    String used = key.get();
    try {
      return request.get();
    } catch (ApiErrorException.Forbidden e) {
      if (!e.code().equals(ErrorCode.INVALID_API_TOKEN) || key.insteadOf(used).equals(used)) {
        throw e;
      }
      return request.get();
    }
  }
}
