package io.katapult.extensions;

import java.util.List;

/**
 * The attempts before a failure, and why there is no other.
 *
 * @param page the page that was asked for, counted from 1
 * @param attempts the attempts that failed before
 * @param reason why there is no other attempt
 * @param isRefusal whether another attempt might have helped
 */
record History(int page, List<Attempt> attempts, String reason, boolean isRefusal) {
  /** The history of a failure before the retry loop adds the real one. */
  static final History NONE = new History(1, List.of(), "", false);

  History {
    attempts = List.copyOf(attempts);
  }

  String describe(String failure) {
    StringBuilder text = new StringBuilder(failure);
    if (page > 1) {
      text.append(", page ").append(page);
    }
    if (!attempts.isEmpty()) {
      text.append(", attempt ").append(attempts.size() + 1);
    }
    if (isRefusal) {
      text.append("; not tried again: ").append(reason);
    }
    return text.toString();
  }
}
