package org.networkfission.jobs.prepare;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.NyuDv2Sample;
import org.networkfission.prep.sample.SampleProgress;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;

/**
 * Measures what a core does of {@code fission prepare}: samples a data set in its published size
 * and format, then prepares it again and again in this thread, with the tasks that the job's
 * executors run: units into rows, rows into shards.
 */
public final class PrepareBenchmark {
  /**
   * Rounds before those that are measured, for each of them: an executor runs for hours, and Java's
   * compiler, whose time counts too, is mostly done by then.
   */
  private static final int WARM_UP_ROUNDS = 2;

  /** Of a room. */
  private static final int VIEWS = 20;

  private static final long ROW_GROUP_BYTES = 32L << 20;

  private final Dataset dataset;
  private final int frames;
  private final int rounds;
  private final Configuration hadoop = new Configuration();

  /**
   * What was measured. Times are those of the median round. The time of a core is the processor
   * time of the whole process, so that what else the machine does counts little.
   *
   * @param format the data set's name
   * @param frames of the sample
   * @param pixels of the rows, e.g. {@code 768x384}
   * @param framesPerSecondPerCore frames per second of processor time
   * @param framesPerSecond frames per second of one thread on this machine as it was
   * @param decoding share of the time, 0 to 1: reading and decoding frames
   * @param normals share: surface normals
   * @param encoding share: labels, resizing, packing
   * @param writing share: compressing and writing rows
   * @param gathering share: reading rows again and writing shards
   * @param bytesPerFrame of the shards
   */
  public record Result(
      String format,
      int frames,
      String pixels,
      double framesPerSecondPerCore,
      double framesPerSecond,
      double decoding,
      double normals,
      double encoding,
      double writing,
      double gathering,
      long bytesPerFrame) {}

  private record Round(double cpuSeconds, double seconds, PhaseTimes times, long bytes) {}

  /**
   * @param frames how many frames are sampled, about
   * @param rounds how often they are prepared
   */
  public PrepareBenchmark(Dataset dataset, int frames, int rounds) {
    this.dataset = dataset;
    this.frames = frames;
    this.rounds = rounds;
  }

  /** Samples in a temporary folder, prepares, and deletes the folder. */
  public Result run(SampleProgress progress) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fission-bench-prepare");
    try {
      Path raw = folder.resolve("raw");
      sample(raw, progress);
      PrepareSettings settings = settings(raw, folder.resolve("out"));
      List<Round> measured = new ArrayList<>();
      int warmUp = WARM_UP_ROUNDS * rounds;
      for (int round = 0; round < warmUp + rounds; round++) {
        Round result = round(settings);
        if (round >= warmUp) {
          measured.add(result);
        }
        delete(folder.resolve("out"));
      }
      measured.sort(Comparator.comparingDouble(Round::cpuSeconds));
      return result(settings, measured.get(measured.size() / 2));
    } finally {
      delete(folder);
    }
  }

  private void sample(Path raw, SampleProgress progress) throws IOException, InterruptedException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(raw.toUri());
    int threads = Runtime.getRuntime().availableProcessors();
    int rooms = Math.max(1, frames / VIEWS);
    switch (dataset) {
      case SCENENET ->
          new SceneNetSample(new SampleSettings(1, rooms, 0, 1, VIEWS, 320, 240, 95))
              .write(root, hadoop, threads, progress);
      case SCANNET ->
          new ScanNetSample(new SampleSettings(1, rooms, 0, 1, VIEWS, 640, 480, 95))
              .write(root, hadoop, threads, progress);
      case LIST ->
          throw new IllegalArgumentException("A list of frames has no published format to sample");
      case NYUDV2 ->
          new NyuDv2Sample(new SampleSettings(1, rooms, 0, 1, VIEWS, 640, 480, 95))
              .write(root, hadoop, threads, progress);
    }
  }

  /** As the files under {@code conf} have them. */
  private PrepareSettings settings(Path raw, Path output) {
    Path input = dataset == Dataset.NYUDV2 ? raw.resolve(NyuDv2Sample.FILE_NAME) : raw;
    Optional<String> resized = Optional.of("768x384");
    return new PrepareSettings(
        dataset,
        Optional.of(input.toUri().toString()),
        Optional.of(output.toUri().toString()),
        dataset == Dataset.NYUDV2 ? List.of("train", "test") : List.of("train"),
        1,
        Integer.MAX_VALUE,
        dataset == Dataset.SCENENET ? Optional.empty() : resized,
        16L << 20,
        new PrepareSettings.NyuDv2Settings(true, true),
        new PrepareSettings.ScanNetSettings(0.25),
        ListSettings.named("list"),
        List.of(TruthKind.values()),
        Optional.empty(),
        dataset == Dataset.SCANNET ? "scannet20-official" : "nyu13",
        NormalPresets.named(dataset.id()),
        1,
        com.typesafe.config.ConfigMemorySize.ofBytes(384L << 20),
        com.typesafe.config.ConfigMemorySize.ofBytes(ROW_GROUP_BYTES),
        0);
  }

  private Round round(PrepareSettings settings) throws IOException {
    FrameSource source = Sources.of(settings);
    ClassMap classes = ClassMaps.named(settings.classMap(), dataset.labels());
    ShardMetadata metadata = ShardMetadata.of(dataset.id(), classes, Map.of(), Product.VERSION);
    WorkFolder folder = WorkFolder.first(settings.output().orElseThrow());
    ImageSize size = settings.imageSize().orElse(null);
    List<FrameUnit> units = source.units(hadoop);
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = System.nanoTime();
    long cpuStart = process.getProcessCpuTime();
    UnitTask task =
        new UnitTask(
            source,
            classes,
            settings.normals(),
            TruthKind.all(),
            size,
            PixelLimit.LARGEST,
            metadata,
            folder);
    PhaseTimes times = PhaseTimes.NONE;
    List<Example> rows = new ArrayList<>();
    for (FrameUnit unit : units) {
      UnitSummary summary = task.prepare(unit, hadoop, frame -> {});
      if (!summary.rejected().isEmpty()) {
        throw new InputException(
            "Cannot measure: a sampled frame was rejected: " + summary.rejected().get(0).message());
      }
      times = times.plus(summary.times());
      try (ShardReader reader = new ShardReader(folder.rows(summary.file()), hadoop)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(rows::add);
        }
      }
    }
    rows.sort(Comparator.comparingLong(row -> RowKey.hash(row.frameKey(), settings.seed())));
    ShardName shard = new ShardName("train", 0);
    new ShardTask(metadata, folder, ROW_GROUP_BYTES).write(shard, rows.iterator(), "", hadoop);
    double cpuSeconds = (process.getProcessCpuTime() - cpuStart) / 1e9;
    double seconds = (System.nanoTime() - start) / 1e9;
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(folder.output(), shard.path(""));
    long bytes = file.getFileSystem(hadoop).getFileStatus(file).getLen();
    return new Round(cpuSeconds, seconds, times, bytes / rows.size());
  }

  private Result result(PrepareSettings settings, Round round) {
    double all = round.seconds();
    PhaseTimes times = round.times();
    double units = times.decoding() + times.normals() + times.encoding() + times.writing();
    int count = Math.max(1, frames / VIEWS) * VIEWS;
    return new Result(
        dataset.id(),
        count,
        settings.size().orElse("320x240"),
        count / round.cpuSeconds(),
        count / all,
        times.decoding() / all,
        times.normals() / all,
        times.encoding() / all,
        times.writing() / all,
        1 - units / all,
        round.bytes());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
