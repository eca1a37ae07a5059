package io.katapult.audit;

import static io.katapult.audit.Text.joined;
import static io.katapult.audit.Text.visible;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.katapult.client.model.ApiToken;
import io.katapult.recipes.TokenAudit;
import io.katapult.recipes.TokenAudit.Finding;
import io.katapult.recipes.TokenAudit.Flagged;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fills the template {@code report.html}, which escapes all text. */
final class HtmlReport {
  private static final int MONTHS = 12;
  private static final int SCOPES = 10;
  private static final int LABEL = 32;
  private static final int ROW = 28;
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final Template TEMPLATE = template();

  private HtmlReport() {}

  private static Template template() {
    InputStream in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.html"));
    try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return Mustache.compiler().escapeHTML(true).compile(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String html(Report report) {
    Map<Finding, Long> found = new EnumMap<>(Finding.class);
    for (Flagged token : report.flagged()) {
      token.findings().forEach(finding -> found.merge(finding, 1L, Long::sum));
    }
    return TEMPLATE.execute(
        Map.of(
            "summary", report.summary(),
            "isFailed", report.isFailed(),
            "isFlagged", !report.flagged().isEmpty(),
            "organization", visible(report.organization()),
            "auditedAt", MINUTE.format(report.auditedAt()),
            "kinds", found.entrySet().stream().map(kind -> kind(kind.getKey(), kind.getValue(), report)).toList(),
            "pictures", report.tokens().isEmpty() ? List.of() : List.of(expiry(report), scopes(report)),
            "flagged", report.flagged().stream().map(flagged -> token(flagged, report)).toList()));
  }

  private static Map<String, Object> kind(Finding finding, long tokens, Report report) {
    return Map.of(
        "id", finding.toString(),
        "tokens", tokens == 1 ? "1 token" : tokens + " tokens",
        "fails", report.failing().contains(finding),
        "meaning", meaning(finding, report.audit()));
  }

  private static String meaning(Finding finding, TokenAudit audit) {
    return switch (finding) {
      case EXPIRED -> "The token no longer works: replace it where it is still used, and delete it.";
      case EXPIRES_SOON ->
          "The token expires within %d days: replace it before that.".formatted(audit.soon().toDays());
      case NEVER_EXPIRES -> "If the token leaks, it works until somebody deletes it: give it an expiry.";
      case ANY_ADDRESS -> "The token works from everywhere: allow only the addresses that need it.";
      case WIDE_SCOPES ->
          "The token has a scope that is too wide alone (%s), or more than %d that don't end in :read: remove some."
              .formatted(visible(audit.wide().stream().sorted().collect(Collectors.joining(", "))), audit.writes());
    };
  }

  private static Map<String, Object> token(Flagged flagged, Report report) {
    ApiToken token = flagged.token();
    List<String> addresses = token.authorizedIpAddresses();
    return Map.of(
        "name", visible(token.name()),
        "id", visible(token.id()),
        "findings", flagged.findings().stream().map(Finding::toString).toList(),
        "fails", report.isFailed(flagged),
        "expires", ReportFormat.date(token.expiresAt()),
        "scopes", token.scopes().isEmpty() ? "none" : visible(joined(token.scopes())),
        "addresses", addresses.isEmpty() ? "any" : visible(joined(addresses)));
  }

  /** Also has the months in which no token expires, so that equal distances are equal times. */
  private static Map<String, Object> expiry(Report report) {
    Instant now = report.auditedAt();
    Instant soon = now.plus(report.audit().soon());
    YearMonth first = YearMonth.from(now.atZone(ZoneOffset.UTC));
    Map<String, List<ApiToken>> byPeriod =
        report.tokens().stream().collect(Collectors.groupingBy(token -> period(token.expiresAt(), now, first)));
    List<String> periods = new ArrayList<>(List.of("expired"));
    Stream.iterate(first, month -> month.plusMonths(1)).limit(MONTHS).map(MONTH::format).forEach(periods::add);
    periods.addAll(List.of("later", "never"));
    List<Bar> bars = new ArrayList<>();
    for (String period : periods) {
      List<ApiToken> tokens = byPeriod.getOrDefault(period, List.of());
      boolean isMarked =
          tokens.stream().map(ApiToken::expiresAt).anyMatch(expiresAt -> expiresAt == null || !expiresAt.isAfter(soon));
      bars.add(new Bar(period, tokens.size(), isMarked));
    }
    return picture("expiry", "When the tokens expire", "expired, soon, or never", bars);
  }

  private static String period(@Nullable Instant expiresAt, Instant now, YearMonth first) {
    if (expiresAt == null) {
      return "never";
    }
    if (!expiresAt.isAfter(now)) {
      return "expired";
    }
    YearMonth month = YearMonth.from(expiresAt.atZone(ZoneOffset.UTC));
    return month.isBefore(first.plusMonths(MONTHS)) ? MONTH.format(month) : "later";
  }

  /** The scopes that are too wide alone first, then those that allow more than reading, then those with most tokens. */
  private static Map<String, Object> scopes(Report report) {
    Map<String, Long> tokens =
        report.tokens().stream()
            .flatMap(token -> token.scopes().stream().distinct())
            .collect(Collectors.groupingBy(scope -> scope, TreeMap::new, Collectors.counting()));
    Set<String> wide = report.audit().wide();
    List<Bar> bars =
        tokens.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, Long>, Boolean>comparing(scope -> !wide.contains(scope.getKey()))
                    .thenComparing(scope -> !TokenAudit.writes(scope.getKey()))
                    .thenComparing(Map.Entry.comparingByValue(Comparator.reverseOrder())))
            .limit(SCOPES)
            .map(scope -> new Bar(visible(scope.getKey()), scope.getValue(), wide.contains(scope.getKey())))
            .toList();
    return picture("scopes", "Tokens by scope, the widest first", "too wide alone", bars);
  }

  /** A row of a picture: a label on a bar, and the number of tokens. */
  private record Bar(String label, long tokens, boolean isMarked) {}

  private static Map<String, Object> picture(String id, String title, String marked, List<Bar> bars) {
    long most = Math.max(1, bars.stream().mapToLong(Bar::tokens).max().orElse(1));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Bar bar : bars) {
      int y = rows.size() * ROW;
      rows.add(
          Map.of(
              "y", y,
              "middle", y + ROW / 2,
              "label", shortened(bar.label),
              "tokens", bar.tokens,
              "width", bar.tokens == 0 ? 0 : Math.max(1, 100 * bar.tokens / most),
              "marked", bar.isMarked));
    }
    String inWords =
        bars.stream().map(bar -> bar.label + ": " + bar.tokens).collect(Collectors.joining(", ", title + ". ", "."));
    return Map.of(
        "id", id, "title", title, "marked", marked, "inWords", inWords, "rows", rows, "height", rows.size() * ROW);
  }

  /** Leaves room for the number on a narrow screen. */
  private static String shortened(String label) {
    return label.codePointCount(0, label.length()) <= LABEL
        ? label
        : label.substring(0, label.offsetByCodePoints(0, LABEL - 1)) + "…";
  }
}
