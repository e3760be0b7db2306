package org.networkfission.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.networkfission.jobs.cluster.Submission;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.WholePaths;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that takes {@code [--conf FILE]... [key=value]...}. */
abstract class LayeredCommand implements Callable<Integer> {
  private static final String FILES = "--conf";
  private static final String SHIP = "--ship";

  @Spec private CommandSpec spec;

  @Option(
      names = FILES,
      paramLabel = "FILE",
      description = "A HOCON file over the defaults; may be given more than once.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = SHIP,
      hidden = true,
      description = "Only write what a driver on the cluster is sent into this folder.")
  private Path ship;

  @Parameters(
      paramLabel = "key=value",
      arity = "0..*",
      description = "Settings over those of the files; every key: conf/reference.conf.")
  private List<String> assignments = new ArrayList<>();

  @Override
  public final Integer call() throws Exception {
    List<String> settings = assignments.subList(operands(), assignments.size());
    List<String> all = new ArrayList<>(settings);
    all.addAll(moreAssignments());
    Layers layers = WholePaths.in(Layers.of(files, all));
    if (ship != null) {
      ship(layers, settings);
      return Fission.DONE;
    }
    return run(layers);
  }

  private void ship(Layers layers, List<String> settings) throws IOException {
    ResolvedConfig resolved = ResolvedConfig.of(layers);
    List<String> given = spec.commandLine().getParent().getParseResult().originalArgs();
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals(FILES) || given.get(i).equals(SHIP)) {
        i++;
      } else if (!given.get(i).startsWith(FILES + "=") && !settings.contains(given.get(i))) {
        arguments.add(given.get(i));
      }
    }
    arguments.addAll(List.of(FILES, Submission.CONFIGURATION));
    Submission.write(
        ship, layers.textWithSecrets(), resolved.settings().cluster(), arguments, resumes());
  }

  /** Whether a job that is given again goes on where it stopped. */
  boolean resumes() {
    return false;
  }

  /** How many arguments of the command's own stand before the settings. */
  int operands() {
    return 0;
  }

  /** Settings that the command's own options stand for, as {@code key=value}; they win. */
  List<String> moreAssignments() {
    return List.of();
  }

  /** Does the work; returns the exit code. */
  abstract int run(Layers layers) throws Exception;

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
