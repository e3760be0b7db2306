package org.networkfission.jobs.cli;

import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.networkfission.jobs.cluster.Reason;
import org.networkfission.jobs.cluster.RunFolder;
import org.networkfission.jobs.cluster.Submission;
import org.networkfission.jobs.config.NearestName;
import org.networkfission.jobs.progress.Interruption;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.InvalidSettings;
import org.networkfission.prep.settings.Product;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code fission} command. */
@Command(
    name = "fission",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Multi-task pixel prediction with shared decoders, on Apache Spark.",
    subcommands = {
      SampleCommand.class,
      ListCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      StudyCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      NormalsCommand.class,
      InspectCommand.class,
      CheckCommand.class,
      BenchCommand.class,
      ConfigCommand.class
    })
public final class Fission {
  /** Done. */
  public static final int DONE = 0;

  /** Anything that has no code of its own. */
  public static final int FAILED = 1;

  /** Usage or configuration. */
  public static final int USAGE = 2;

  /** Input data: missing, or too much of it bad. */
  public static final int INPUT = 3;

  /** Training diverged. */
  public static final int DIVERGED = 4;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces and Spark's own messages.")
  private boolean verbose;

  private String told = "";

  private Fission() {}

  public static void main(String[] args) {
    // Digits in names and tables are ASCII's, whatever the user's locale.
    Locale.setDefault(Locale.ROOT);
    PrintWriter out = new PrintWriter(Interruption.quiet(System.out), true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (File.separatorChar == '/' && !encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name())) {
      // Files of other names would be passed over in silence.
      err.println(
          "fission: Cannot run: file names would be read as %s, which has not every letter; set LC_ALL=C.UTF-8"
              .formatted(encoding));
      System.exit(USAGE);
    }
    Interruption.watch(args.length == 0 ? "" : args[0], err);
    Fission fission = new Fission();
    int code;
    try {
      code = fission.execute(out, err, args);
    } finally {
      Interruption.ended();
      RunFolder.removeAtEnd();
    }
    if (!Submission.isYarnMaster()) {
      System.exit(code);
    } else if (code != DONE) {
      // YARN's master ends the process itself; System.exit would be a failure to it. It shows
      // either
      // what is thrown or, where Spark has not begun yet, the end of what was printed.
      Submission.Failed failed = new Submission.Failed(code, fission.told);
      err.println(failed.getMessage());
      throw failed;
    }
  }

  /**
   * Runs one command.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return new Fission().execute(out, err, args);
  }

  private int execute(PrintWriter out, PrintWriter err, String... args) {
    Lease.tell(out::println);
    CommandLine command = new CommandLine(this);
    command.getCommandSpec().version("Network Fission " + Product.VERSION);
    return command
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(this::usage)
        .setExecutionExceptionHandler(this::failed)
        .execute(args);
  }

  private int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    told = misspelt(e).orElseGet(() -> String.valueOf(e.getMessage()));
    command.getErr().println("fission: " + told);
    command
        .getErr()
        .println("Try: submit/%s --help".formatted(command.getCommandSpec().qualifiedName()));
    return USAGE;
  }

  private static Optional<String> misspelt(ParameterException e) {
    Set<String> commands = e.getCommandLine().getSubcommands().keySet();
    if (commands.isEmpty()
        || !(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().get(0).startsWith("-")) {
      return Optional.empty();
    }
    String given = unmatched.getUnmatched().get(0);
    return NearestName.of(given, commands)
        .map(nearest -> "unknown command %s; the nearest is %s".formatted(given, nearest));
  }

  private int failed(Exception e, CommandLine command, ParseResult parsed) {
    Throwable telling = telling(e);
    int code = exitCode(telling);
    if (Interruption.isUnderWay()) {
      // It said so already.
      return code;
    }
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    told = code == FAILED ? Reason.of(telling) : telling.getMessage();
    if (code == FAILED && !verbose) {
      told += " (--verbose shows where)";
    }
    command.getErr().println("fission: " + told);
    return code;
  }

  /** What went wrong may be wrapped by Spark: the first cause with a code of its own counts. */
  static Throwable telling(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (exitCode(cause) != FAILED) {
        return cause;
      }
    }
    return e;
  }

  static int exitCode(Throwable e) {
    if (e instanceof ConfigException || e instanceof InvalidSettings) {
      return USAGE;
    } else if (e instanceof InputException) {
      return INPUT;
    } else if (e instanceof DivergedException) {
      return DIVERGED;
    }
    return FAILED;
  }
}
