package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Column;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.OpenShards;

/**
 * Which of the run's classes each row of its data sets shows, void aside. Manifests do not tell, so
 * the labels are read once, on all executors, and no other column.
 *
 * @param groups by data set, then by row group
 */
public record ClassCensus(List<List<Shown>> groups) {
  /** Tasks that a core has one after the other, so that none has much longer than another. */
  private static final int TASKS_PER_CORE = 8;

  /**
   * What the rows of a group show.
   *
   * @param rows by row, a bit for each class: those of void and of a frame without labels are 0
   * @param problem why the group cannot be read; empty where it can
   */
  record Shown(List<long[]> rows, String problem) implements Serializable {
    boolean shows(int row, int c) {
      long[] bits = rows.get(row);
      return c / Long.SIZE < bits.length && (bits[c / Long.SIZE] >>> c & 1) != 0;
    }
  }

  private record Piece(Source source, RowGroup group) implements Serializable {}

  /**
   * Reads the labels.
   *
   * @throws InputException if a shard cannot be read
   */
  public static ClassCensus take(
      List<Source> sources, Configuration hadoop, JavaSparkContext context) {
    Broadcast<SerializableConfiguration> conf =
        context.broadcast(new SerializableConfiguration(hadoop));
    List<Piece> pieces = new ArrayList<>();
    for (Source source : sources) {
      Source light = source.alone(); // Each piece carries its own row group.
      source.groups().forEach(group -> pieces.add(new Piece(light, group)));
    }
    int tasks = Math.min(pieces.size(), TASKS_PER_CORE * context.defaultParallelism());
    List<Shown> shown =
        context
            .parallelize(pieces, tasks)
            .mapPartitions(own -> of(own, conf.value().value()))
            .collect();
    for (Shown one : shown) {
      if (!one.problem().isEmpty()) {
        throw new InputException(one.problem());
      }
    }
    List<List<Shown>> groups = new ArrayList<>();
    Iterator<Shown> next = shown.iterator();
    for (Source source : sources) {
      List<Shown> own = new ArrayList<>();
      source.groups().forEach(group -> own.add(next.next()));
      groups.add(own);
    }
    return new ClassCensus(groups);
  }

  /** What the row groups of a task show. */
  private static Iterator<Shown> of(Iterator<Piece> pieces, Configuration hadoop)
      throws IOException {
    List<Shown> shown = new ArrayList<>();
    try (OpenShards shards = new OpenShards(hadoop)) {
      while (pieces.hasNext()) {
        Piece piece = pieces.next();
        shown.add(of(piece.source(), piece.group(), shards));
      }
    }
    return shown.iterator();
  }

  /** What one row group shows. */
  static Shown of(Source source, RowGroup group, OpenShards shards) throws IOException {
    List<long[]> rows = new ArrayList<>();
    try {
      Iterator<Example> labels =
          shards
              .get(new Path(source.dataset(), group.file()))
              .readRowGroup(group.index(), EnumSet.of(Column.FRAME_KEY, Column.LABELS));
      while (labels.hasNext()) {
        rows.add(shown(source, labels.next()));
      }
      return new Shown(rows, "");
    } catch (InputException e) {
      return new Shown(List.of(), e.getMessage());
    }
  }

  private static long[] shown(Source source, Example row) {
    BitSet own = new BitSet();
    if (row.labels() != null) {
      for (byte label : row.labels()) {
        own.set(label & 0xff);
      }
    }
    BitSet classes = new BitSet();
    own.stream().forEach(id -> classes.set(source.runClass(id, "frame " + row.frameKey())));
    classes.clear(0);
    return classes.toLongArray();
  }

  /** Of a data set's rows, how many show each class, void first. */
  public List<Long> frames(int source, int classes) {
    long[] frames = new long[classes];
    for (Shown group : groups.get(source)) {
      for (long[] row : group.rows()) {
        BitSet.valueOf(row).stream().filter(c -> c < classes).forEach(c -> frames[c]++);
      }
    }
    return Arrays.stream(frames).boxed().toList();
  }

  /**
   * How often the rows of a data set are read, where a row is read as often as the rarest of its
   * classes asks for.
   *
   * @param factors by class, in parts of {@link Repeats#ONE}; that of void is the least
   */
  public Repeats repeats(int source, List<Integer> factors) {
    List<byte[]> classes = new ArrayList<>();
    for (Shown group : groups.get(source)) {
      byte[] rarest = new byte[group.rows().size()];
      for (int row = 0; row < rarest.length; row++) {
        int most = 0;
        for (int c = 1; c < factors.size(); c++) {
          most = group.shows(row, c) && factors.get(c) > factors.get(most) ? c : most;
        }
        rarest[row] = (byte) most;
      }
      classes.add(rarest);
    }
    return new Repeats(factors, classes);
  }
}
