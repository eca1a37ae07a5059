package io.katapult.recipes;

import com.squareup.moshi.Moshi;
import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.extensions.ListApiTokensRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds API tokens that need a review. In this repository, run it with
 * {@code mvn -q -Paudit -Daudit="--format csv"}, and add {@code -Dmock} to use the mock.
 *
 * <p>To use it in your own project, copy this file and change its package. It needs only {@code katapult-extensions}.
 * Run it with {@code java}, because Maven's exit code is also 1 when a build fails.
 */
public final class TokenAudit {
  private static final int NOTHING_FOUND = 0;
  private static final int SOMETHING_FOUND = 1;
  private static final int WRONG_USAGE = 2;
  private static final int NOT_READ = 3;

  private static final String HELP =
      """
      Finds API tokens of an organization that need a review.

      Options and their defaults:
        --format table      table, csv or json
        --output FILE       the file to write; default: standard output
        --days 30           report tokens that expire within this number of days
        --wide api_tokens   report tokens with one of these scopes; api_tokens can create tokens
        --writes 3          report tokens with more scopes than this that don't end in :read
        --checks %s
                            the checks to run
        --except ID,ID      tokens to skip; default: none
        --help              print this help

      Environment:
        KATAPULT_API_KEY        a token with the scope api_tokens:read or api_tokens
        KATAPULT_ORGANIZATION   the sub-domain of the organization
        KATAPULT_BASE_URL       the base URL of another server (optional)

      Exit codes: 0 nothing found, 1 something found, 2 wrong usage, 3 the API could not be read.
      """
          .formatted(joined(EnumSet.allOf(Finding.class), ","));

  private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
  private static final Pattern FORMULA = Pattern.compile("[\\s\\p{Z}]*[=+\\-@\uff1d\uff0b\uff0d\uff20]");

  private enum Finding {
    EXPIRED,
    EXPIRES_SOON,
    NEVER_EXPIRES,
    ANY_ADDRESS,
    WIDE_SCOPES;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Flagged(ApiToken token, Set<Finding> findings) {}

  private String format = "table";
  private String output = "";
  private Duration soon = Duration.ofDays(30);
  private List<String> wide = List.of("api_tokens");
  private int writes = 3;
  private Set<Finding> checks = EnumSet.allOf(Finding.class);
  private List<String> except = List.of();

  private TokenAudit(List<String> arguments) {
    Iterator<String> rest = arguments.stream().flatMap(TokenAudit::optionAndValue).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--format" -> format = value(option, rest, "table|csv|json");
        case "--output" -> output = value(option, rest, ".+");
        case "--days" -> soon = Duration.ofDays(number(option, rest));
        case "--wide" -> wide = list(option, rest);
        case "--writes" -> writes = number(option, rest);
        case "--checks" -> checks = checks(option, rest);
        case "--except" -> except = list(option, rest);
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
  }

  public static void main(String[] args) {
    System.exit(run(List.of(args), System.getenv()));
  }

  static int run(List<String> arguments, Map<String, String> environment) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return run(arguments, environment, out, err, Instant.now());
  }

  /** Returns the exit code. */
  static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err, Instant now) {
    if (arguments.contains("--help")) {
      out.print(HELP);
      return NOTHING_FOUND;
    }
    try {
      TokenAudit audit = new TokenAudit(arguments);
      List<ApiToken> tokens = tokens(environment);
      List<Flagged> flagged =
          tokens.stream()
              .filter(token -> !audit.except.contains(token.id()))
              .map(token -> new Flagged(token, audit.findings(token, now)))
              .filter(token -> !token.findings.isEmpty())
              .toList();
      String report =
          switch (audit.format) {
            case "csv" -> csv(flagged);
            case "json" -> json(flagged, tokens.size(), now);
            default -> table(flagged, tokens.size());
          };
      if (audit.output.isEmpty()) {
        out.print(report);
      } else {
        Files.writeString(Path.of(audit.output), report);
      }
      return flagged.isEmpty() ? NOTHING_FOUND : SOMETHING_FOUND;
    } catch (KatapultException e) {
      err.println("The API tokens could not be read. " + visible(e.getMessage()));
      return NOT_READ;
    } catch (IllegalArgumentException e) {
      err.println(visible(e.getMessage()) + ". See --help");
      return WRONG_USAGE;
    } catch (IOException e) {
      err.println("--output can't be written: " + visible(e.toString()));
      return WRONG_USAGE;
    }
  }

  /** Reads all tokens before the audit: an incomplete list must not look like a result. */
  private static List<ApiToken> tokens(Map<String, String> environment) {
    for (String name : List.of("KATAPULT_API_KEY", "KATAPULT_ORGANIZATION")) {
      if (environment.getOrDefault(name, "").isBlank()) {
        throw new IllegalArgumentException(name + " is not set in the environment");
      }
    }
    try (KatapultClient katapult = KatapultClient.builder().environment(environment).build()) {
      return katapult.apiTokens().all().stream().toList();
    }
  }

  private Set<Finding> findings(ApiToken token, Instant now) {
    Set<Finding> findings = EnumSet.noneOf(Finding.class);
    if (token.expiresAt() == null) {
      findings.add(Finding.NEVER_EXPIRES);
    } else if (token.isExpiredAt(now)) {
      findings.add(Finding.EXPIRED);
    } else if (token.isExpiredAt(now.plus(soon))) {
      findings.add(Finding.EXPIRES_SOON);
    }
    if (token.allowsAnyIpAddress()) {
      findings.add(Finding.ANY_ADDRESS);
    }
    if (wide.stream().anyMatch(token::hasScope)
        || token.scopes().stream().filter(scope -> !scope.endsWith(":read")).count() > writes) {
      findings.add(Finding.WIDE_SCOPES);
    }
    findings.retainAll(checks);
    return findings;
  }

  /** Puts the name last because wide characters would break the alignment of later columns. */
  private static String table(List<Flagged> flagged, int tokens) {
    if (flagged.isEmpty()) {
      return "Nothing found in %d tokens.\n".formatted(tokens);
    }
    List<List<String>> rows = new ArrayList<>(List.of(List.of("ID", "EXPIRES", "FINDINGS", "NAME")));
    for (Flagged each : flagged) {
      Instant expiresAt = each.token.expiresAt();
      String date = expiresAt == null ? "never" : expiresAt.atZone(ZoneOffset.UTC).toLocalDate().toString();
      rows.add(List.of(visible(each.token.id()), date, joined(each.findings, " "), visible(each.token.name())));
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      int column = i;
      line.append("%-").append(rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1)).append("s  ");
    }
    line.append("%s\n");
    return rows.stream().map(row -> line.toString().formatted(row.toArray())).collect(Collectors.joining())
        + "\nFound something in %d of %d tokens. csv and json also show their addresses and scopes.\n"
            .formatted(flagged.size(), tokens);
  }

  private static String csv(List<Flagged> flagged) {
    return "id,expires_at,findings,authorized_ip_addresses,scopes,name\r\n"
        + flagged.stream()
            .map(each -> values(each).values().stream().map(TokenAudit::cell).collect(Collectors.joining(",")) + "\r\n")
            .collect(Collectors.joining());
  }

  /** Adds an apostrophe to text that a spreadsheet would run as a formula. */
  private static String cell(Object value) {
    String text = visible(value instanceof List<?> list ? joined(list, " ") : value == null ? "" : value.toString());
    String safe = FORMULA.matcher(text).lookingAt() ? "'" + text : text;
    return safe.matches("[^\",;]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  private static String json(List<Flagged> flagged, int tokens, Instant now) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("audited_at", now.toString());
    report.put("tokens", tokens);
    report.put("flagged", flagged.stream().map(TokenAudit::values).toList());
    String json = new Moshi.Builder().build().adapter(Object.class).serializeNulls().indent("  ").toJson(report);
    // Invisible characters occur only in strings, where JSON has the same escapes.
    return json.lines().map(TokenAudit::visible).collect(Collectors.joining("\n", "", "\n"));
  }

  private static Map<String, Object> values(Flagged flagged) {
    ApiToken token = flagged.token;
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", token.id());
    values.put("expires_at", token.expiresAt() == null ? null : token.expiresAt().toString());
    values.put("findings", flagged.findings.stream().map(Finding::toString).toList());
    values.put("authorized_ip_addresses", token.authorizedIpAddresses());
    values.put("scopes", token.scopes());
    values.put("name", token.name());
    return values;
  }

  /** Escapes control characters and invisible characters. */
  private static String visible(String text) {
    return UNSEEN
        .matcher(text)
        .replaceAll(
            unseen ->
                Matcher.quoteReplacement(
                    unseen.group().chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining())));
  }

  private static String joined(Collection<?> values, String separator) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(separator));
  }

  private static Stream<String> optionAndValue(String argument) {
    return argument.startsWith("--") ? Stream.of(argument.split("=", 2)) : Stream.of(argument);
  }

  private static String value(String option, Iterator<String> rest, String pattern) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    String value = rest.next();
    if (!value.matches(pattern)) {
      throw new IllegalArgumentException("Invalid value for " + option + ": " + value);
    }
    return value;
  }

  private static int number(String option, Iterator<String> rest) {
    return Integer.parseInt(value(option, rest, "[0-9]{1,6}"));
  }

  private static List<String> list(String option, Iterator<String> rest) {
    return List.of(value(option, rest, ".+").split(",", -1));
  }

  private static Set<Finding> checks(String option, Iterator<String> rest) {
    String any = joined(EnumSet.allOf(Finding.class), "|");
    return Stream.of(value(option, rest, "(%1$s)(,(%1$s))*".formatted(any)).split(",", -1))
        .map(name -> Finding.valueOf(name.toUpperCase(Locale.ROOT)))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Finding.class)));
  }
}
