package io.katapult.recipes;

import io.katapult.client.model.ErrorCode;
import io.katapult.extensions.ApiErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Replaces API keys while the program runs. {@code KatapultClient.builder().apiKey(supplier)} calls the supplier before
 * each attempt.
 */
final class RotateKey {
  private RotateKey() {}

  /** Reads the key from a file, such as a mounted secret. */
  static Supplier<String> inFile(Path file) {
    return () -> {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** Remembers the key of a secret store that is too slow to call each time. */
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

    /** Asks the store for a new key, unless another thread has already replaced the rejected one. */
    synchronized String insteadOf(String refused) {
      if (key.equals(refused)) {
        key = store.get();
      }
      return key;
    }
  }

  /**
   * Repeats a request if its key was rejected and there is a new one. The API answers an expired or revoked key with
   * 403 {@code invalid_api_token}, which no {@code RetryPolicy} retries. A 401 does not come from the API but from a
   * proxy or gateway.
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
