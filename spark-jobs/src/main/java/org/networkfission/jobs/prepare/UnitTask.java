package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.prepare.PhaseClock.Phase;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.storage.Storage;

/**
 * Turns the frames of one unit into rows: reads, maps labels, computes normals, encodes. A frame
 * that cannot be used goes into quarantine; the others stay.
 *
 * @param truth what rows hold; they may lack some of it where the metadata says so
 * @param size of the rows' images; null: that of the depth maps
 * @param limit of what an image of a frame may claim
 */
record UnitTask(
    FrameSource source,
    ClassMap classes,
    NormalSettings normals,
    Set<TruthKind> truth,
    ImageSize size,
    PixelLimit limit,
    ShardMetadata metadata,
    WorkFolder folder)
    implements Serializable {

  /**
   * Prepares a unit.
   *
   * @param counted told of each frame, good or bad
   */
  UnitSummary prepare(FrameUnit unit, Configuration hadoop, LongConsumer counted)
      throws IOException {
    List<Rejected> rejected = new ArrayList<>();
    String name = WorkFolder.newRows(unit);
    Path file = folder.rows(name);
    long start = System.nanoTime();
    PhaseClock clock = new PhaseClock();
    long rows = write(unit, file, rejected, clock, hadoop, counted);
    // Closing the file compressed the rows that it still held.
    clock.lap(Phase.WRITING);
    UnitSummary summary =
        new UnitSummary(
            unit.name(),
            unit.split(),
            rows,
            Storage.of(file, hadoop).length(file),
            rejected,
            clock.times(),
            name);
    folder.record(summary, hadoop);
    String what = "prepared unit %s/%s".formatted(unit.split(), unit.name());
    TaskLog.done(what, rows, "frames", summary.quarantined(), start);
    return summary;
  }

  private long write(
      FrameUnit unit,
      Path file,
      List<Rejected> rejected,
      PhaseClock clock,
      Configuration hadoop,
      LongConsumer counted)
      throws IOException {
    NormalEstimator estimator = new NormalEstimator(normals);
    long rows = 0;
    try (ShardWriter writer = new ShardWriter(file, hadoop, metadata);
        FrameReader reader = source.open(unit, limit.in(hadoop))) {
      while (reader.next()) {
        Example example = null;
        try {
          example = example(reader, estimator, clock);
        } catch (FrameException e) {
          rejected.add(rejected(reader.key(), reader.source(), e, 1));
          // It may have been left in the middle of a frame.
          estimator = new NormalEstimator(normals);
        } catch (ChecksumException e) {
          rejected.add(rejected(reader.key(), reader.source(), damaged(reader.key(), e), 1));
        }
        if (example != null) {
          writer.write(example);
          clock.lap(Phase.WRITING);
          rows++;
        }
        counted.accept(1);
      }
      return rows;
    } catch (FrameException e) {
      return reject(unit, file, rejected, e, hadoop);
    } catch (ChecksumException e) {
      return reject(unit, file, rejected, damaged(unit.name(), e), hadoop);
    }
  }

  /** Puts all frames of a unit in quarantine, those that became rows included. */
  private long reject(
      FrameUnit unit, Path file, List<Rejected> rejected, FrameException why, Configuration hadoop)
      throws IOException {
    file.getFileSystem(hadoop).delete(file, false);
    new ShardWriter(file, hadoop, metadata).close();
    rejected.clear();
    rejected.add(rejected(unit.name() + "/*", unit.location(), why, Math.max(1, unit.frames())));
    return 0;
  }

  private static FrameException damaged(String what, ChecksumException e) {
    return new FrameException(
        Reason.DECODE_ERROR,
        "Cannot read %s: the file system finds it damaged: %s".formatted(what, e.getMessage()),
        e);
  }

  /** Makes a row of a reader's current frame. Whatever is wrong with a frame is no one else's. */
  private Example example(FrameReader reader, NormalEstimator estimator, PhaseClock clock)
      throws IOException, FrameException {
    try {
      Frame frame = reader.read();
      ColorImage photo = ExampleCodec.photo(frame, limit);
      clock.lap(Phase.DECODING);
      NormalMap estimated = normals(frame, estimator);
      clock.lap(Phase.NORMALS);
      Example example = encode(frame, photo, estimated);
      clock.lap(Phase.ENCODING);
      return example;
    } catch (UncheckedIOException e) {
      // The storage failed, not the frame: the task is tried again.
      throw e;
    } catch (RuntimeException e) {
      // Readers and normals refuse images that do not fit, or that they cannot use, this way.
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use frame %s: %s".formatted(reader.key(), e.getMessage()),
          e);
    }
  }

  /** The normals of a frame: its own, or those of its depth; null where there are none. */
  private NormalMap normals(Frame frame, NormalEstimator estimator) {
    if (!truth.contains(TruthKind.NORMALS) || frame.normals() != null) {
      return truth.contains(TruthKind.NORMALS) ? frame.normals() : null;
    } else if (frame.depth() == null
        || (!truth.contains(TruthKind.DEPTH) && isEmpty(frame.depth()))) {
      return null;
    }
    LabelMap labels =
        frame.labels() == null
            ? LabelMap.unlabelled(frame.width(), frame.height())
            : frame.labels();
    return estimator.estimateShared(frame.depth(), labels, frame.intrinsics());
  }

  private static boolean isEmpty(DepthMap depth) {
    for (float z : depth.millimetres()) {
      if (z != 0) {
        return false;
      }
    }
    return true;
  }

  private Example encode(Frame frame, ColorImage photo, NormalMap estimated) throws FrameException {
    ImageSize own = new ImageSize(frame.width(), frame.height());
    Set<TruthKind> held = EnumSet.copyOf(frame.truth());
    held.retainAll(truth);
    if (held.isEmpty() && estimated == null) {
      throw new FrameException(
          Reason.NO_TRUTH,
          "Cannot use frame %s: it has none of what prepare.truth asks for".formatted(frame.key()));
    }
    return ExampleCodec.encode(frame, photo, truth, classes, estimated, size == null ? own : size);
  }

  /** The first row of a unit, as an example; empty where its first frame cannot be used. */
  Optional<Example> first(FrameUnit unit, Configuration hadoop) throws IOException {
    try (FrameReader reader = source.open(unit, limit.in(hadoop))) {
      if (!reader.next()) {
        return Optional.empty();
      }
      return Optional.of(example(reader, new NormalEstimator(normals), new PhaseClock()));
    } catch (FrameException | ChecksumException e) {
      return Optional.empty();
    }
  }

  private static Rejected rejected(String key, String source, FrameException e, long frames) {
    return new Rejected(key, source, e.reason().code(), e.getMessage(), frames);
  }
}
