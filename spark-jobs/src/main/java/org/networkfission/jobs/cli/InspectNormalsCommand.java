package org.networkfission.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.normals.NormalsJob;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.normals.NormalPicture;
import org.networkfission.prep.normals.RawFrame;
import org.networkfission.prep.normals.trial.NormalSheet;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws a frame's normals in both modes. */
@Command(
    name = "normals",
    description =
        "Draw input, depth and labels, normals in reference and in accurate mode, and the angle"
            + " between them, of a raw frame or a shard's row, as one PNG.")
final class InspectNormalsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NormalOptions options;

  @Option(names = "--depth", description = "16-bit grey PNG; 0 is not measured.")
  private Path depth;

  @Option(names = "--labels", description = "Grey PNG of 8 or 16 bits, of the same size.")
  private Path labels;

  @Option(names = "--color", description = "JPEG of the same size; else labels are drawn for it.")
  private Path color;

  @Option(
      names = "--shard",
      description = "A Parquet shard; flat labels are ids of its classes then.")
  private String shard;

  @Option(names = "--row", defaultValue = "0", description = "Row of the shard, from 0.")
  private long row;

  @Option(names = "--out", required = true, description = "FILE.png")
  private Path output;

  @Override
  public Integer call() throws Exception {
    if ((shard == null) == (depth == null) || (depth == null) != (labels == null)) {
      throw options.usage("give either --depth and --labels, or --shard");
    }
    ColorImage sheet = shard == null ? ofFrame() : ofRow();
    Files.write(output, NormalPicture.png(sheet));
    spec.commandLine()
        .getOut()
        .printf("inspect: %d x %d pixels in %s%n", sheet.width(), sheet.height(), output);
    return Fission.DONE;
  }

  private ColorImage ofFrame() throws IOException {
    NormalsJob job = options.job();
    RawFrame raw = job.read(depth, labels);
    ColorImage photo = color == null ? null : photo();
    try {
      return NormalSheet.draw(photo, raw.depth(), raw.labels(), raw.intrinsics(), job.settings());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private ColorImage photo() throws IOException {
    try {
      return Jpeg.decode(Files.readAllBytes(color), "photo " + color);
    } catch (FrameException e) {
      throw new InputException(e.getMessage(), e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new InputException("Cannot read photo: there is no file " + color, e);
    }
  }

  private ColorImage ofRow() throws IOException {
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(shard);
    try (ShardReader reader = new ShardReader(file, new Configuration())) {
      LabeledImage image = ExampleCodec.decode(example(reader));
      return NormalSheet.draw(
          image.color(), image.depth(), image.labels(), image.intrinsics(), options.settings());
    } catch (FrameException | IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private Example example(ShardReader reader) {
    long before = 0;
    for (int group = 0; group < reader.rowGroups().size(); group++) {
      long count = reader.rowGroups().get(group);
      if (row >= before && row < before + count) {
        Iterator<Example> rows = reader.readRowGroup(group);
        for (long skipped = before; skipped < row; skipped++) {
          rows.next();
        }
        return rows.next();
      }
      before += count;
    }
    throw new InputException(
        "Cannot show row %d of %s: it has rows 0 to %d".formatted(row, shard, before - 1));
  }
}
