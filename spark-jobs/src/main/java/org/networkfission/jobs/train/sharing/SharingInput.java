package org.networkfission.jobs.train.sharing;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.SerializableConfiguration;
import org.nd4j.linalg.dataset.DataSet;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.sharing.SharingReplica.Round;

/** What a replica reads in one round: a partition of the data is the minibatches of a replica. */
final class SharingInput implements Function2<Integer, Iterator<Integer>, Iterator<DataSet>> {
  private static final long serialVersionUID = 1;

  private final RunPlan plan;
  private final SerializableConfiguration hadoop;
  private final Round round;

  SharingInput(RunPlan plan, Configuration hadoop, Round round) {
    this.plan = plan;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.round = round;
  }

  @Override
  public Iterator<DataSet> call(Integer partition, Iterator<Integer> nothing) {
    return SharingReplica.of(plan, partition, round).begin(round, hadoop.value());
  }
}
