package org.networkfission.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.evaluate.EvaluateJob;
import org.networkfission.jobs.evaluate.EvaluateResult;
import org.networkfission.jobs.report.HtmlReport;
import org.networkfission.jobs.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evaluates a checkpoint and writes a report. */
@Command(
    name = "evaluate",
    description = "Evaluate a checkpoint on a split with all executors and write a report.")
final class EvaluateCommand extends ConfiguredCommand {
  @Option(
      names = "--checkpoint",
      paramLabel = "PATH",
      description =
          "Same as evaluate.checkpoint=PATH: a run, a checkpoint, or a .tflite file alone.")
  private String checkpoint;

  @Option(
      names = "--tflite",
      paramLabel = "FILE",
      description = "Same as evaluate.tflite=FILE: exported from the checkpoint, judged beside it.")
  private String tflite;

  @Option(names = "--data", paramLabel = "FOLDER", description = "Same as evaluate.data=FOLDER.")
  private String data;

  @Option(names = "--split", paramLabel = "NAME", description = "Same as evaluate.split=NAME.")
  private String split;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Same as evaluate.output=FOLDER.")
  private String output;

  @Override
  List<String> moreAssignments() {
    List<String> assignments = new ArrayList<>();
    add(assignments, "evaluate.checkpoint", checkpoint);
    add(assignments, "evaluate.tflite", tflite);
    add(assignments, "evaluate.data", data);
    add(assignments, "evaluate.split", split);
    add(assignments, "evaluate.output", output);
    return assignments;
  }

  @Override
  int run(Configuration configuration) throws Exception {
    EvaluateResult result =
        new EvaluateJob(
                configuration.settings().evaluate(),
                configuration.settings().cluster(),
                configuration.json(),
                out())
            .execute();
    out().println();
    out().print(Table.headline(result.report()).text());
    out().println();
    out().println("evaluate: report in " + new Path(result.output(), HtmlReport.FILE_NAME));
    return Fission.DONE;
  }
}
