package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.ThreadReplicas;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;

/**
 * The whole network with synchronised batch norms: replicas train as one process on the joined
 * batch does. In double, and for a few steps of Adam: new parameters are chaotic, and each step
 * makes a difference about thirty times larger. The gradients of the first step agree to 1e-11 of
 * their norm; after seven steps rounding alone has taken two trainings apart.
 */
class SynchronisedBatchNormTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.MID, BatchStatistics.SYNCHRONISED, Compute.ND4J);
  private static final int JOINED_BATCH = 8;
  private static final int STEPS = 5;
  private static final Batch JOINED = Specs.batch(SPEC, JOINED_BATCH, 3);

  private static Batch share(int rank, int replicas) {
    int size = JOINED_BATCH / replicas;
    int from = rank * size;
    return new Batch(
        JOINED.keys().subList(from, from + size),
        rows(JOINED.images(), from, size),
        JOINED.truths().subList(from, from + size));
  }

  private static INDArray rows(INDArray array, int from, int count) {
    return array.get(NDArrayIndex.interval(from, from + count)).dup('c');
  }

  /** Trains one replica with Adam in double; returns its parameters. */
  private static double[] train(int rank, Replicas replicas, int count) {
    try (FissionNetwork network = FissionNetwork.createDouble(SPEC, Specs.LOSSES, 5)) {
      network.join(replicas);
      Batch batch = share(rank, count);
      int n = (int) network.parameters().length();
      double[] parameters = network.parameters().toDoubleVector();
      double[] first = new double[n];
      double[] second = new double[n];
      for (int step = 1; step <= STEPS; step++) {
        network.parameters().assign(Nd4j.createFromArray(parameters));
        network.computeGradient(batch, 0);
        double[] gradient = new double[n];
        for (double[] one : replicas.gather(network.gradient().toDoubleVector())) {
          for (int i = 0; i < n; i++) {
            gradient[i] += one[i] / count;
          }
        }
        for (ParameterRange range : network.ranges()) {
          boolean statistic = range.kind() == Kind.RUNNING_STATISTIC;
          for (int i = range.offset(); i < range.offset() + range.length(); i++) {
            first[i] = 0.9 * first[i] + 0.1 * gradient[i];
            second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
            double adam =
                first[i]
                    / (1 - Math.pow(0.9, step))
                    / (Math.sqrt(second[i] / (1 - Math.pow(0.999, step))) + 1e-8);
            parameters[i] -= statistic ? gradient[i] : 1e-3 * adam;
          }
        }
      }
      return parameters;
    }
  }

  private static List<double[]> train(int count) throws Exception {
    return ThreadReplicas.run(count, (rank, replicas) -> train(rank, replicas, count));
  }

  private static double[] alone;

  private static synchronized double[] alone() throws Exception {
    if (alone == null) {
      alone = train(1).get(0);
    }
    return alone;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void replicasTrainAsOneProcessOnTheJoinedBatch(int count) throws Exception {
    List<double[]> all = train(count);

    for (double[] replica : all) {
      assertThat(replica).isEqualTo(all.get(0));
    }
    double largest = 0;
    for (int i = 0; i < alone().length; i++) {
      largest = Math.max(largest, Math.abs(all.get(0)[i] - alone()[i]));
    }
    assertThat(largest).as("largest difference").isCloseTo(0, within(1e-5));
  }

  @Test
  void onlyASynchronisedNetworkJoins() {
    NetworkSpec other = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.AUTO);
    try (FissionNetwork network = FissionNetwork.create(other, Specs.LOSSES, 5)) {
      assertThatThrownBy(() -> network.join(own -> List.of(own)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot join replicas: the network's batch norm is REPLICA");
    }
  }
}
