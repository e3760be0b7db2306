package org.networkfission.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.study.StudyJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a study. */
@Command(
    name = "study",
    description = {
      "Train and evaluate the rows of a study and write its table beside the paper's; goes on where"
          + " it stopped.",
      "Shipped: single-task, auxiliary-loss, loss-balance, normals-depth-fission,"
          + " semantics-depth-fission, initialisation-normals-depth, initialisation-semantics-depth,"
          + " variability (Tables 1 to 8), scannet, nyudv2."
    })
final class StudyCommand extends LayeredCommand {
  @Parameters(index = "0", paramLabel = "STUDY", description = "A shipped study, or a .conf file.")
  private String study;

  @Option(names = "--plan", description = "Only show the rows, in order, and how far they are.")
  private boolean plan;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description = "Only these rows, and those that they begin from.")
  private List<String> rows = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Train each row N times, with different seeds.")
  private int seeds = 1;

  @Override
  int operands() {
    return 1;
  }

  @Override
  int run(Layers layers) throws Exception {
    StudyJob job = new StudyJob(study, rows, seeds, layers, out());
    if (plan) {
      out().print(job.plan().text());
      out().flush();
    } else {
      Path folder = job.execute();
      out().println("study: " + new Path(folder, "study.html"));
    }
    return Fission.DONE;
  }
}
