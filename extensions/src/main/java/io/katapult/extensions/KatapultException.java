package io.katapult.extensions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that failed. Unchecked, since most code can't do better than let it pass.
 *
 * <p>Neither its message nor that of a cause holds the API key.
 *
 * @serial exclude
 */
@SuppressWarnings("serial") // Attempts are not serializable, and exceptions are not sent anywhere.
public abstract sealed class KatapultException extends RuntimeException permits ConnectionException, ResponseException {
  private int page;
  private List<Attempt> attempts = List.of();

  KatapultException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The page that was asked for. A listing that failed can go on from there:
   * {@link ListApiTokensRequest#page(int)}.
   *
   * @return its number, counted from 1
   */
  public int page() {
    return page;
  }

  /** {@return the attempts that failed before this one, oldest first, unmodifiable} */
  public List<Attempt> attempts() {
    return attempts;
  }

  /** {@return what went wrong, on which page, and after how many attempts} */
  @Override
  public String getMessage() {
    StringBuilder message = new StringBuilder(String.valueOf(super.getMessage()));
    if (page > 1) {
      message.append(", page ").append(page);
    }
    if (!attempts.isEmpty()) {
      message.append(", attempt ").append(attempts.size() + 1);
    }
    return message.toString();
  }

  /** Called once, before it is thrown. */
  final void happened(int onPage, List<Attempt> after) {
    page = onPage;
    attempts = List.copyOf(after);
  }
}
