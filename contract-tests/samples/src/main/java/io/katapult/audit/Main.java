package io.katapult.audit;

import static io.katapult.audit.Text.visible;

import io.katapult.client.model.ApiToken;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.KatapultException;
import io.katapult.recipes.TokenAudit;
import io.katapult.recipes.TokenAudit.Finding;
import io.katapult.recipes.TokenAudit.Flagged;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the audit. */
@Command(
    name = "katapult-audit",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    customSynopsis = "java -jar katapult-audit.jar [OPTION]...",
    description = {
      "",
      "Finds API tokens of an organization that need a review.",
      "",
      "The key is read only from KATAPULT_API_KEY, so that no list of processes shows it. It must be an API token with"
          + " the scope api_tokens:read or api_tokens.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing found that fails the audit",
      "2:a wrong option, or something missing or wrong in the environment; nothing was requested",
      "3:the tokens could not be read, or a report could not be written",
      "4:something found"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "KATAPULT_API_KEY=… java -jar katapult-audit.jar -o acme --fail-on expired \\",
      "  -r audit.html -r audit.xml"
    })
final class Main implements Callable<Integer> {
  static final int NOTHING_FOUND = 0;
  static final int WRONG_USAGE = CommandLine.ExitCode.USAGE;
  static final int NO_RESULT = 3;
  static final int SOMETHING_FOUND = 4;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--organization"},
      paramLabel = "NAME",
      description = "The sub-domain of the organization. Default: $$KATAPULT_ORGANIZATION.")
  private @Nullable String organization;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description = "The base URL. Default: $$KATAPULT_BASE_URL, or that of the Katapult API.")
  private @Nullable String url;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "The format of the output: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ReportFormat format = ReportFormat.TABLE;

  @Option(
      names = {"-r", "--report"},
      paramLabel = "FILE",
      description =
          "Also writes a file, in the format of its ending: txt (the table), csv, json, html or xml (JUnit)."
              + " Repeat it for several.")
  private List<Path> reports = List.of();

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      description = "A token that expires within this many days expires soon. Default: ${DEFAULT-VALUE}.")
  private int days = (int) TokenAudit.USUAL.soon().toDays();

  @Option(
      names = "--wide",
      paramLabel = "SCOPE",
      split = ",",
      description = "Scopes that are too wide alone. Default: api_tokens, which can create tokens.")
  private Set<String> wide = TokenAudit.USUAL.wide();

  @Option(
      names = "--writes",
      paramLabel = "NUMBER",
      description = "More scopes than this that don't end in :read are too wide. Default: ${DEFAULT-VALUE}.")
  private int writes = TokenAudit.USUAL.writes();

  @Option(
      names = "--checks",
      paramLabel = "FINDING",
      split = ",",
      description = "What to look for: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Finding> checks = EnumSet.allOf(Finding.class);

  @Option(
      names = "--fail-on",
      paramLabel = "FINDING",
      split = ",",
      description = "Only these exit with 4; the others are still reported. Default: all.")
  private Set<Finding> failing = EnumSet.allOf(Finding.class);

  @Option(names = "--never-fail", description = "Exits with 0 whatever was found.")
  private boolean isNeverFailing;

  @Option(names = "--except", paramLabel = "ID", split = ",", description = "Tokens to skip, by ID. Default: none.")
  private Set<String> except = Set.of();

  private final Map<String, String> environment;
  private final Supplier<Instant> clock;

  private Main(Map<String, String> environment, Supplier<Instant> clock) {
    this.environment = environment;
    this.clock = clock;
  }

  /** The version from the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"katapult-audit " + (version == null ? "(not packaged)" : version)};
    }
  }

  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv(), Instant::now).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment, Supplier<Instant> clock) {
    return new CommandLine(new Main(environment, clock))
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .registerConverter(ReportFormat.class, value -> oneOf(ReportFormat.values(), value))
        .registerConverter(Finding.class, value -> oneOf(Finding.values(), value))
        .setParameterExceptionHandler((e, arguments) -> refuse(e));
  }

  private static <E extends Enum<E>> E oneOf(E[] values, String name) {
    return Stream.of(values)
        .filter(value -> value.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of " + List.of(values)));
  }

  /** Says what is wrong, without all the help. */
  private static int refuse(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(visible(String.valueOf(e.getMessage()).replaceFirst("\\.$", "")) + ". See --help.");
    UnmatchedArgumentException.printSuggestions(e, err);
    return WRONG_USAGE;
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    Report report;
    try {
      checkOptions(command);
      report = audit();
    } catch (KatapultException e) {
      command.getErr().println("The API tokens could not be read. " + visible(String.valueOf(e.getMessage())));
      return NO_RESULT;
    } catch (IllegalArgumentException e) {
      // From the builder of the client, about the environment.
      throw new ParameterException(command, String.valueOf(e.getMessage()), e);
    }
    try {
      for (Path file : reports) {
        Files.writeString(file, format(file).orElseThrow().write(report));
      }
    } catch (IOException e) {
      command.getErr().println("The report could not be written: " + visible(e.toString()));
      return NO_RESULT;
    }
    command.getOut().print(format.write(report));
    command.getOut().flush();
    return report.isFailed() ? SOMETHING_FOUND : NOTHING_FOUND;
  }

  /** Before anything is requested. */
  private void checkOptions(CommandLine command) {
    if (environment.getOrDefault("KATAPULT_API_KEY", "").isBlank()) {
      throw new ParameterException(
          command, "KATAPULT_API_KEY is not set in the environment: set it to an API token with api_tokens:read");
    }
    if (organization == null && environment.getOrDefault("KATAPULT_ORGANIZATION", "").isBlank()) {
      throw new ParameterException(
          command, "No organization: use --organization, or set KATAPULT_ORGANIZATION in the environment");
    }
    if (days < 0 || writes < 0) {
      throw new ParameterException(command, "--days and --writes can't be negative");
    }
    for (Path file : reports) {
      if (format(file).isEmpty()) {
        throw new ParameterException(command, "--report must end with .txt, .csv, .json, .html or .xml: " + file);
      }
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new ParameterException(command, "--report must be in a folder that exists: " + file);
      }
    }
  }

  private static Optional<ReportFormat> format(Path file) {
    return Stream.of(ReportFormat.values())
        .filter(format -> file.toString().endsWith("." + format.extension()))
        .findFirst();
  }

  private Report audit() {
    Map<String, String> settings = new HashMap<>(environment);
    if (organization != null) {
      settings.put("KATAPULT_ORGANIZATION", organization);
    }
    if (url != null) {
      settings.put("KATAPULT_BASE_URL", url);
    }
    List<ApiToken> tokens;
    try (KatapultClient katapult = KatapultClient.builder().environment(settings).build()) {
      tokens = katapult.apiTokens().all().stream().filter(token -> !except.contains(token.id())).toList();
    }
    Instant now = clock.get();
    TokenAudit audit = new TokenAudit(Duration.ofDays(days), wide, writes);
    List<Flagged> flagged = new ArrayList<>();
    for (Flagged each : audit.flagged(tokens, now)) {
      Set<Finding> findings = EnumSet.copyOf(each.findings());
      findings.retainAll(checks);
      if (!findings.isEmpty()) {
        flagged.add(new Flagged(each.token(), findings));
      }
    }
    return new Report(
        settings.getOrDefault("KATAPULT_ORGANIZATION", ""),
        now,
        audit,
        tokens,
        flagged,
        isNeverFailing ? Set.of() : failing);
  }
}
