package org.networkfission.jobs.check;

import java.io.PrintWriter;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.cluster.ExecutorCount;
import org.networkfission.model.check.HostCheck;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Checks all executors of a cluster at the same time, as training uses them. */
public final class ClusterCheck {
  private final ClusterSettings cluster;
  private final Duration patience;
  private final PrintWriter out;

  /**
   * Prepares a check.
   *
   * @param patience how long to wait for the executors
   * @param out where is told who is waited for
   */
  public ClusterCheck(ClusterSettings cluster, Duration patience, PrintWriter out) {
    this.cluster = cluster;
    this.patience = patience;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param spec a small network
   * @return a report for each executor, whose host is its name and the executor's number
   * @throws org.networkfission.prep.settings.ConfigException if the executors do not come
   */
  public List<HostCheck.Report> run(NetworkSpec spec, LossSpec losses) throws InterruptedException {
    try (ClusterSession session = Cluster.startReplicas(cluster, "check", "")) {
      int count =
          ExecutorCount.await(session.spark().sparkContext(), cluster.executors(), patience, out);
      JavaSparkContext spark = new JavaSparkContext(session.spark().sparkContext());
      List<Integer> executors = IntStream.range(0, count).boxed().toList();
      return spark
          .parallelize(executors, executors.size())
          .rdd()
          .barrier() // One on each executor, side by side.
          .mapPartitions(
              new Check(spec, losses),
              false,
              ClassTag$.MODULE$.<HostCheck.Report>apply(HostCheck.Report.class))
          .toJavaRDD()
          .collect();
    }
  }

  /** What an executor does. */
  private static final class Check
      extends AbstractFunction1<Iterator<Integer>, Iterator<HostCheck.Report>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final NetworkSpec spec;
    private final LossSpec losses;

    Check(NetworkSpec spec, LossSpec losses) {
      this.spec = spec;
      this.losses = losses;
    }

    @Override
    public Iterator<HostCheck.Report> apply(Iterator<Integer> partition) {
      BarrierTaskContext context = BarrierTaskContext.get();
      Device.take(context);
      context.barrier();
      SparkEnv spark = SparkEnv.get();
      String host =
          "%s, executor %s"
              .formatted(spark.blockManager().blockManagerId().host(), spark.executorId());
      HostCheck.Report report = HostCheck.run(host, spec, losses);
      return JavaConverters.asScalaIterator(List.of(report).iterator());
    }
  }
}
