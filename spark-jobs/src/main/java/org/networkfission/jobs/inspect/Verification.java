package org.networkfission.jobs.inspect;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/**
 * Reads every shard of a data set on the cluster, a task each, and compares its SHA-256 with the
 * manifest's.
 */
public final class Verification {
  private static final int SHOWN = 20;

  private final String dataset;
  private final ClusterSettings cluster;
  private final PrintWriter out;

  public Verification(String dataset, ClusterSettings cluster, PrintWriter out) {
    this.dataset = dataset;
    this.cluster = cluster;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @throws InputException naming the shards that are not what was written
   */
  public void execute() throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    List<ShardFile> files = Manifest.open(new Path(dataset), hadoop).files();
    List<String> problems;
    try (ClusterSession session = Cluster.start(cluster.withoutTensors(), "verify", dataset)) {
      JavaSparkContext context = new JavaSparkContext(session.spark().sparkContext());
      problems = problems(files, dataset, hadoop, context);
    }
    if (!problems.isEmpty()) {
      throw new InputException(
          "Cannot trust %s: %,d of %,d shards are not what was written:%n  %s%s"
              .formatted(
                  dataset,
                  problems.size(),
                  files.size(),
                  String.join("\n  ", problems.subList(0, Math.min(SHOWN, problems.size()))),
                  problems.size() > SHOWN ? "\n  and others" : ""));
    }
    out.printf(
        "verify: %,d shards of %s are what was written: %,d bytes%n",
        files.size(), dataset, files.stream().mapToLong(ShardFile::bytes).sum());
  }

  private static List<String> problems(
      List<ShardFile> files, String dataset, Configuration hadoop, JavaSparkContext context) {
    if (files.isEmpty()) {
      return List.of();
    }
    Broadcast<SerializableConfiguration> conf =
        context.broadcast(new SerializableConfiguration(hadoop));
    // Records of JSON are not Java's: a shard travels as its path and checksum.
    List<String[]> shards = new ArrayList<>();
    files.forEach(file -> shards.add(new String[] {file.path(), file.sha256()}));
    return context
        .parallelize(shards, shards.size())
        .map(shard -> problem(shard, dataset, conf.value().value()))
        .filter(problem -> !problem.isEmpty())
        .collect();
  }

  /** What is wrong with a shard; empty where nothing is. */
  static String problem(String[] shard, String dataset, Configuration hadoop) throws IOException {
    try {
      new ShardFile(shard[0], "", 0, 0, List.of(), shard[1])
          .requireIntact(new Path(dataset), hadoop);
      return "";
    } catch (InputException e) {
      return e.getMessage();
    }
  }
}
