package org.networkfission.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.optimizer.LearningRate;

/** What DL4J's updater does to the tensors of a stage: the product's rules, in DL4J's terms. */
final class StageTraining implements TrainingConfig {
  private final String stage;
  private final Map<String, Kind> kinds = new HashMap<>();
  private final IUpdater trained;
  private final List<Regularization> decay;

  StageTraining(String stage, List<ParameterRange> ranges, GraphTraining training) {
    this.stage = stage;
    ranges.forEach(range -> kinds.put(range.name(), range.kind()));
    this.trained =
        Adam.builder()
            .learningRateSchedule(new Rate(training.learningRate()))
            .beta1(training.adam().beta1())
            .beta2(training.adam().beta2())
            .epsilon(training.adam().epsilon())
            .build();
    this.decay =
        training.adam().weightDecay() == 0
            ? List.of()
            : List.of(new L2Regularization(training.adam().weightDecay()));
  }

  /** The schedule; DL4J's own polynomial one is wrong. */
  private record Rate(LearningRate rate) implements ISchedule {
    @Override
    public double valueAt(int iteration, int epoch) {
      return rate.at(iteration);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  @Override
  public String getLayerName() {
    return stage;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String name) {
    return kinds.get(name) == Kind.WEIGHT ? decay : List.of();
  }

  @Override
  public boolean isPretrainParam(String name) {
    return false;
  }

  @Override
  public IUpdater getUpdaterByParam(String name) {
    Kind kind = kinds.get(name);
    return kind == Kind.RUNNING_STATISTIC || kind == Kind.FROZEN ? new NoOp() : trained;
  }

  @Override
  public GradientNormalization getGradientNormalization() {
    return GradientNormalization.None;
  }

  @Override
  public double getGradientNormalizationThreshold() {
    return 0;
  }

  @Override
  public void setDataType(DataType type) {
    // The graph has one.
  }
}
