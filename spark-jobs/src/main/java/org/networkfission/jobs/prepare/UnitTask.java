package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;

/**
 * Turns the frames of one unit into rows: reads, maps labels, computes normals, encodes. A frame
 * that cannot be used goes into quarantine; the others stay.
 *
 * @param size of the rows' images; null: that of the depth maps
 */
record UnitTask(
    FrameSource source,
    ClassMap classes,
    NormalSettings normals,
    ImageSize size,
    ShardMetadata metadata,
    WorkFolder folder)
    implements Serializable {

  /**
   * Prepares a unit, or returns what an earlier run made of it.
   *
   * @param attempt a number that no other attempt at the unit has
   */
  UnitSummary prepare(FrameUnit unit, long attempt, Configuration hadoop) throws IOException {
    String finished = WorkFolder.readText(folder.summary(unit.split(), unit.name()), hadoop);
    if (finished != null) {
      return UnitSummary.ofJson(finished);
    }
    List<Rejected> rejected = new ArrayList<>();
    Path file = folder.rows(unit.split(), unit.name());
    long[] rows = new long[1];
    WorkFolder.whole(
        file, attempt, hadoop, growing -> rows[0] = write(unit, growing, rejected, hadoop));
    FileSystem fs = file.getFileSystem(hadoop);
    UnitSummary summary =
        new UnitSummary(
            unit.name(), unit.split(), rows[0], fs.getFileStatus(file).getLen(), rejected);
    WorkFolder.writeText(
        folder.summary(unit.split(), unit.name()), attempt, summary.toJson(), hadoop);
    return summary;
  }

  private long write(FrameUnit unit, Path file, List<Rejected> rejected, Configuration hadoop)
      throws IOException {
    NormalEstimator estimator = new NormalEstimator(normals);
    long rows = 0;
    try (ShardWriter writer = new ShardWriter(file, hadoop, metadata);
        FrameReader reader = source.open(unit, hadoop)) {
      while (reader.next()) {
        try {
          Frame frame = reader.read();
          NormalMap estimated =
              estimator.estimate(frame.depth(), frame.labels(), frame.intrinsics());
          ImageSize own = new ImageSize(frame.width(), frame.height());
          writer.write(ExampleCodec.encode(frame, classes, estimated, size == null ? own : size));
          rows++;
        } catch (FrameException e) {
          rejected.add(rejected(reader.key(), reader.source(), e, 1));
        }
      }
    } catch (FrameException e) {
      rejected.add(rejected(unit.name() + "/*", unit.location(), e, Math.max(1, unit.frames())));
    }
    return rows;
  }

  private static Rejected rejected(String key, String source, FrameException e, long frames) {
    return new Rejected(key, source, e.reason().code(), e.getMessage(), frames);
  }
}
