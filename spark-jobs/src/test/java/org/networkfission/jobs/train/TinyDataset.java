package org.networkfission.jobs.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.shard.SplitStatistics;

/** A prepared data set of random frames of 32 x 32 pixels. */
public final class TinyDataset {
  public static final int SIZE = 32;
  private static final ClassMap CLASSES = ClassMaps.named("nyu13");

  private TinyDataset() {}

  /**
   * Writes a data set of one split, "train".
   *
   * @param frames of each of its two shards, in row groups of a few frames
   */
  public static void write(java.nio.file.Path folder, int frames)
      throws IOException, FrameException {
    write(folder, frames, List.of("train"), number -> number);
  }

  /**
   * Writes a data set.
   *
   * @param frames of each of a split's two shards
   * @param content what a frame of a number shows: frames of the same content differ by key alone
   */
  public static void write(
      java.nio.file.Path folder, int frames, List<String> splits, IntUnaryOperator content)
      throws IOException, FrameException {
    write(folder, frames, splits, content, TruthKind.all(), CLASSES);
  }

  /**
   * Writes a data set whose rows lack some truth.
   *
   * @param truth what every row has; the other columns are null
   * @param classes whose names and number the manifest tells
   */
  public static void write(
      java.nio.file.Path folder,
      int frames,
      List<String> splits,
      IntUnaryOperator content,
      Set<TruthKind> truth,
      ClassMap classes)
      throws IOException, FrameException {
    write(folder, frames, splits, content, truth, classes, row -> row);
  }

  /**
   * Writes a data set whose rows are not quite those of others.
   *
   * @param change what becomes of a row
   */
  public static void write(
      java.nio.file.Path folder,
      int frames,
      List<String> splits,
      IntUnaryOperator content,
      Set<TruthKind> truth,
      ClassMap classes,
      UnaryOperator<Example> change)
      throws IOException, FrameException {
    Configuration hadoop = new Configuration();
    Path dataset = new Path(folder.toUri());
    ShardMetadata metadata = ShardMetadata.of("tiny", classes, Map.of(), "test");
    if (!truth.equals(TruthKind.all())) {
      metadata = metadata.withOptionalTruth();
    }
    Map<String, SplitStatistics> statistics = new LinkedHashMap<>();
    List<ShardFile> files = new ArrayList<>();
    for (String split : splits) {
      SplitStatistics ofSplit = SplitStatistics.none(classes.classNames().size());
      for (int shard = 0; shard < 2; shard++) {
        String name = "%s/part-%05d.parquet".formatted(split, shard);
        try (ShardWriter writer =
            new ShardWriter(new Path(dataset, name), hadoop, metadata, 40_000)) {
          for (int i = 0; i < frames; i++) {
            int number = shard * frames + i;
            Example row = change.apply(example(number, content.applyAsInt(number)));
            Example example = only(row, truth);
            writer.write(example);
            ofSplit = ofSplit.plus(SplitStatistics.of(example, classes.classNames().size()));
          }
        }
        files.add(ShardFile.describe(dataset, name, split, hadoop));
      }
      statistics.put(split, ofSplit);
    }
    Manifest.of(
            metadata, files, statistics, Map.of(), JsonNodeFactory.instance.objectNode(), Map.of())
        .write(dataset, hadoop);
    Files.createFile(folder.resolve(Manifest.SUCCESS));
  }

  /** A row that knows only some of it. */
  public static Example only(Example e, Set<TruthKind> truth) {
    return new Example(
        e.frameKey(),
        e.dataset(),
        e.split(),
        e.unit(),
        e.width(),
        e.height(),
        e.fx(),
        e.fy(),
        e.cx(),
        e.cy(),
        e.color(),
        truth.contains(TruthKind.DEPTH) ? e.depth() : null,
        truth.contains(TruthKind.LABELS) ? e.labels() : null,
        truth.contains(TruthKind.NORMALS) ? e.normals() : null,
        e.holeFraction(),
        e.source());
  }

  public static Example example(int number) throws FrameException {
    return example(number, number);
  }

  private static Example example(int number, int content) throws FrameException {
    Random random = new Random(content);
    int pixels = SIZE * SIZE;
    byte[] rgb = new byte[3 * pixels];
    random.nextBytes(rgb);
    float[] depth = new float[pixels];
    short[] labels = new short[pixels];
    float[] normals = new float[3 * pixels];
    int label = random.nextInt(CLASSES.classNames().size());
    for (int i = 0; i < pixels; i++) {
      depth[i] = random.nextInt(10) == 0 ? 0 : 1_000 + random.nextInt(3_000);
      labels[i] = (short) (random.nextBoolean() ? label : 0);
      normals[3 * i + 2] = -1;
    }
    Frame frame =
        new Frame(
            "tiny/%04d".formatted(number),
            "tiny",
            "train",
            "unit",
            "memory",
            new Intrinsics(30, 30, 15.5, 15.5),
            Jpeg.encode(new ColorImage(SIZE, SIZE, rgb), 90),
            new DepthMap(SIZE, SIZE, depth),
            new LabelMap(SIZE, SIZE, labels));
    return ExampleCodec.encode(frame, CLASSES, new NormalMap(SIZE, SIZE, normals));
  }
}
