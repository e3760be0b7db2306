package org.networkfission.jobs.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.networkfission.jobs.train.plan.DivergedException;
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

/** The {@code fission} command. */
@Command(
    name = "fission",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Multi-task pixel prediction with shared decoders, on Apache Spark.",
    subcommands = {
      SampleCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      StudyCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      NormalsCommand.class,
      InspectCommand.class,
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

  private Fission() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /**
   * Runs one command.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine command = new CommandLine(new Fission());
    command.getCommandSpec().version("Network Fission " + Product.VERSION);
    return command
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Fission::usage)
        .setExecutionExceptionHandler(Fission::failed)
        .execute(args);
  }

  private static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("fission: " + e.getMessage());
    command
        .getErr()
        .println("Try: submit/%s --help".formatted(command.getCommandSpec().qualifiedName()));
    return USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    boolean verbose = ((Fission) command.getCommandSpec().root().userObject()).verbose;
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    Throwable telling = telling(e);
    int code = exitCode(telling);
    String message = telling.getMessage() == null ? telling.toString() : telling.getMessage();
    if (code == FAILED && !verbose) {
      message =
          "%s: %s (--verbose shows where)".formatted(telling.getClass().getSimpleName(), message);
    }
    command.getErr().println("fission: " + message);
    return code;
  }

  /** What went wrong may be wrapped by Spark: the first cause with a code of its own counts. */
  private static Throwable telling(Throwable e) {
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
