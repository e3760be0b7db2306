package org.networkfission.jobs.train.sharing;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.residual.ResidualClippingPostProcessor;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.RepartitionStrategy;
import org.deeplearning4j.spark.api.Repartitioner;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.parameterserver.conf.SharedTrainingConfiguration;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingResult;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingWorker;

/**
 * DL4J's {@code SharedTrainingMaster} for the product's networks: workers train a {@link
 * org.networkfission.model.graph.FissionGraph}, the partitions are the replicas and stay where they
 * are, and no minibatch is read only to be counted.
 */
final class SharingMaster extends SharedTrainingMaster {
  /** Of the residual: at most so many thresholds, looked at every so many steps. */
  private static final double CLIP = 5;

  private static final int CLIP_EVERY = 5;

  SharingMaster(SharingNetwork network, int replicas, int batchSize, double threshold) {
    super(
        network,
        replicas,
        RDDTrainingApproach.Direct,
        null,
        false,
        RepartitionStrategy.Balanced,
        Repartition.Never,
        new AdaptiveThresholdAlgorithm(threshold),
        new ResidualClippingPostProcessor(CLIP, CLIP_EVERY),
        batchSize,
        batchSize,
        0,
        1,
        2,
        new InPlace(),
        null,
        null,
        false);
  }

  /** Leaves partitions as they are. */
  private static final class InPlace implements Repartitioner {
    private static final long serialVersionUID = 1;

    @Override
    public <T> JavaRDD<T> repartition(JavaRDD<T> data, int objectsPerPartition, int executors) {
      return data;
    }
  }

  @Override
  protected <T, R extends JavaRDDLike<T, R>> long getTotalDataSetObjectCount(
      JavaRDDLike<T, R> data) {
    return 0;
  }

  /** Sends parameters and optimizer state; the graph each replica makes itself. */
  @Override
  public SharedTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
    if (broadcastModel == null) {
      ComputationGraph network = graph.getNetwork();
      broadcastModel =
          graph
              .getSparkContext()
              .broadcast(
                  new NetBroadcastTuple(
                      (ComputationGraphConfiguration) null,
                      network.params(),
                      network.getUpdater().getStateViewArray()));
      broadcastConfiguration =
          graph
              .getSparkContext()
              .broadcast(
                  SharedTrainingConfiguration.builder()
                      .thresholdAlgorithm(thresholdAlgorithm)
                      .residualPostProcessor(residualPostProcessor)
                      .voidConfiguration(voidConfiguration)
                      .workspaceMode(WorkspaceMode.NONE)
                      .numberOfWorkersPerNode(numWorkersPerNode)
                      .prefetchSize(workerPrefetchBatches)
                      .build());
    }
    return new Worker(instanceId, broadcastModel, broadcastConfiguration);
  }

  @Override
  protected void processResults(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<SharedTrainingResult> results) {
    super.processResults(
        network,
        graph,
        results.map(
            result -> {
              SharingReplica.current().requireDone();
              return result;
            }));
  }

  /** Gives DL4J's trainer the replica's graph, with the parameters that the driver sent. */
  private static final class Worker extends SharedTrainingWorker {
    private static final long serialVersionUID = 1;

    Worker(
        long instance,
        Broadcast<NetBroadcastTuple> model,
        Broadcast<SharedTrainingConfiguration> configuration) {
      super(instance, model, configuration, null, null, null, null);
    }

    @Override
    public MultiLayerNetwork getInitialModel() {
      return null;
    }

    @Override
    public ComputationGraph getInitialModelGraph() {
      NetBroadcastTuple sent = getBroadcastModel().getValue();
      return SharingReplica.current().begin(sent.getParameters(), sent.getUpdaterState());
    }
  }
}
