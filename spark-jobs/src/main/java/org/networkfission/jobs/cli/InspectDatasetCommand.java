package org.networkfission.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.inspect.DatasetPage;
import org.networkfission.jobs.inspect.DatasetSummary;
import org.networkfission.jobs.inspect.PreparedDataset;
import org.networkfission.jobs.inspect.RowSheet;
import org.networkfission.jobs.inspect.Verification;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.WholePaths;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.normals.NormalPicture;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a prepared data set. */
@Command(
    name = "dataset",
    description =
        "Show a prepared data set: its splits, classes and quarantine; one row by its key; rows as"
            + " a PNG, each with photo, depth, labels and normals.")
final class InspectDatasetCommand extends ConfiguredCommand {
  private static final int MAX_ROWS = 100;
  private static final int ROWS = 6;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DATASET", description = "The data set's folder.")
  private String dataset;

  @Option(names = "--key", description = "Show this row, such as scenenet/train/0/0/25.")
  private String key;

  @Option(
      names = "--split",
      defaultValue = "train",
      description = "Whose rows are drawn (default: ${DEFAULT-VALUE}).")
  private String split;

  @Option(
      names = "--rows",
      description = "How many rows, evenly spread, are drawn into --out (default: 6).")
  private Integer rows;

  @Option(names = "--out", paramLabel = "FILE.png", description = "Draw the row, or rows, there.")
  private Path output;

  @Option(
      names = "--verify",
      description = "Read every shard on the cluster and compare its SHA-256 with the manifest's.")
  private boolean verify;

  @Option(
      names = "--page",
      paramLabel = "FILE.html",
      description =
          "Write a page to look at: classes, depth, holes, normals, cameras, frames; reads all rows"
              + " on the cluster.")
  private Path page;

  @Override
  int operands() {
    return 1;
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    if (rows != null && output == null) {
      throw new ParameterException(
          spec.commandLine(), "--rows draws a picture: say where to with --out FILE.png");
    }
    int count = rows == null ? ROWS : rows;
    if (count < 1 || count > MAX_ROWS) {
      throw new ParameterException(
          spec.commandLine(), "--rows is 1 to %d, not %d".formatted(MAX_ROWS, count));
    }
    Configuration hadoop = Cluster.hadoop(configuration.settings().cluster());
    String folder = WholePaths.of("DATASET", dataset, hadoop);
    PreparedDataset prepared = new PreparedDataset(folder, hadoop);
    PrintWriter out = spec.commandLine().getOut();
    if (verify) {
      new Verification(folder, configuration.settings().cluster(), out).execute();
      return Fission.DONE;
    } else if (page != null) {
      WholeFile.write(
          page, new DatasetPage(prepared, folder, configuration.settings().cluster()).html());
      out.printf("inspect: a page in %s%n", page);
      return Fission.DONE;
    }
    List<Example> shown = new ArrayList<>();
    if (key == null) {
      DatasetSummary.print(prepared.manifest(), out);
      if (output != null) {
        shown.addAll(prepared.spread(split, count));
      }
    } else {
      Example row =
          prepared
              .find(key)
              .orElseThrow(
                  () ->
                      new InputException(
                          "Cannot show %s: %s has no row of this key".formatted(key, dataset)));
      print(row, out);
      shown.add(row);
    }
    if (output != null) {
      draw(shown, prepared.manifest().palette(), out);
    }
    return Fission.DONE;
  }

  private static void print(Example row, PrintWriter out) {
    out.printf("key         %s%n", row.frameKey());
    out.printf("split       %s%n", row.split());
    out.printf("unit        %s%n", row.unit());
    out.printf("source      %s%n", row.source());
    out.printf("pixels      %d x %d%n", row.width(), row.height());
    out.printf("intrinsics  fx %s fy %s cx %s cy %s%n", row.fx(), row.fy(), row.cx(), row.cy());
    out.printf("no depth    %.2f%%%n", 100 * row.holeFraction());
    out.printf("photo       %,d bytes%n", row.color().length);
  }

  private void draw(List<Example> shown, List<Integer> palette, PrintWriter out)
      throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (Example row : shown) {
      try {
        images.add(ExampleCodec.decode(row));
      } catch (FrameException e) {
        throw new InputException(e.getMessage(), e);
      }
      if (key == null) {
        out.println(row.frameKey());
      }
    }
    ColorImage sheet = RowSheet.draw(images, palette);
    WholeFile.write(output, NormalPicture.png(sheet));
    out.printf("inspect: %d x %d pixels in %s%n", sheet.width(), sheet.height(), output);
  }
}
