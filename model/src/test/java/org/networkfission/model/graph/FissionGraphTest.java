package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.optimizer.LearningRate;
import org.networkfission.model.optimizer.LearningRate.Schedule;

/** DL4J's fit takes the steps that the product's own optimizer takes. */
class FissionGraphTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.AUTO);
  // An epsilon well above the gradients' rounding errors.
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-2, 5e-4, 0);
  private static final LearningRate RATE =
      new LearningRate(Schedule.POLYNOMIAL, 1e-3, 1e-4, 4, 0.9, 2);

  private static void fit(FissionGraph graph, Batch batch) {
    DataSet data = FissionGraph.dataSet(batch);
    graph.fit(new MultiDataSet(data.getFeatures(), data.getLabels()));
  }

  private static GraphTraining training() {
    return new GraphTraining(ADAM, RATE, 1, 0);
  }

  @Test
  void fitTakesTheStepsOfTheProductsAdam() {
    try (FissionNetwork ours = FissionNetwork.create(SPEC, Specs.LOSSES, 1);
        FissionNetwork theirs = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      int n = (int) ours.parameters().length();
      INDArray before = ours.parameters().dup();
      Adam adam = new Adam(ADAM, ours.ranges(), Moments.zeros(0, n));
      FissionGraph graph = theirs.trainedByDl4j(training());
      double loss = Double.NaN;
      for (int step = 0; step < 2; step++) {
        loss = ours.computeGradient(Specs.batch(SPEC, 2, step), step).total();
        FloatBuffer parameters = ours.parameters().data().asNioFloat();
        adam.update(parameters, ours.gradient().data().asNioFloat(), 1, RATE.at(step), step);
        fit(graph, Specs.batch(SPEC, 2, step));
      }

      INDArray moved = ours.parameters().sub(before);
      INDArray difference = ours.parameters().sub(theirs.parameters());
      assertThat(moved.norm2Number().doubleValue()).isGreaterThan(1e-3);
      assertThat(difference.norm2Number().doubleValue())
          .isLessThan(1e-2 * moved.norm2Number().doubleValue());
      assertThat(graph.lastLosses().total()).isCloseTo(loss, within(1e-3));
      assertThat(graph.score()).isEqualTo(graph.lastLosses().total());
      assertThat(norm(graph.moments().second(), adam.moments().second())).isLessThan(1e-2);
      assertThat(norm(graph.moments().first(), adam.moments().first())).isLessThan(1e-2);
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.api.Assertions.within(offset);
  }

  /** The norm of the difference relative to that of the second. */
  private static double norm(float[] a, float[] b) {
    double difference = 0;
    double whole = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (double) (a[i] - b[i]) * (a[i] - b[i]);
      whole += (double) b[i] * b[i];
    }
    return Math.sqrt(difference / whole);
  }

  @Test
  void goesOnWithTheStepsAndMomentsOfBefore() {
    try (FissionNetwork whole = FissionNetwork.create(SPEC, Specs.LOSSES, 1);
        FissionNetwork first = FissionNetwork.create(SPEC, Specs.LOSSES, 1);
        FissionNetwork second = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      FissionGraph all = whole.trainedByDl4j(training());
      fit(all, Specs.batch(SPEC, 2, 1));
      fit(all, Specs.batch(SPEC, 2, 2));
      FissionGraph begun = first.trainedByDl4j(training());
      fit(begun, Specs.batch(SPEC, 2, 1));
      second.parameters().assign(first.parameters());
      FissionGraph resumed = second.trainedByDl4j(training());
      resumed.startAt(1);
      resumed.moments(begun.moments());
      fit(resumed, Specs.batch(SPEC, 2, 2));

      assertThat(second.parameters()).isEqualTo(whole.parameters());
      assertThat(resumed.moments().first()).isEqualTo(all.moments().first());
      assertThat(resumed.getIterationCount()).isEqualTo(2);
    }
  }

  @Test
  void changesNothingWhereTheLossIsNotFinite() {
    try (FissionNetwork network = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      FissionGraph graph = network.trainedByDl4j(training());
      network.parameters().putScalar(0, Float.NaN);
      INDArray before = network.parameters().dup();

      assertThatThrownBy(() -> fit(graph, Specs.batch(SPEC, 2, 1)))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("the norm of its gradient NaN");
      assertThat(network.parameters().data().asFloat()).isEqualTo(before.data().asFloat());
      assertThat(graph.score()).isNaN();
    }
  }
}
