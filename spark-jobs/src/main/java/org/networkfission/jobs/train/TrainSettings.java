package org.networkfission.jobs.train;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.train.checkpoint.CheckpointSettings;
import org.networkfission.jobs.train.collective.ExchangeSettings;
import org.networkfission.jobs.train.collective.GpuExchange;
import org.networkfission.jobs.train.input.InputSettings;
import org.networkfission.jobs.train.input.Sampling;
import org.networkfission.jobs.train.input.WeightedDataset;
import org.networkfission.jobs.train.plan.InitialiseSettings;
import org.networkfission.jobs.train.plan.TrainMode;
import org.networkfission.jobs.train.plan.ValidationSettings;
import org.networkfission.jobs.train.sharing.SharingSettings;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.optimizer.LearningRate;
import org.networkfission.prep.settings.Check;
import org.networkfission.prep.settings.ConfigException;

/**
 * A training run.
 *
 * @param dataset the prepared data set
 * @param datasets in its place: several, each with its weight
 * @param output where checkpoints and logs go; a run that stopped goes on from there
 * @param mode how the replicas work together
 * @param split what is trained on
 * @param sampling how often frames are read beside each other
 * @param repeatThreshold of repeat-factor sampling: frames of classes are repeated that fewer than
 *     this share of the labelled frames show
 * @param batchSize of each replica's minibatch, where no global one is given
 * @param globalBatchSize of a step, all replicas together
 * @param accumulate minibatches of a replica that count as one in a step
 * @param recompute what the backward pass computes again to need less memory
 * @param convolution how convolutions of training are computed
 * @param steps how many steps the whole run has
 * @param seed of the initial parameters, the order of the data, augmentation and dropout
 * @param initialise what a new run begins from, and what stays as it is
 * @param learningRate by step
 * @param adam the optimizer
 * @param averageDecay of the moving average of the parameters, beside them in each checkpoint; 0
 *     for none
 * @param augmentation of the training images
 * @param input reading
 * @param checkpoint when, and which are kept
 * @param validation evaluation on a small sample while training
 * @param exchange between the replicas
 * @param gradientSharing what only that mode asks
 * @param resume what a run that goes on may differ in
 * @param logEvery how many steps lie between two progress lines
 * @param startTimeout how long to wait for the executors
 * @param grace how long an executor that is asked to end has for a checkpoint
 */
public record TrainSettings(
    Optional<String> dataset,
    List<WeightedDataset> datasets,
    Optional<String> output,
    TrainMode mode,
    String split,
    Sampling sampling,
    double repeatThreshold,
    int batchSize,
    Optional<Integer> globalBatchSize,
    int accumulate,
    Recompute recompute,
    ConvolutionAlgorithm convolution,
    long steps,
    long seed,
    InitialiseSettings initialise,
    LearningRate learningRate,
    AdamSettings adam,
    double averageDecay,
    Augmentation augmentation,
    InputSettings input,
    CheckpointSettings checkpoint,
    ValidationSettings validation,
    ExchangeSettings exchange,
    SharingSettings gradientSharing,
    Resume resume,
    long logEvery,
    Duration startTimeout,
    Duration grace) {
  public TrainSettings {
    new Check()
        .that(
            "datasets",
            datasets.stream().map(WeightedDataset::path).toList(),
            datasets.isEmpty() || dataset.isEmpty(),
            "[] where train.dataset names the one data set (or that null)")
        .that(
            "repeatThreshold",
            repeatThreshold,
            repeatThreshold > 0 && repeatThreshold <= 1,
            "above 0, at most 1")
        .that("batchSize", batchSize, batchSize >= 1, "at least 1")
        .that(
            "globalBatchSize",
            globalBatchSize.orElse(null),
            globalBatchSize.orElse(1) >= 1,
            "at least 1, or null")
        .that("accumulate", accumulate, accumulate >= 1 && accumulate <= 10_000, "1 to 10000")
        .that(
            "accumulate",
            accumulate,
            accumulate == 1 || mode == TrainMode.SYNCHRONOUS,
            "1 where train.mode is gradient-sharing")
        .that("steps", steps, steps >= 1 && steps < 100_000_000, "1 to 99999999")
        .that(
            "averageDecay",
            averageDecay,
            averageDecay >= 0 && averageDecay < 1,
            "0 or more, below 1")
        .that(
            "averageDecay",
            averageDecay,
            averageDecay == 0 || mode == TrainMode.SYNCHRONOUS,
            "0 where train.mode is gradient-sharing")
        .that(
            "exchange.gpu",
            exchange.gpu(),
            exchange.gpu() != GpuExchange.NCCL || mode == TrainMode.SYNCHRONOUS,
            "auto or host where train.mode is gradient-sharing")
        .that("logEvery", logEvery, logEvery >= 1, "at least 1")
        .that("startTimeout", startTimeout, startTimeout.toSeconds() >= 1, "at least 1s")
        .that("grace", grace, !grace.isNegative(), "0s or more")
        .done();
  }

  /** How gradients are computed. */
  public GradientCompute gradients() {
    return new GradientCompute(recompute, convolution);
  }

  /** What is trained on: one data set, or several; none where the settings name none. */
  public List<WeightedDataset> data() {
    return dataset.map(path -> List.of(new WeightedDataset(path, 1))).orElse(datasets);
  }

  /**
   * The images of a step on each replica, or on each virtual one.
   *
   * @throws ConfigException if the global batch cannot be shared equally
   */
  public int batchSizeOf(ExecutorRange executors) {
    if (globalBatchSize.isEmpty()) {
      return Math.multiplyExact(batchSize, accumulate);
    } else if (globalBatchSize.get() % ((long) executors.max() * accumulate) != 0) {
      throw new ConfigException(
          List.of(
              "train.global-batch-size = %d: must be a multiple of cluster.executors%s = %d%s"
                  .formatted(
                      globalBatchSize.get(),
                      executors.isElastic() ? ".max" : "",
                      executors.max(),
                      accumulate == 1 ? "" : " times train.accumulate = " + accumulate)));
    }
    return globalBatchSize.get() / executors.max();
  }

  /**
   * The images that a replica, or a virtual one, computes at a time.
   *
   * @throws ConfigException if the global batch cannot be shared equally
   */
  public int minibatchOf(ExecutorRange executors) {
    return batchSizeOf(executors) / accumulate;
  }
}
