package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.collective.ReplicaException;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.host.HostParameters;
import org.networkfission.model.backend.nd4j.Nd4jBackend;
import org.networkfission.model.backend.onednn.OneDnnBackend;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Initialisation;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * Synchronised batch norms over real connections: a small network in float, trained with Adam by
 * replicas and by one process on the joined batch. It has a ReLU after each batch norm but the
 * last: a shift right before another batch norm has no gradient but rounding, which Adam makes
 * steps of.
 */
class SynchronisedReplicasTest {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);
  private static final int JOINED_BATCH = 16;
  private static final int STEPS = 20;
  private static final FeatureMap IMAGE = new FeatureMap("image", 3, 16, 16);

  private static StageProgram program() {
    StageBuilder s = new StageBuilder("net", BatchStatistics.SYNCHRONISED, 0.99, IMAGE);
    FeatureMap x = s.batchNorm("bn0", IMAGE, ActivationFunction.RELU);
    x = s.convolutionNorm("c1", x, 16, 3, 2, 1, ActivationFunction.RELU);
    FeatureMap y = s.convolutionNorm("c2", x, 16, 3, 1, 2, ActivationFunction.RELU);
    y = s.convolutionNorm("c3", s.concat("both", x, y), 16, 1, 1, 1, ActivationFunction.RELU);
    return s.build(s.upConvolutionNorm("up", y, 4, 4, 2));
  }

  private static Backend backend(Compute compute) {
    return compute == Compute.ND4J ? new Nd4jBackend() : new OneDnnBackend();
  }

  private static INDArray newParameters() {
    List<INDArray> tensors = new ArrayList<>();
    StageProgram program = program();
    for (Parameter parameter : program.parameters()) {
      tensors.add(Nd4j.createFromArray(Initialisation.values(parameter, program.ops(), 5)));
    }
    return Nd4j.concat(0, tensors.toArray(INDArray[]::new));
  }

  private static INDArray random(long seed, long... shape) {
    Random random = new Random(seed);
    float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', shape);
  }

  private static INDArray share(INDArray joined, Collective collective) {
    long size = JOINED_BATCH / collective.size();
    return joined
        .get(NDArrayIndex.interval(collective.rank() * size, (collective.rank() + 1) * size))
        .dup('c');
  }

  /** Trains one replica on the squared distance to random targets; returns its parameters. */
  private static float[] train(Collective collective, Compute compute) throws Exception {
    StageProgram program = program();
    HostParameters flat =
        new HostParameters(
            NetworkProgram.ranges(program.parameters()),
            org.networkfission.model.op.DataType.FLOAT32);
    INDArray parameters = flat.parameters().live().get();
    parameters.assign(newParameters());
    INDArray gradient = flat.gradient().live().get();
    StageRunner stage =
        backend(compute)
            .runner(
                program,
                Tensors.of(program.parameters(), parameters, gradient),
                5,
                new OperationClock());
    stage.join(new StatisticsExchange(collective));
    Slices slices = new Slices((int) parameters.length(), collective.size());
    ParameterServer server =
        ParameterServer.join(
            collective,
            Wire.FLOAT32,
            ADAM,
            flat,
            Moments.zeros(slices.from(collective.rank()), slices.to(collective.rank())));
    for (int step = 0; step < STEPS; step++) {
      INDArray images = share(random(step, JOINED_BATCH, 3, 16, 16), collective);
      INDArray targets = share(random(1000 + step, JOINED_BATCH, 4, 16, 16), collective);
      INDArray output = stage.forward(new INDArray[] {images}, true, step);
      stage.backward(output.sub(targets).divi(targets.length()));
      server.step(step, 1e-3, true, false);
    }
    float[] trained = parameters.dup().data().asFloat();
    stage.close();
    return trained;
  }

  @ParameterizedTest
  @CsvSource({"2, ONEDNN", "4, ONEDNN", "8, ONEDNN", "2, ND4J"})
  void replicasEqualOneProcessOnTheJoinedBatchAndEachOther(int replicas, Compute compute)
      throws Exception {
    float[] one;
    try (InProcess alone = new InProcess(1)) {
      one = alone.each(collective -> train(collective, compute)).get(0);
    }
    List<float[]> all;
    try (InProcess several = new InProcess(replicas)) {
      all = several.each(collective -> train(collective, compute));
    }

    for (float[] replica : all) {
      assertThat(replica).isEqualTo(all.get(0));
    }
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(all.get(0)[i] - one[i]));
    }
    assertThat(largest).isCloseTo(0, within(1e-5));
  }

  @Test
  void aReplicaThatDoesNotComeIsNamedInTime() throws Exception {
    try (InProcess replicas = new InProcess(2, new SparkConf(false), Duration.ofSeconds(1))) {
      assertThatThrownBy(
              () ->
                  replicas.each(
                      collective ->
                          collective.rank() == 1
                              ? List.of()
                              : new StatisticsExchange(collective).gather(new double[3])))
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(ReplicaException.class)
          .hasMessageMatching("Nothing from replica 1 at \\S+ within 1.0 s: no GATHER 0");
    }
  }

  @Test
  void remembersWhoseStatisticsWereTheFirstNotToBeFinite() throws Exception {
    try (InProcess replicas = new InProcess(3)) {
      List<List<Integer>> told =
          replicas.each(
              collective -> {
                StatisticsExchange statistics = new StatisticsExchange(collective);
                statistics.gather(new double[] {1, collective.rank()});
                assertThat(statistics.notFinite()).isEmpty();
                statistics.gather(new double[] {1, collective.rank() == 2 ? Double.NaN : 0});
                statistics.gather(new double[] {Double.NaN});
                return statistics.notFinite();
              });
      assertThat(told).containsOnly(List.of(2));
    }
  }
}
