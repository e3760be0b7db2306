package org.networkfission.jobs.cli;

import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.evaluate.CompareJob;
import org.networkfission.jobs.evaluate.EvaluateJob;
import org.networkfission.jobs.evaluate.EvaluateResult;
import org.networkfission.jobs.evaluate.EvaluateSettings;
import org.networkfission.jobs.inference.ImportedModel;
import org.networkfission.jobs.report.CompareHtml;
import org.networkfission.jobs.report.CompareTable;
import org.networkfission.jobs.report.Comparison;
import org.networkfission.jobs.report.HtmlReport;
import org.networkfission.jobs.report.TextTable;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evaluates a checkpoint and writes a report. */
@Command(
    name = "evaluate",
    description = {
      "Evaluate a checkpoint on a split with all executors and write a report;",
      "or compare several checkpoints and reports."
    })
final class EvaluateCommand extends ConfiguredCommand {
  private static final Pattern SETTING = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+=");

  @Option(
      names = "--checkpoint",
      paramLabel = "PATH",
      description =
          "Same as evaluate.checkpoint=PATH: a run, a checkpoint, a .tflite or .onnx file, or"
              + " another library's file of the network that the configuration tells.")
  private String checkpoint;

  @Option(
      names = "--tflite",
      paramLabel = "FILE",
      description = "Same as evaluate.tflite=FILE: exported from the checkpoint, judged beside it.")
  private String tflite;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description = "Same as evaluate.onnx=FILE: an ONNX file instead.")
  private String onnx;

  @Option(names = "--data", paramLabel = "FOLDER", description = "Same as evaluate.data=FOLDER.")
  private String data;

  @Option(names = "--split", paramLabel = "NAME", description = "Same as evaluate.split=NAME.")
  private String split;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Same as evaluate.output=FOLDER.")
  private String output;

  @Option(
      names = "--compare",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Same as evaluate.compare=[PATH, ...]: checkpoints and earlier reports, in one table.")
  private List<String> compare = new ArrayList<>();

  @Option(
      names = "--baseline",
      paramLabel = "PATH",
      description =
          "One of evaluate.baselines: a network for one task that --compare states gains over.")
  private List<String> baselines = new ArrayList<>();

  @Override
  List<String> moreAssignments() {
    List<String> assignments = new ArrayList<>();
    // --compare takes what follows it, settings too.
    compare.stream().filter(EvaluateCommand::isSetting).forEach(assignments::add);
    compare.removeIf(EvaluateCommand::isSetting);
    addList(assignments, "evaluate.compare", compare);
    addList(assignments, "evaluate.baselines", baselines);
    add(assignments, "evaluate.checkpoint", checkpoint);
    add(assignments, "evaluate.tflite", tflite);
    add(assignments, "evaluate.onnx", onnx);
    add(assignments, "evaluate.data", data);
    add(assignments, "evaluate.split", split);
    add(assignments, "evaluate.output", output);
    return assignments;
  }

  private static boolean isSetting(String argument) {
    return SETTING.matcher(argument).lookingAt();
  }

  private static void addList(List<String> assignments, String key, List<String> values) {
    if (!values.isEmpty()) {
      assignments.add(
          values.stream()
              .map(v -> ConfigUtil.quoteString(v))
              .collect(Collectors.joining(", ", key + "=[", "]")));
    }
  }

  @Override
  void check(Settings settings, PathKeys keys) {
    EvaluateSettings evaluate = settings.evaluate();
    if (evaluate.compare().isEmpty()) {
      keys.reads("evaluate.checkpoint", evaluate.checkpoint())
          .reads("evaluate.data", evaluate.data());
    }
    keys.writes("evaluate.output", evaluate.output());
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    return configuration.settings().evaluate().compare().isEmpty()
        ? evaluate(configuration)
        : compare(configuration);
  }

  private int compare(ResolvedConfig configuration) throws IOException {
    EvaluateSettings settings = configuration.settings().evaluate();
    Comparison comparison =
        new CompareJob(settings, configuration.settings().cluster(), configuration.json(), out())
            .execute();
    out().println();
    out().print(CompareTable.headline(comparison).text());
    out().println();
    out()
        .println(
            "evaluate: comparison in "
                + new Path(settings.output().orElseThrow(), CompareHtml.FILE_NAME));
    return Fission.DONE;
  }

  private int evaluate(ResolvedConfig configuration) throws IOException {
    EvaluateResult result =
        new EvaluateJob(
                configuration.settings().evaluate(),
                configuration.settings().cluster(),
                Optional.of(
                    new ImportedModel(
                        configuration.settings().network(), configuration.settings().losses())),
                configuration.json(),
                out())
            .execute();
    out().println();
    out().print(TextTable.headline(result.report()).text());
    out().println();
    out().println("evaluate: report in " + new Path(result.output(), HtmlReport.FILE_NAME));
    return Fission.DONE;
  }
}
