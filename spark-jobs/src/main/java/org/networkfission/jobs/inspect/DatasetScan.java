package org.networkfission.jobs.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.prep.shard.Column;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;
import scala.Tuple2;

/** Reads all rows of a data set on the cluster, a task for each shard, photos aside. */
final class DatasetScan {
  private static final Set<Column> READ =
      EnumSet.of(
          Column.FRAME_KEY,
          Column.WIDTH,
          Column.HEIGHT,
          Column.DEPTH,
          Column.LABELS,
          Column.NORMALS);

  private DatasetScan() {}

  /** The counts of each split. */
  static SortedMap<String, ScanCounts> run(
      String dataset, Manifest manifest, ClusterSettings cluster) throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    SortedMap<String, ScanCounts> splits = new TreeMap<>();
    List<String[]> shards = new ArrayList<>();
    for (ShardFile file : manifest.files()) {
      shards.add(new String[] {file.split(), file.path()});
    }
    if (shards.isEmpty()) {
      return splits;
    }
    try (ClusterSession session = Cluster.start(cluster.withoutTensors(), "inspect", dataset)) {
      JavaSparkContext context = new JavaSparkContext(session.spark().sparkContext());
      Broadcast<SerializableConfiguration> conf =
          context.broadcast(new SerializableConfiguration(hadoop));
      List<Tuple2<String, ScanCounts>> counted =
          context
              .parallelize(shards, shards.size())
              .map(
                  shard ->
                      new Tuple2<>(shard[0], of(new Path(dataset, shard[1]), conf.value().value())))
              .collect();
      for (Tuple2<String, ScanCounts> one : counted) {
        splits.computeIfAbsent(one._1(), split -> new ScanCounts()).add(one._2());
      }
    }
    return splits;
  }

  /** The counts of one shard. */
  static ScanCounts of(Path shard, Configuration hadoop) throws IOException {
    ScanCounts counts = new ScanCounts();
    try (ShardReader reader = new ShardReader(shard, hadoop)) {
      for (int group = 0; group < reader.rowGroups().size(); group++) {
        reader.readRowGroup(group, READ).forEachRemaining(counts::add);
      }
    }
    return counts;
  }
}
