package org.networkfission.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.normals.NormalsJob;
import org.networkfission.jobs.settings.WholePaths;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.normals.NormalPicture;
import org.networkfission.prep.normals.RawFrame;
import org.networkfission.prep.normals.trial.NormalSheet;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
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
  private java.nio.file.Path depth;

  @Option(names = "--labels", description = "Grey PNG of 8 or 16 bits, of the same size.")
  private java.nio.file.Path labels;

  @Option(names = "--color", description = "JPEG of the same size; else labels are drawn for it.")
  private java.nio.file.Path color;

  @Option(
      names = "--dataset",
      description = "A prepared data set's folder; flat labels are ids of its classes then.")
  private String dataset;

  @Option(names = "--key", description = "The row's frame_key, e.g. scenenet/train/0/12/000025.")
  private String key;

  @Option(names = "--shard", description = "A Parquet shard, in place of --dataset.")
  private String shard;

  @Option(names = "--row", description = "Row of the shard, from 0, in place of --key.")
  private Long row;

  @Option(names = "--out", required = true, description = "FILE.png")
  private java.nio.file.Path output;

  @Override
  public Integer call() throws Exception {
    boolean raw = depth != null || labels != null;
    boolean prepared = dataset != null || shard != null;
    if (raw == prepared || (raw && (depth == null || labels == null))) {
      throw options.usage("give either --depth and --labels, or --dataset or --shard");
    }
    if (prepared
        && ((dataset == null) == (shard == null)
            || (key == null) == (row == null)
            || (dataset != null && row != null))) {
      throw options.usage("give --dataset and --key, or --shard and either --row or --key");
    }
    ColorImage sheet = raw ? ofFrame() : ofRow();
    WholeFile.write(output, NormalPicture.png(sheet));
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
    } catch (NoSuchFileException e) {
      throw new InputException("Cannot read photo: there is no file " + color, e);
    }
  }

  private ColorImage ofRow() throws IOException {
    try {
      LabeledImage image = ExampleCodec.decode(example());
      if (image.depth() == null) {
        throw new InputException(
            "Cannot show normals of frame %s: it has no depth".formatted(image.key()));
      }
      LabelMap labels =
          image.labels() == null
              ? LabelMap.unlabelled(image.width(), image.height())
              : image.labels();
      return NormalSheet.draw(
          image.color(), image.depth(), labels, image.intrinsics(), options.settings());
    } catch (FrameException | IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private Example example() throws IOException {
    Configuration hadoop = new Configuration();
    List<Path> shards = new ArrayList<>();
    if (shard != null) {
      shards.add(new Path(WholePaths.of("--shard", shard, hadoop)));
    } else {
      Path folder = new Path(WholePaths.of("--dataset", dataset, hadoop));
      for (ShardFile file : Manifest.open(folder, hadoop).files()) {
        shards.add(new Path(folder, file.path()));
      }
    }
    for (Path file : shards) {
      try (ShardReader reader = new ShardReader(file, hadoop)) {
        Optional<Example> found = key == null ? reader.row(row) : reader.row(key);
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new InputException(
        "Cannot show %s of %s: there is no such row"
            .formatted(
                key == null ? "row " + row : "frame " + key, shard == null ? dataset : shard));
  }
}
