package org.networkfission.jobs.train.plan;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.networkfission.jobs.train.checkpoint.CheckpointSettings;
import org.networkfission.jobs.train.checkpoint.LearnedData;
import org.networkfission.jobs.train.collective.ExchangeSettings;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.input.InputOrder;
import org.networkfission.jobs.train.input.InputSettings;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.optimizer.LearningRate;
import org.networkfission.prep.commit.Lease;

/**
 * All that the replicas of a run must know alike.
 *
 * @param id names the run in folders and in Spark's pages
 * @param key known to this attempt's replicas alone
 * @param before how many attempts of this command there were before
 */
public record RunPlan(
    UUID id,
    RunKey key,
    int before,
    Data data,
    Model model,
    Optimisation optimisation,
    Upkeep upkeep)
    implements Serializable {
  /**
   * What is learned from.
   *
   * @param sources the data sets
   * @param learned the same, as checkpoints remember them
   * @param partial whether a frame may lack the truth of a task
   * @param classMap the name of the class map
   * @param palette a colour per class, 0xRRGGBB
   */
  public record Data(
      List<Source> sources,
      List<LearnedData> learned,
      boolean partial,
      String classMap,
      List<Integer> palette,
      Augmentation augmentation,
      InputSettings input)
      implements Serializable {
    /** The same of other data sets. */
    public Data of(List<Source> others) {
      return new Data(others, learned, partial, classMap, palette, augmentation, input);
    }
  }

  /**
   * What learns.
   *
   * @param seed of new parameters, the order of the data, augmentation and dropout
   * @param initial what a run without a checkpoint begins with
   * @param freeze beginnings of the names of tensors that stay as they are
   * @param gradients how gradients are computed
   */
  public record Model(
      NetworkSpec network,
      LossSpec losses,
      long seed,
      InitialParameters initial,
      List<String> freeze,
      GradientCompute gradients)
      implements Serializable {}

  /**
   * How it learns.
   *
   * @param replicas how many
   * @param least how many there are at least
   * @param most how many there are where the cluster gives them: as many virtual replicas share the
   *     data, so that a step sees the same images whatever the number of replicas
   * @param batchSize images of a step of each virtual replica
   * @param accumulate minibatches that these are computed in, one after the other
   */
  public record Optimisation(
      int replicas,
      int least,
      int most,
      int batchSize,
      int accumulate,
      long steps,
      LearningRate learningRate,
      AdamSettings adam,
      double averageDecay)
      implements Serializable {
    /** Images of a virtual replica that are computed at a time. */
    public int minibatch() {
      return batchSize / accumulate;
    }

    /** Whether the number of replicas may change while the run lasts. */
    public boolean elastic() {
      return least < most;
    }

    /** Images of a step. */
    public long globalBatch() {
      return (long) batchSize * most;
    }

    Optimisation with(int other) {
      return new Optimisation(
          other, least, most, batchSize, accumulate, steps, learningRate, adam, averageDecay);
    }
  }

  /**
   * What is kept of it, and how replicas speak to each other.
   *
   * @param output folder
   * @param lease proves that the folder is this command's, and shared with the driver
   * @param grace how long an executor that is asked to end has for a checkpoint
   * @param configuration the resolved configuration as JSON
   */
  public record Upkeep(
      String output,
      Lease.Proof lease,
      CheckpointSettings checkpoint,
      ValidationSettings validation,
      ExchangeSettings exchange,
      Duration grace,
      long logEvery,
      String configuration)
      implements Serializable {}

  /** The rows of a virtual replica, in their order. */
  public InputOrder order(int virtualReplica) {
    return new InputOrder(
        data.sources(),
        model.seed(),
        optimisation.most(),
        virtualReplica,
        data.input().shuffleRows());
  }

  /** What a replica computes of every step. */
  public StepShare share(int rank) {
    boolean joined = model.network().batchNorm() == BatchStatistics.SYNCHRONISED;
    return StepShare.of(optimisation.most(), optimisation.accumulate(), replicas(), rank, joined);
  }

  /** Whether the run can be shared among so many replicas. */
  public boolean allows(int replicas) {
    return replicas >= optimisation.least()
        && replicas <= optimisation.most()
        && (model.network().batchNorm() != BatchStatistics.SYNCHRONISED
            || optimisation.most() % replicas == 0);
  }

  /** How many replicas train. */
  public int replicas() {
    return optimisation.replicas();
  }

  /** How many steps the whole run has. */
  public long steps() {
    return optimisation.steps();
  }

  /** The plan of the next attempt, with a new key: what is left of this one takes no part in it. */
  public RunPlan again() {
    return new RunPlan(id, RunKey.random(), before + 1, data, model, optimisation, upkeep);
  }

  /** The same of another number of replicas. */
  public RunPlan with(int replicas) {
    return new RunPlan(id, key, before, data, model, optimisation.with(replicas), upkeep);
  }

  /** The key of one attempt that Spark makes at this one. */
  public RunKey attempt(int number) {
    return key.derive("attempt " + number);
  }
}
