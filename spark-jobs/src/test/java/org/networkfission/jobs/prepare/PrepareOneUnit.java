package org.networkfission.jobs.prepare;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.shard.ShardMetadata;

/**
 * Prepares the units of an input one after the other, as an executor's task does, in a process of
 * its own: {@code dataset input output stride}. Prints rows, rejected frames and the heap at most.
 */
final class PrepareOneUnit {
  private PrepareOneUnit() {}

  public static void main(String[] args) throws Exception {
    Dataset dataset = Dataset.valueOf(args[0].toUpperCase(java.util.Locale.ROOT));
    PrepareSettings settings =
        new PrepareSettings(
            dataset,
            Optional.of(args[1]),
            Optional.of(args[2]),
            dataset == Dataset.NYUDV2 ? List.of("train", "test") : List.of("train"),
            Integer.parseInt(args[3]),
            1000,
            dataset == Dataset.SCENENET ? Optional.empty() : Optional.of("768x384"),
            16L << 20,
            new PrepareSettings.NyuDv2Settings(true, true),
            new PrepareSettings.ScanNetSettings(0.25),
            ListSettings.named("list"),
            List.of(TruthKind.values()),
            Optional.empty(),
            "nyu13",
            NormalPresets.named(dataset.id()),
            1,
            com.typesafe.config.ConfigMemorySize.ofBytes(384 << 20),
            com.typesafe.config.ConfigMemorySize.ofBytes(32 << 20),
            0);
    Configuration hadoop = new Configuration();
    FrameSource source = Sources.of(settings);
    ClassMap classes = ClassMaps.named("nyu13", dataset.labels());
    UnitTask task =
        new UnitTask(
            source,
            classes,
            settings.normals(),
            TruthKind.all(),
            settings.size().map(ImageSize::parse).orElse(null),
            PixelLimit.LARGEST,
            ShardMetadata.of(dataset.id(), classes, Map.of(), "test"),
            WorkFolder.first(args[2]));
    long rows = 0;
    long rejected = 0;
    long start = System.nanoTime();
    for (FrameUnit unit : source.units(hadoop)) {
      UnitSummary summary = task.prepare(unit, hadoop, frame -> {});
      rows += summary.rows();
      rejected += summary.quarantined();
    }
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heap += pool.getPeakUsage().getUsed();
      }
    }
    System.out.printf(
        "%d rows, %d rejected, %.0f s, heap at most %d MB%n",
        rows, rejected, (System.nanoTime() - start) / 1e9, heap >> 20);
  }
}
