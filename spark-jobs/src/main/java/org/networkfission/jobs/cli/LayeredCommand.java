package org.networkfission.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.networkfission.jobs.config.Layers;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that takes {@code [--conf FILE]... [key=value]...}. */
abstract class LayeredCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "A HOCON file over the defaults; may be given more than once.")
  private List<Path> files = new ArrayList<>();

  @Parameters(
      paramLabel = "key=value",
      arity = "0..*",
      description = "Settings over those of the files; every key: conf/reference.conf.")
  private List<String> assignments = new ArrayList<>();

  @Override
  public final Integer call() throws Exception {
    List<String> all = new ArrayList<>(assignments.subList(operands(), assignments.size()));
    all.addAll(moreAssignments());
    return run(Layers.of(files, all));
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
