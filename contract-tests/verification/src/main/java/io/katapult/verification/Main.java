package io.katapult.verification;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the verification. */
@Command(
    name = "katapult-verification",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Verifies that a server of the Katapult API conforms to its OpenAPI document.",
    description = {
      "",
      "Sends about 200 GET requests, changes nothing, and waits for the rate limit: at 60 requests"
          + " per minute it takes about 4 minutes.",
      "The key is read from KATAPULT_API_KEY, so that it is not in the list of processes.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the server conforms",
      "1:there are findings",
      "2:the verification could not begin: an option, the address, the key or the organization",
      "3:with --strict: no findings, but something was not tested"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "KATAPULT_API_KEY=… java -jar katapult-verification.jar -o acme \\",
      "  -u http://localhost:8080/core/v1 -a team=billing -r report.html"
    })
final class Main implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description = "The base URL. Default: $KATAPULT_BASE_URL, or the server of the spec.")
  private @Nullable String url;

  @Option(
      names = {"-o", "--organization"},
      paramLabel = "NAME",
      description = "The sub-domain of the organization. Default: $KATAPULT_ORGANIZATION.")
  private @Nullable String organization;

  @Option(
      names = {"-a", "--annotation"},
      paramLabel = "KEY=VALUE",
      description =
          "An annotation that some items have, but not all; if none has it, that is a finding."
              + " Repeat it: two test more, and so do spaces, plus signs and characters beyond"
              + " ASCII. Default: $KATAPULT_ANNOTATIONS, separated by commas.")
  private List<String> annotations = List.of();

  @Option(
      names = {"-r", "--report"},
      paramLabel = "FILE",
      description =
          "Writes a report: .txt, .html, .json, .xml (JUnit) or .sarif. Repeat it for several.")
  private List<Path> reports = List.of();

  @Option(names = "--strict", description = "Exits with 3 if something was not tested.")
  private boolean isStrict;

  @Option(
      names = {"-q", "--quiet"},
      description = "Shows no progress.")
  private boolean isQuiet;

  private final Map<String, String> environment;

  Main(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The version of this program, or none if it does not run from its jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "katapult-verification " + (version == null ? "(not packaged)" : version)
      };
    }
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /**
   * Runs the verification, and exits with its status.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new Main(environment));
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    VerificationSettings settings;
    try {
      for (Path file : reports) {
        format(file);
      }
      settings = settings();
    } catch (IllegalArgumentException e) {
      command.getErr().println(e.getMessage());
      return 2;
    }
    PrintWriter progress = command.getErr();
    Report report =
        ServerVerification.verify(
            settings,
            line -> {
              if (!isQuiet) {
                progress.println(line);
                progress.flush();
              }
            });
    try {
      for (Path file : reports) {
        Files.writeString(file, format(file).write(report));
      }
    } catch (IOException e) {
      command.getErr().println("The report can't be written: " + e.getMessage());
      return 2;
    }
    command.getOut().print(ReportFormat.screen(report));
    command.getOut().flush();
    if (report.refusal() != null) {
      return 2;
    }
    boolean isWhole = report.checks(Report.Outcome.NOT_TESTED).isEmpty();
    return !report.findings().isEmpty() ? 1 : isStrict && !isWhole ? 3 : 0;
  }

  private VerificationSettings settings() {
    Map<String, String> values = new HashMap<>(environment);
    if (url != null) {
      values.put("KATAPULT_BASE_URL", url);
    }
    if (organization != null) {
      values.put("KATAPULT_ORGANIZATION", organization);
    }
    if (!annotations.isEmpty()) {
      values.remove("KATAPULT_ANNOTATIONS");
    }
    VerificationSettings settings = VerificationSettings.fromEnvironment(values);
    for (String annotation : annotations) {
      String[] pair = annotation.split("=", 2);
      if (pair.length < 2 || pair[0].isEmpty()) {
        throw new IllegalArgumentException("--annotation must be KEY=VALUE: " + annotation);
      }
      settings = settings.annotation(pair[0], pair[1]);
    }
    return settings;
  }

  private static ReportFormat format(Path file) {
    String name = file.toString();
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--report must be in a folder that exists: " + name);
    }
    for (ReportFormat format : ReportFormat.values()) {
      if (name.endsWith("." + format.extension())) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "--report must end with .txt, .html, .json, .xml or .sarif: " + name);
  }
}
