package org.networkfission.jobs.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.shard.SplitStatistics;

/** Writes small data sets and checkpoints for tests: a wall, a floor and a thing in each frame. */
public final class EvaluationInput {
  static final int WIDTH = 64;
  static final int HEIGHT = 48;
  private static final int TRAIN_FRAMES = 24;
  private static final Configuration HADOOP = new Configuration();

  private EvaluationInput() {}

  /**
   * A data set with training and validation frames in small row groups.
   *
   * @param frames how many validation frames
   * @param corrupt numbers of validation frames whose photo cannot be decoded
   */
  static java.nio.file.Path dataset(java.nio.file.Path folder, int frames, Integer... corrupt)
      throws IOException {
    return write(
        folder, frames, (number, e) -> List.of(corrupt).contains(number) ? withoutPhoto(e) : e);
  }

  /**
   * A data set whose validation frames have no labels, as ScanNet's test split.
   *
   * @param none whether the column is null; else every pixel is void
   */
  static java.nio.file.Path unlabelled(java.nio.file.Path folder, int frames, boolean none)
      throws IOException {
    return write(
        folder,
        frames,
        (number, e) -> with(e, e.color(), none ? null : new byte[e.labels().length]));
  }

  /** Writes a data set; its validation frames are changed by number. */
  private static java.nio.file.Path write(
      java.nio.file.Path folder, int frames, BiFunction<Integer, Example, Example> change)
      throws IOException {
    return write(folder, "scenenet", frames, change);
  }

  /** The same under the name of another data set. */
  static java.nio.file.Path named(java.nio.file.Path folder, String dataset, int frames)
      throws IOException {
    return write(folder, dataset, frames, (number, e) -> e);
  }

  private static java.nio.file.Path write(
      java.nio.file.Path folder,
      String dataset,
      int frames,
      BiFunction<Integer, Example, Example> change)
      throws IOException {
    ClassMap classes = ClassMaps.named("nyu13");
    ShardMetadata metadata =
        ShardMetadata.of(dataset, classes, Map.of("mode", "test"), "0").withOptionalTruth();
    Path to = new Path(folder.toUri());
    List<ShardFile> files = new ArrayList<>();
    Map<String, SplitStatistics> splits = new TreeMap<>();
    for (String split : List.of("train", "val")) {
      String path = split + "/part-00000.parquet";
      SplitStatistics statistics = SplitStatistics.none(classes.size());
      try (ShardWriter writer = new ShardWriter(new Path(to, path), HADOOP, metadata, 1 << 17)) {
        for (int i = 0; i < (split.equals("train") ? TRAIN_FRAMES : frames); i++) {
          Example example = example(split, i, classes);
          if (split.equals("val")) {
            example = change.apply(i, example);
          }
          statistics = statistics.plus(SplitStatistics.of(example, classes.size()));
          writer.write(example);
        }
      }
      files.add(ShardFile.describe(to, path, split, HADOOP));
      splits.put(split, statistics);
    }
    Manifest.of(metadata, files, splits, Map.of(), JsonNodeFactory.instance.objectNode(), Map.of())
        .write(to, HADOOP);
    Files.createFile(folder.resolve(Manifest.SUCCESS));
    return folder;
  }

  private static Example withoutPhoto(Example e) {
    return with(e, new byte[] {1, 2, 3}, e.labels());
  }

  private static Example with(Example e, byte[] color, byte[] labels) {
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
        color,
        e.depth(),
        labels,
        e.normals(),
        e.holeFraction(),
        e.source());
  }

  private static Example example(String split, int number, ClassMap classes) throws IOException {
    SplittableRandom random = new SplittableRandom(31L * number + split.hashCode());
    int pixels = WIDTH * HEIGHT;
    byte[] rgb = new byte[3 * pixels];
    short[] labels = new short[pixels];
    float[] depth = new float[pixels];
    float[] xyz = new float[3 * pixels];
    int horizon = HEIGHT / 4 + random.nextInt(HEIGHT / 3);
    int left = random.nextInt(WIDTH / 2);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int i = y * WIDTH + x;
        boolean thing = x > left && x < left + 20 && y > horizon - 5 && y < horizon + 12;
        boolean floor = y > horizon && !thing;
        labels[i] = (short) (x == 0 ? 0 : thing ? 1 + number % 4 : floor ? 5 : 12);
        depth[i] = thing ? 1500 : floor ? 4000f - 60 * (y - horizon) : 4000;
        depth[i] = random.nextInt(50) == 0 ? 0 : depth[i];
        xyz[3 * i + (floor ? 1 : 2)] = floor ? 1 : -1;
        for (int c = 0; c < 3; c++) {
          rgb[3 * i + c] = (byte) (40 * labels[i] * (c + 1) + random.nextInt(20));
        }
      }
    }
    Frame frame =
        new Frame(
            "scenenet/%s/%05d".formatted(split, number),
            "scenenet",
            split,
            "unit",
            "test",
            new Intrinsics(55, 55, 31.5, 23.5),
            Jpeg.encode(new ColorImage(WIDTH, HEIGHT, rgb), 95),
            new DepthMap(WIDTH, HEIGHT, depth),
            new LabelMap(WIDTH, HEIGHT, labels));
    try {
      return ExampleCodec.encode(frame, classes, new NormalMap(WIDTH, HEIGHT, xyz));
    } catch (FrameException e) {
      throw new IOException(e);
    }
  }

  /** A network with its first parameters, as the checkpoint of step 7 of a run of another seed. */
  public static java.nio.file.Path checkpoint(java.nio.file.Path run, String classMap)
      throws IOException {
    return checkpoint(run, classMap, 11);
  }

  static java.nio.file.Path checkpoint(java.nio.file.Path run, String classMap, long seed)
      throws IOException {
    return checkpoint(
        run, classMap, seed, WIDTH, HEIGHT, List.of(Task.LABELS, Task.NORMALS, Task.DEPTH));
  }

  /** The same parameters in a network that computes in another precision. */
  public static java.nio.file.Path checkpoint(java.nio.file.Path run, ComputePrecision precision)
      throws IOException {
    List<Task> tasks = List.of(Task.LABELS, Task.NORMALS, Task.DEPTH);
    return checkpoint(run, "nyu13", 11, WIDTH, HEIGHT, tasks, precision);
  }

  static java.nio.file.Path checkpoint(
      java.nio.file.Path run, String classMap, long seed, int width, int height, List<Task> tasks)
      throws IOException {
    return checkpoint(run, classMap, seed, width, height, tasks, ComputePrecision.FLOAT32);
  }

  private static java.nio.file.Path checkpoint(
      java.nio.file.Path run,
      String classMap,
      long seed,
      int width,
      int height,
      List<Task> tasks,
      ComputePrecision precision)
      throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            width,
            height,
            InputModality.RGB,
            Encoder.RESNET50,
            256,
            tasks.size() == 1 ? FissionScheme.SINGLE : FissionScheme.MID,
            Heads.PARALLEL,
            tasks,
            ClassMaps.named(classMap).size(),
            0.0625,
            false,
            0,
            BatchStatistics.REPLICA,
            0.99,
            InitialDeviation.HE,
            DepthStart.ROOM,
            Compute.AUTO,
            precision);
    TaskWeights one = new TaskWeights(1, 0, 0);
    LossSpec losses = new LossSpec(one, one, one, one, DepthLoss.L1, Normalisation.IMAGE);
    java.nio.file.Path folder = run.resolve("checkpoints").resolve("00000007");
    Files.createDirectories(folder);
    try (FissionNetwork network = FissionNetwork.create(spec, losses, seed);
        OutputStream out = Files.newOutputStream(folder.resolve("model.zip"))) {
      network.save(out);
      Checkpoint.State state =
          new Checkpoint.State(
              7,
              0,
              0,
              1,
              null,
              1,
              99,
              (int) network.parameters().length(),
              0,
              spec,
              classMap,
              JsonNodeFactory.instance.objectNode(),
              null,
              null,
              List.of(),
              List.of());
      Files.write(folder.resolve("state.json"), Json.MAPPER.writeValueAsBytes(state));
    }
    Files.writeString(run.resolve("checkpoints").resolve("latest"), "00000007\n");
    return run;
  }

  static EvaluateSettings settings(
      java.nio.file.Path checkpoint, java.nio.file.Path data, Object output) {
    return settings(checkpoint, data, output, 4, 0.01);
  }

  static EvaluateSettings settings(
      java.nio.file.Path checkpoint,
      java.nio.file.Path data,
      Object output,
      PredictionFormat predictions) {
    EvaluateSettings s = settings(checkpoint, data, output);
    return new EvaluateSettings(
        s.checkpoint(),
        s.weights(),
        s.tflite(),
        s.onnx(),
        s.data(),
        s.split(),
        s.output(),
        s.compare(),
        s.baselines(),
        s.size(),
        s.crop(),
        s.window(),
        s.augment(),
        s.batchSize(),
        s.untrained(),
        s.constantFrames(),
        s.replicates(),
        s.panels(),
        predictions,
        s.maxCorruptFraction());
  }

  /** The same with another protocol. */
  static EvaluateSettings with(
      EvaluateSettings s,
      EvaluateSettings.Size size,
      Crop crop,
      String window,
      EvaluateSettings.Augment augment) {
    return new EvaluateSettings(
        s.checkpoint(),
        s.weights(),
        s.tflite(),
        s.onnx(),
        s.data(),
        s.split(),
        s.output(),
        s.compare(),
        s.baselines(),
        size,
        crop,
        Optional.ofNullable(window),
        augment,
        s.batchSize(),
        s.untrained(),
        s.constantFrames(),
        s.replicates(),
        s.panels(),
        s.predictions(),
        s.maxCorruptFraction());
  }

  static EvaluateSettings settings(
      java.nio.file.Path checkpoint,
      java.nio.file.Path data,
      Object output,
      int batchSize,
      double maxCorruptFraction) {
    return new EvaluateSettings(
        Optional.of(checkpoint.toString()),
        Weights.TRAINED,
        Optional.empty(),
        Optional.empty(),
        Optional.of(data.toString()),
        "val",
        Optional.of(output.toString()),
        List.of(),
        List.of(),
        EvaluateSettings.Size.NETWORK,
        Crop.NONE,
        Optional.empty(),
        EvaluateSettings.Augment.NONE,
        batchSize,
        true,
        1000,
        20,
        2,
        PredictionFormat.NONE,
        maxCorruptFraction);
  }
}
