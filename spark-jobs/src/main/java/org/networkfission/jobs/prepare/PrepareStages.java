package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.networkfission.jobs.cluster.LiveCount;
import org.networkfission.jobs.cluster.StageResult;
import org.networkfission.jobs.cluster.TaskAttempt;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardReader;
import scala.Tuple2;

/** The Spark stages of {@link PrepareJob}. */
final class PrepareStages {
  private final JavaSparkContext context;
  private final Configuration hadoop;
  private final Broadcast<SerializableConfiguration> shared;
  private final WorkFolder folder;
  private final Lease.Proof lease;
  private final PrintWriter out;

  /**
   * @param lease proves to executors that the dataset's folder is this job's
   */
  PrepareStages(
      SparkSession spark,
      Configuration hadoop,
      WorkFolder folder,
      Lease.Proof lease,
      PrintWriter out) {
    this.context = new JavaSparkContext(spark.sparkContext());
    this.hadoop = hadoop;
    this.shared = context.broadcast(new SerializableConfiguration(hadoop));
    this.folder = folder;
    this.lease = lease;
    this.out = out;
  }

  /**
   * Prepares every unit that no earlier run finished, the largest first; one task each, so that
   * executors that are done with a small one take the next.
   *
   * @param finished what earlier runs made of some of them
   */
  List<UnitSummary> units(UnitTask task, List<FrameUnit> units, List<UnitSummary> finished)
      throws IOException {
    List<UnitSummary> summaries = new ArrayList<>(finished);
    if (!summaries.isEmpty()) {
      out.printf(
          "prepare: %,d of %,d units were finished before%n", summaries.size(), units.size());
    }
    Set<String> done =
        summaries.stream().map(s -> s.split() + "/" + s.unit()).collect(Collectors.toSet());
    List<FrameUnit> bySize = new ArrayList<>(units);
    bySize.removeIf(u -> done.contains(u.split() + "/" + u.name()));
    bySize.sort(Comparator.comparingLong(FrameUnit::bytes).reversed());
    if (!bySize.isEmpty()) {
      summaries.addAll(prepare(task, bySize));
    }
    summaries.sort(Comparator.comparing(UnitSummary::split).thenComparing(UnitSummary::unit));
    return summaries;
  }

  private List<UnitSummary> prepare(UnitTask task, List<FrameUnit> units) throws IOException {
    LiveCount frames = LiveCount.register(context.sc(), "frames");
    LongAccumulator counted = frames.accumulator();
    Broadcast<SerializableConfiguration> conf = shared;
    Lease.Proof proof = lease;
    JavaFutureAction<List<UnitSummary>> job =
        context
            .parallelize(units, units.size())
            .map(
                unit -> {
                  proof.check(conf.value().value());
                  return task.prepare(unit, conf.value().value(), counted::add);
                })
            .collectAsync();
    Progress progress =
        new Progress(out, "prepare", "frames", units.stream().mapToLong(FrameUnit::frames).sum());
    return StageResult.await(job, () -> progress.at(frames.value()));
  }

  /** Shuffles the units' rows into shards; one task each. */
  List<ShardSummary> shards(
      ShardTask task, List<UnitSummary> units, List<ShardName> shards, long seed)
      throws IOException {
    List<ShardSummary> summaries = new ArrayList<>();
    List<ShardName> wanted = new ArrayList<>();
    for (ShardSummary finished : folder.finishedShards(hadoop)) {
      if (shards.contains(finished.shard())) {
        summaries.add(finished);
      }
    }
    Set<ShardName> done = summaries.stream().map(ShardSummary::shard).collect(Collectors.toSet());
    shards.stream().filter(shard -> !done.contains(shard)).forEach(wanted::add);
    if (!wanted.isEmpty()) {
      LongAccumulator written = context.sc().longAccumulator("shards");
      Progress progress = new Progress(out, "prepare", "shards", wanted.size());
      Broadcast<SerializableConfiguration> conf = shared;
      Lease.Proof proof = lease;
      JavaFutureAction<List<String>> job =
          shuffled(units, shards, wanted, seed)
              .mapPartitionsWithIndex(
                  (index, rows) -> {
                    proof.check(conf.value().value());
                    String summary =
                        task.write(
                            wanted.get(index),
                            new Values(rows),
                            TaskAttempt.suffix(),
                            conf.value().value());
                    written.add(1);
                    return List.of(summary).iterator();
                  },
                  true)
              .collectAsync();
      for (String summary : StageResult.await(job, () -> progress.at(written.value()))) {
        summaries.add(ShardSummary.ofJson(summary));
      }
    }
    summaries.sort(Comparator.comparing(s -> s.file().path()));
    return summaries;
  }

  /** The rows of the wanted shards, a partition per shard, in order. */
  private JavaPairRDD<RowKey, Example> shuffled(
      List<UnitSummary> units, List<ShardName> shards, List<ShardName> wanted, long seed) {
    List<UnitSummary> full = units.stream().filter(u -> u.rows() > 0).toList();
    Map<String, Long> shardsOfSplit =
        shards.stream().collect(Collectors.groupingBy(ShardName::split, Collectors.counting()));
    Broadcast<SerializableConfiguration> conf = shared;
    WorkFolder work = folder;
    return context
        .parallelize(full, full.size())
        .flatMapToPair(
            unit -> {
              Path file = work.rows(unit.file());
              int count = shardsOfSplit.get(unit.split()).intValue();
              ShardReader reader = new ShardReader(file, conf.value().value());
              TaskCompletionListener close = task -> close(reader);
              TaskContext.get().addTaskCompletionListener(close);
              return new KeyedRows(reader, example -> key(example, count, wanted, seed));
            })
        .repartitionAndSortWithinPartitions(new ByShard(wanted.size()), RowKey.ORDER);
  }

  /** The key of a row; null where its shard is not wanted. */
  private static RowKey key(Example example, int shards, List<ShardName> wanted, long seed) {
    long hash = RowKey.hash(example.frameKey(), seed);
    int partition = wanted.indexOf(new ShardName(example.split(), RowKey.shard(hash, shards)));
    return partition < 0 ? null : new RowKey(partition, hash, example.frameKey());
  }

  private static void close(ShardReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only the examples of keyed rows. */
  private record Values(Iterator<Tuple2<RowKey, Example>> rows) implements Iterator<Example> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Example next() {
      return rows.next()._2();
    }
  }

  private static final class ByShard extends Partitioner {
    private final int shards;

    ByShard(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object key) {
      return ((RowKey) key).partition();
    }
  }
}
