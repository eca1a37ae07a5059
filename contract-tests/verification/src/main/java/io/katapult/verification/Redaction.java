package io.katapult.verification;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Hides the API key in texts, and finds it in responses. Immutable. */
final class Redaction {
  /** A shorter part of a key may be in a text by chance. */
  private static final int SHORTEST_PART = 8;

  private final List<String> forms;
  private final List<String> parts;

  Redaction(String key) {
    // Plain, as in a URL, in JSON, in Base64 and in hexadecimal.
    Set<String> all = new LinkedHashSet<>();
    all.add(key);
    all.add(URLEncoder.encode(key, StandardCharsets.UTF_8));
    all.add(key.replace("\\", "\\\\").replace("\"", "\\\""));
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    if (key.length() >= SHORTEST_PART) {
      all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
      all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      all.add(HexFormat.of().formatHex(bytes));
      all.add(new StringBuilder(key).reverse().toString());
    }
    forms = List.copyOf(all);
    Set<String> windows = new LinkedHashSet<>();
    int size = Math.max(SHORTEST_PART, (key.length() + 1) / 2);
    for (int i = 0; i + size <= key.length(); i++) {
      windows.add(key.substring(i, i + size));
    }
    parts = List.copyOf(windows);
  }

  String redact(String text) {
    String redacted = text;
    for (String form : forms) {
      redacted = redacted.replace(form, "██");
    }
    for (String part : parts) {
      redacted = redacted.replace(part, "██");
    }
    return redacted;
  }

  /** Whether a text contains the key, in any form, or half of it. */
  boolean isIn(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return forms.stream()
            .anyMatch(
                form ->
                    form.length() >= SHORTEST_PART && lower.contains(form.toLowerCase(Locale.ROOT)))
        || parts.stream().anyMatch(text::contains);
  }
}
