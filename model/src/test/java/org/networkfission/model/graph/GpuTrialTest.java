package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * What submit/gpu-trial looks at beside the other tests: training for a while, and two processes on
 * one GPU. {@code -Dtrial.steps} and {@code -Dtrial.size} make it longer and larger.
 */
@Tag("slow")
class GpuTrialTest {
  private static final int STEPS = Integer.getInteger("trial.steps", 8);
  private static final int SIZE = Integer.getInteger("trial.size", 32);
  private static final int IMAGES = 4;

  private static NetworkSpec spec(BatchStatistics batchNorm) {
    return Specs.tiny(FissionScheme.MID, batchNorm, Compute.CUDA).sized(SIZE, SIZE);
  }

  /** Losses of each step, and the parameters after the last. */
  private record Trained(List<Double> losses, float[] parameters, Moments moments) {}

  private static Trained train(NetworkSpec spec, float[] parameters, Moments moments, int from) {
    Batch batch = Specs.batch(spec, IMAGES, 7);
    int to = from == 0 && parameters == null ? STEPS : from + STEPS / 2;
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      if (parameters != null) {
        network.engine().parameters().write(0, parameters);
      }
      Moments start =
          moments == null ? Moments.zeros(0, network.engine().parameters().length()) : moments;
      RangeOptimizer adam =
          network.engine().adam(new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0), start);
      List<Double> losses = new ArrayList<>();
      for (int step = from; step < to; step++) {
        losses.add(network.computeGradient(batch, step).total());
        adam.update(1, 1e-3, step);
      }
      return new Trained(losses, network.engine().parameters().read(), adam.moments());
    }
  }

  @ParameterizedTest
  @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
  void trainingTwiceAndGoingOnHalfwayHaveTheSameBits(ComputePrecision precision) {
    BackEnds.require(Compute.CUDA);
    NetworkSpec spec = Specs.dropping(spec(BatchStatistics.REPLICA), 0.3).in(precision);
    Trained once = train(spec, null, null, 0);
    assertThat(once.losses().get(STEPS - 1)).isLessThan(once.losses().get(0));
    Trained twice = train(spec, null, null, 0);
    assertThat(twice.losses()).isEqualTo(once.losses());
    assertThat(twice.parameters()).isEqualTo(once.parameters());

    float[] first;
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      first = network.engine().parameters().read();
    }
    Trained half = train(spec, first, null, 0);
    Trained rest = train(spec, half.parameters(), half.moments(), STEPS / 2);
    assertThat(rest.losses()).isEqualTo(once.losses().subList(STEPS / 2, STEPS));
    assertThat(rest.parameters()).isEqualTo(once.parameters());
  }

  // ------------------------------------------------------------------ two processes

  private static float[] gradient(int from, int to) {
    LossSpec own = Specs.LOSSES;
    LossSpec losses =
        new LossSpec(
            own.labels().weights(),
            own.normals(),
            own.depth(),
            own.disparity(),
            own.depthLoss(),
            Normalisation.IMAGE);
    NetworkSpec spec = spec(BatchStatistics.NONE);
    Batch all = Specs.batch(spec, IMAGES, 7);
    Batch batch =
        new Batch(
            all.keys().subList(from, to),
            all.images().get(NDArrayIndex.interval(from, to)).dup('c'),
            all.truths().subList(from, to));
    try (FissionNetwork network = FissionNetwork.create(spec, losses, 1)) {
      for (int step = 0; step < STEPS; step++) {
        network.computeGradient(batch, step);
      }
      return network.engine().gradient().read();
    }
  }

  /** Computes the gradient of some images of the minibatch and writes it into a file. */
  public static void main(String[] arguments) throws IOException {
    float[] gradient = gradient(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    ByteBuffer bytes = ByteBuffer.allocate(gradient.length * Float.BYTES);
    bytes.asFloatBuffer().put(gradient);
    Files.write(Path.of(arguments[2]), bytes.array());
  }

  @Test
  void twoProcessesOnOneGpuComputeWhatOneDoesOnTheJoinedMinibatch(@TempDir Path folder)
      throws Exception {
    BackEnds.require(Compute.CUDA);
    List<Process> processes = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      String folders = System.getProperty(NativeLibraries.FOLDERS);
      if (folders != null) { // Else the variable of the environment says where they are.
        command.add("-D%s=%s".formatted(NativeLibraries.FOLDERS, folders));
      }
      command.addAll(List.of("-Dtrial.size=" + SIZE, "-Dtrial.steps=" + STEPS));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(GpuTrialTest.class.getName());
      command.add(Integer.toString(rank * IMAGES / 2));
      command.add(Integer.toString((rank + 1) * IMAGES / 2));
      command.add(folder.resolve("gradient-" + rank).toString());
      processes.add(new ProcessBuilder(command).inheritIO().start());
    }
    float[] joined = gradient(0, IMAGES);
    float[] mean = new float[joined.length];
    for (int rank = 0; rank < 2; rank++) {
      assertThat(processes.get(rank).waitFor()).isZero();
      var values =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve("gradient-" + rank))).asFloatBuffer();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += values.get(i) / 2;
      }
    }
    double square = 0;
    double apart = 0;
    for (int i = 0; i < mean.length; i++) {
      square += (double) joined[i] * joined[i];
      apart += Math.pow(joined[i] - mean[i], 2);
    }
    assertThat(Math.sqrt(apart / square)).isLessThan(1e-4);
  }
}
