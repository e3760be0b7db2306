package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;

class FissionNetworkTest {
  private static final NetworkSpec TINY =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.AUTO);

  @ParameterizedTest
  @EnumSource(FissionScheme.class)
  void predictsEveryTaskInEveryScheme(FissionScheme scheme) {
    NetworkSpec spec = Specs.tiny(scheme, BatchStatistics.REPLICA, Compute.AUTO);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      Batch batch = Specs.batch(spec, 2, 1);
      StepLosses losses = network.computeGradient(batch, 0);
      assertThat(losses.tasks().keySet()).containsExactlyElementsOf(spec.tasks());
      assertThat(losses.total()).isFinite().isPositive();
      Map<Task, INDArray> predictions = network.predict(batch.images());
      assertThat(predictions.keySet()).containsExactlyElementsOf(spec.tasks());
      predictions.forEach(
          (task, prediction) ->
              assertThat(prediction.shape())
                  .containsExactly(2, task.channels(spec.classes()), 32, 32));
      if (predictions.containsKey(Task.NORMALS)) {
        INDArray lengths = predictions.get(Task.NORMALS).norm2(1);
        assertThat(lengths.minNumber().doubleValue()).isCloseTo(1, within(1e-5));
        assertThat(lengths.maxNumber().doubleValue()).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void sameSeedGivesTheSameBits() {
    Batch batch = Specs.batch(TINY, 2, 1);
    try (FissionNetwork one = FissionNetwork.create(TINY, Specs.LOSSES, 5);
        FissionNetwork two = FissionNetwork.create(TINY, Specs.LOSSES, 5);
        FissionNetwork other = FissionNetwork.create(TINY, Specs.LOSSES, 6)) {
      assertThat(values(one.parameters())).isEqualTo(values(two.parameters()));
      assertThat(values(one.parameters())).isNotEqualTo(values(other.parameters()));
      assertThat(one.computeGradient(batch, 3))
          .usingRecursiveComparison()
          .isEqualTo(two.computeGradient(batch, 3));
      assertThat(values(one.gradient())).isEqualTo(values(two.gradient()));
      one.computeGradient(batch, 3);
      assertThat(values(one.gradient())).isEqualTo(values(two.gradient()));
    }
  }

  @Test
  void parametersOfTheEncoderDoNotDependOnTheTasks() {
    NetworkSpec single = Specs.tiny(FissionScheme.SINGLE, BatchStatistics.REPLICA, Compute.AUTO);
    try (FissionNetwork three = FissionNetwork.create(TINY, Specs.LOSSES, 5);
        FissionNetwork one = FissionNetwork.create(single, Specs.LOSSES, 5)) {
      assertThat(tensor(one, "enc.b3.2.wb")).isEqualTo(tensor(three, "enc.b3.2.wb"));
    }
  }

  @Test
  void rangesCoverTheVectorsWithoutGaps() {
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 1)) {
      int next = 0;
      for (ParameterRange range : network.ranges()) {
        assertThat(range.offset()).isEqualTo(next);
        assertThat(Arrays.stream(range.shape()).reduce(1, (a, b) -> a * b))
            .isEqualTo(range.length());
        next += range.length();
      }
      assertThat(network.parameters().length()).isEqualTo(next);
      assertThat(network.gradient().length()).isEqualTo(next);
      assertThat(network.parameters().rank()).isEqualTo(1);
    }
  }

  @Test
  void runningStatisticsHoldOldMinusNew() {
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 1)) {
      Batch batch = Specs.batch(TINY, 2, 1);
      network.computeGradient(batch, 0);
      INDArray channel = batch.images().tensorAlongDimension(1, 0, 2, 3);
      ParameterRange mean = range(network, "enc.bn0.mean");
      ParameterRange variance = range(network, "enc.bn0.variance");
      assertThat(mean.kind()).isEqualTo(Kind.RUNNING_STATISTIC);
      assertThat(network.gradient().getDouble(mean.offset() + 1L))
          .isCloseTo(0.01 * (0 - channel.meanNumber().doubleValue()), within(1e-4));
      assertThat(network.gradient().getDouble(variance.offset() + 1L))
          .isCloseTo(0.01 * (1 - channel.var(false).getDouble(0)), within(1e-2));
    }
  }

  @Test
  void meanOfReplicasIsTheJoinedBatchWithoutBatchNorm() {
    NetworkSpec spec = Specs.tiny(FissionScheme.EARLY, BatchStatistics.NONE, Compute.AUTO);
    Batch first = Specs.batch(spec, 2, 1);
    Batch second = Specs.batch(spec, 2, 2);
    Batch joined =
        new Batch(
            java.util.stream.Stream.of(first, second).flatMap(b -> b.keys().stream()).toList(),
            Nd4j.concat(0, first.images(), second.images()),
            java.util.stream.Stream.of(first, second).flatMap(b -> b.truths().stream()).toList());
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      double loss = network.computeGradient(first, 0).total() / 2;
      INDArray mean = network.gradient().div(2);
      loss += network.computeGradient(second, 0).total() / 2;
      mean.addi(network.gradient().div(2));
      assertThat(network.computeGradient(joined, 0).total()).isCloseTo(loss, within(1e-5 * loss));
      double scale = network.gradient().norm2Number().doubleValue();
      assertThat(network.gradient().distance2(mean)).isLessThan(1e-5 * scale);
    }
  }

  @Test
  void gradientsOfTheTasksByThemselvesAddUp() {
    Batch batch = Specs.batch(TINY, 2, 1);
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 1)) {
      Map<Task, Double> factors = Map.of(Task.LABELS, 0.25, Task.DEPTH, 3.0);
      double total = 0;
      INDArray sum = network.gradient().like();
      INDArray statistics = null;
      for (Task task : TINY.tasks()) {
        Map<Task, Double> only = new EnumMap<>(Task.class);
        TINY.tasks().forEach(other -> only.put(other, other == task ? 1.0 : 0.0));
        double factor = factors.getOrDefault(task, 1.0);
        total += factor * network.computeGradient(batch, 0, only).total();
        sum.addi(network.gradient().mul(factor));
        INDArray now = runningStatistics(network);
        assertThat(now).isEqualTo(statistics == null ? now : statistics);
        statistics = now;
      }
      StepLosses losses = network.computeGradient(batch, 0, factors);
      assertThat(losses.tasks())
          .usingRecursiveComparison()
          .isEqualTo(network.computeGradient(batch, 0).tasks());
      assertThat(losses.total()).isCloseTo(total, within(1e-5 * total));
      network.computeGradient(batch, 0, factors);
      assertThat(runningStatistics(network)).isEqualTo(statistics);
      double scale = network.gradient().norm2Number().doubleValue();
      for (ParameterRange range : network.ranges()) {
        if (range.kind() != Kind.RUNNING_STATISTIC) {
          INDArray part = part(network.gradient(), range);
          assertThat(part.distance2(part(sum, range))).as(range.name()).isLessThan(1e-5 * scale);
        }
      }
    }
  }

  private static INDArray runningStatistics(FissionNetwork network) {
    return Nd4j.concat(
        0,
        network.ranges().stream()
            .filter(range -> range.kind() == Kind.RUNNING_STATISTIC)
            .map(range -> part(network.gradient(), range).dup())
            .toArray(INDArray[]::new));
  }

  private static INDArray part(INDArray flat, ParameterRange range) {
    return flat.get(NDArrayIndex.interval(range.offset(), range.offset() + range.length()));
  }

  @Test
  void predictionsAreTheSameWithFixedParametersAndBetweenSteps() {
    Batch batch = Specs.batch(TINY, 2, 1);
    Batch larger = Specs.batch(TINY, 3, 2);
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 5)) {
      Map<Task, INDArray> before = network.predict(batch.images());
      double loss = network.computeGradient(batch, 1).total();
      float[] gradient = values(network.gradient());
      // A larger minibatch moves the memory that stages share.
      network.computeGradient(larger, 1);
      assertThat(network.computeGradient(batch, 1).total()).isEqualTo(loss);
      assertThat(values(network.gradient())).isEqualTo(gradient);
      network.fixParameters();
      Map<Task, INDArray> fixed = network.predict(batch.images());
      before.forEach( // Batch norms are part of kernels now.
          (task, output) ->
              assertThat(fixed.get(task).distance2(output))
                  .as(task.id())
                  .isLessThan(1e-5 * output.norm2Number().doubleValue()));
      assertThat(network.computeGradient(batch, 1).total()).isEqualTo(loss);
      assertThat(network.predict(batch.images())).isEqualTo(fixed);
    }
  }

  @Test
  void dropoutIsAFunctionOfSeedAndStep() {
    NetworkSpec spec =
        new NetworkSpec(
            32,
            32,
            InputModality.RGB,
            Encoder.RESNET50,
            256,
            FissionScheme.SINGLE,
            Heads.PARALLEL,
            java.util.List.of(Task.DEPTH),
            2,
            0.125,
            false,
            0.5,
            BatchStatistics.REPLICA,
            0.99,
            InitialDeviation.HE,
            DepthStart.ROOM,
            Compute.AUTO,
            ComputePrecision.FLOAT32);
    Batch batch = Specs.batch(spec, 2, 1);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      double first = network.computeGradient(batch, 1).total();
      assertThat(network.computeGradient(batch, 2).total()).isNotEqualTo(first);
      assertThat(network.computeGradient(batch, 1).total()).isEqualTo(first);
    }
  }

  @Test
  void savedNetworkIsTheSameAfterLoading() throws IOException {
    Batch batch = Specs.batch(TINY, 2, 1);
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 7)) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      network.save(file);
      try (FissionNetwork loaded =
          FissionNetwork.load(new ByteArrayInputStream(file.toByteArray()))) {
        assertThat(loaded.spec()).isEqualTo(network.spec());
        assertThat(loaded.losses()).isEqualTo(network.losses());
        assertThat(values(loaded.parameters())).isEqualTo(values(network.parameters()));
        assertThat(loaded.predict(batch.images()).get(Task.DEPTH))
            .isEqualTo(network.predict(batch.images()).get(Task.DEPTH));
      }
      ComputationGraph graph =
          ModelSerializer.restoreComputationGraph(
              new ByteArrayInputStream(file.toByteArray()), false);
      assertThat(graph.output(batch.images())[0])
          .isEqualTo(network.predict(batch.images()).get(Task.LABELS));
    }
  }

  /** What it says of a picture of the same size has the same bits, whoever is closed first. */
  @Test
  void aNetworkOfAnotherSizeHasTheSameParameters() {
    Batch batch = Specs.batch(TINY, 1, 1);
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 7)) {
      float[] parameters = values(network.parameters());
      Map<Task, INDArray> expected = network.predict(batch.images());
      try (FissionNetwork larger = network.sized(2 * TINY.width(), TINY.height() + 16)) {
        assertThat(values(larger.parameters())).isEqualTo(parameters);
        INDArray depth = larger.predict(Specs.batch(larger.spec(), 1, 1).images()).get(Task.DEPTH);
        assertThat(depth.shape()).containsExactly(1, 1, TINY.height() + 16, 2L * TINY.width());
        try (FissionNetwork back = larger.sized(TINY.width(), TINY.height())) {
          assertThat(back.predict(batch.images())).isEqualTo(expected);
        }
      }
      assertThat(network.predict(batch.images())).isEqualTo(expected);
    }
  }

  @Test
  void truncatedFileIsRefused() throws IOException {
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 7)) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      network.save(file);
      byte[] part = Arrays.copyOf(file.toByteArray(), 3000);
      assertThatThrownBy(() -> FissionNetwork.load(new ByteArrayInputStream(part)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> FissionNetwork.load(new ByteArrayInputStream(new byte[10])))
          .hasMessage(
              "Cannot read model: the zip has no whole entry network.json, so it is cut short or"
                  + " another model");
    }
  }

  @Test
  void checkTellsTheNetworkAndRefusesWhatCannotBeLoaded() throws IOException {
    byte[] file = saved(TINY);
    assertThat(FissionNetwork.check(new ByteArrayInputStream(file))).isEqualTo(TINY);
    byte[] damaged = file.clone();
    damaged[file.length / 2] ^= 1;
    for (byte[] bad : List.of(Arrays.copyOf(file, file.length / 2), damaged)) {
      assertThatThrownBy(() -> FissionNetwork.check(new ByteArrayInputStream(bad)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> FissionNetwork.load(new ByteArrayInputStream(bad)))
          .isInstanceOf(IOException.class);
    }
    byte[] other =
        withSpecOf(
            saved(Specs.tiny(FissionScheme.LATE, BatchStatistics.REPLICA, Compute.AUTO)), file);
    assertThatThrownBy(() -> FissionNetwork.check(new ByteArrayInputStream(other)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "Cannot read model: it has [0-9]+ parameters, its spec asks for [0-9]+");
  }

  private static byte[] saved(NetworkSpec spec) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 7)) {
      network.save(file);
    }
    return file.toByteArray();
  }

  /** A file whose first entry, its spec, is that of another. */
  private static byte[] withSpecOf(byte[] other, byte[] file) throws IOException {
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    ZipInputStream specs = new ZipInputStream(new ByteArrayInputStream(other));
    ZipInputStream rest = new ZipInputStream(new ByteArrayInputStream(file));
    try (ZipOutputStream zip = new ZipOutputStream(mixed)) {
      zip.putNextEntry(new ZipEntry(specs.getNextEntry().getName()));
      specs.transferTo(zip);
      rest.getNextEntry();
      for (ZipEntry entry = rest.getNextEntry(); entry != null; entry = rest.getNextEntry()) {
        zip.putNextEntry(new ZipEntry(entry.getName()));
        rest.transferTo(zip);
      }
    }
    return mixed.toByteArray();
  }

  @Test
  void unfitImagesAreRefused() {
    try (FissionNetwork network = FissionNetwork.create(TINY, Specs.LOSSES, 7)) {
      assertThatThrownBy(() -> network.predict(Nd4j.zeros(1, 3, 32, 48)))
          .hasMessage(
              "Cannot use images of shape [1, 3, 32, 48]: the network takes [batch, 3, 32, 32]");
      INDArray images = Nd4j.zeros(1, 3, 32, 32);
      images.putScalar(5, Float.NaN);
      assertThatThrownBy(() -> network.predict(images))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Cannot use image 0: channel 0, row 0, column 5 is NaN; it must be a finite number");
      Batch batch = Specs.batch(TINY, 2, 1);
      batch.images().putScalar(new long[] {1, 2, 30, 7}, Float.POSITIVE_INFINITY);
      assertThatThrownBy(() -> network.computeGradient(batch, 0))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Cannot use image %s: channel 2, row 30, column 7 is Infinity; it must be a finite number"
                  .formatted(batch.keys().get(1)));
    }
  }

  /** What a thread allocates in a workspace that is left open is never given back. */
  @Test
  void aClosedNetworkLeavesNoWorkspaceOpen() {
    FissionNetwork.create(TINY, Specs.LOSSES, 1).close();
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    FissionNetwork used = FissionNetwork.create(TINY, Specs.LOSSES, 1);
    used.predict(Nd4j.zeros(1, 3, 32, 32));
    used.computeGradient(Specs.batch(TINY, 2, 1), 0);
    used.close();
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    assertThat(Nd4j.create(4).isAttached()).isFalse();
    assertThat(Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread())
        .noneMatch(workspace -> workspace.getId().startsWith("fission-"));
  }

  private static float[] values(INDArray array) {
    return array.dup().data().asFloat();
  }

  private static float[] tensor(FissionNetwork network, String name) {
    return values(GoldenCase.view(network.parameters(), range(network, name)));
  }

  private static ParameterRange range(FissionNetwork network, String name) {
    return network.ranges().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }
}
