package org.networkfission.jobs.train.sharing;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.parameterserver.distributed.v2.ModelParameterServer;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.train.input.BatchReader;
import org.networkfission.jobs.train.input.InputOrder;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.Failure;
import org.networkfission.jobs.train.log.LossMeans;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.graph.FissionGraph;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.GraphTraining;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.StepLosses;

/**
 * One executor's part of a run by gradient sharing: its minibatches, its graph, and what it tells
 * the driver. DL4J keeps one trainer per process; so there is one of these, from round to round.
 */
final class SharingReplica {
  private static SharingReplica current;

  private final RunPlan plan;
  private final int rank;
  private final DriverLink driver;
  private final InputOrder order;
  private final FissionGraph graph;
  private final LossMeans losses;
  private long restarted = System.nanoTime();
  private long done;
  private long expected;
  private ShardCache cache;
  private boolean failed;
  private boolean begun;
  private long roundBegan = -1;
  private long roundPosition;

  private SharingReplica(RunPlan plan, int rank) {
    this.plan = plan;
    this.rank = rank;
    this.driver = new DriverLink(SparkEnv.get(), plan.key(), rank, 0);
    requireNetwork();
    this.losses = new LossMeans(plan.model().network().tasks(), List.of(""));
    this.order = plan.order(rank);
    FissionNetwork network =
        FissionNetwork.create(plan.model().network(), plan.model().losses(), plan.model().seed());
    network.freeze(plan.model().freeze());
    this.graph =
        network.trainedByDl4j(
            new GraphTraining(
                plan.optimisation().adam(),
                plan.optimisation().learningRate(),
                plan.replicas(),
                rank));
    graph.setListeners(new Listener());
  }

  /** DL4J would fail where nobody hears it, and Spark try again without a word of the cause. */
  private void requireNetwork() {
    try {
      SharingNetwork.own();
    } catch (IllegalStateException e) {
      fail(new Failure(false, "replica %d: %s".formatted(rank, e.getMessage())));
      throw e;
    }
  }

  /**
   * This process's replica of a run. In the run's first round it is made, for the partition that
   * Spark gives the process; later it stays, whatever partition that is.
   */
  static synchronized SharingReplica of(RunPlan plan, int partition, Round round) {
    boolean known = current != null && current.plan.id().equals(plan.id());
    boolean begins = round.first() && TaskContext.get().attemptNumber() == 0;
    if (known ? current.roundBegan == round.firstStep() : !begins) {
      throw new IllegalStateException(
          "A replica is gone, and gradient sharing cannot replace it; give the command again to go"
              + " on from the last checkpoint");
    }
    if (!known) {
      SharingNetwork.prepare();
      Device.take(TaskContext.get());
      if (current != null) {
        // DL4J's server, too, is one per process, and would go on feeding the earlier run.
        ModelParameterServer.getInstance().shutdown();
        current.driver.close();
        current.graph.network().close();
      }
      current = new SharingReplica(plan, partition);
      TaskLog.say(
          "replica %d of %d of %s, by gradient sharing"
              .formatted(partition, plan.replicas(), plan.upkeep().output()));
    }
    return current;
  }

  /** The replica that this process has made. */
  static synchronized SharingReplica current() {
    return current;
  }

  /** The graph to train. It takes what the driver sent once; later rounds go on from its own. */
  FissionGraph begin(INDArray parameters, INDArray optimizerState) {
    if (!begun) {
      graph.params().assign(parameters);
      graph.getUpdater().getStateViewArray().assign(optimizerState);
      begun = true;
    }
    return graph;
  }

  /**
   * Steps between two checkpoints.
   *
   * @param first whether it is the first of the command
   * @param position rows that each replica read before, in all epochs
   */
  record Round(boolean first, long firstStep, long steps, long position) implements Serializable {}

  /** The minibatches of one round. */
  Iterator<DataSet> begin(Round round, Configuration hadoop) {
    roundBegan = round.firstStep();
    roundPosition = round.position();
    graph.startAt(Math.toIntExact(round.firstStep()));
    done = round.firstStep();
    expected = done + round.steps();
    restarted = System.nanoTime();
    if (cache == null) {
      cache =
          new ShardCache(
              plan.data().input().cache(),
              hadoop,
              line -> driver.say("replica %d: %s".formatted(rank, line)));
    }
    BatchReader reader =
        new BatchReader(
            hadoop,
            order,
            new BatchAssembler(
                plan.model().network(), plan.data().augmentation(), plan.model().seed()),
            plan.optimisation().batchSize(),
            round.position(),
            plan.data().input(),
            cache);
    return new Minibatches(reader, round.steps());
  }

  private long position(long step) {
    return roundPosition + (step - roundBegan) * plan.optimisation().batchSize();
  }

  /** Reads ahead; ends after the steps of the round. */
  private final class Minibatches implements Iterator<DataSet> {
    private final BatchReader reader;
    private long left;

    Minibatches(BatchReader reader, long left) {
      this.reader = reader;
      this.left = left;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public DataSet next() {
      if (left-- <= 0) {
        throw new NoSuchElementException();
      }
      try {
        Batch batch = reader.next();
        DataSet data = FissionGraph.dataSet(batch);
        if (left == 0) {
          reader.close();
        }
        return data;
      } catch (IOException | RuntimeException e) {
        fail(new Failure(false, "replica %d: %s".formatted(rank, e.getMessage())));
        throw new IllegalStateException(e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Training was cancelled", e);
      }
    }
  }

  /** Ends a round; DL4J swallows what a step throws. */
  void requireDone() {
    if (done == expected) {
      return;
    }
    boolean diverged = Double.isNaN(graph.score());
    fail(
        new Failure(
            diverged,
            diverged
                ? "Training diverged at step %d: the loss or the gradient of replica %d is not finite; its parameters were not changed"
                    .formatted(done, rank)
                : "replica %d stopped at step %d of %d; its executor's log says why"
                    .formatted(rank, done, expected)));
    throw new IllegalStateException("Replica %d stopped at step %d".formatted(rank, done));
  }

  private void fail(Failure failure) {
    if (!failed) {
      failed = true;
      driver.fail(failure);
    }
  }

  /** Counts steps and reports; of the losses, its own. */
  private final class Listener extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      StepLosses last = graph.lastLosses();
      done++;
      driver.at(done);
      losses.add(
          last,
          last.tasks().keySet(),
          Collections.nCopies(plan.optimisation().batchSize(), 0)); // Not told by data set.
      if (rank == 0 && (done % plan.upkeep().logEvery() == 0 || done == plan.steps())) {
        report();
      }
    }

    private void report() {
      double seconds = (System.nanoTime() - restarted) / 1e9;
      double perStep = seconds / losses.steps();
      List<ByteBuffer> own = List.of(losses.take());
      Map<String, Double> means = losses.mean(own);
      double total = means.remove(LossMeans.TOTAL);
      driver.progress(
          new ProgressLine(
              done,
              plan.steps(),
              order.epoch(position(done)),
              total,
              means,
              Map.of(),
              losses.peaks(own),
              Map.of(),
              plan.optimisation().learningRate().at(done - 1),
              graph.lastGradientNorm(),
              plan.optimisation().batchSize() * (double) plan.replicas() / perStep,
              perStep,
              Map.of(),
              0,
              (plan.steps() - done) * perStep));
      restarted = System.nanoTime();
    }
  }
}
