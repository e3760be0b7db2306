package org.networkfission.model.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.StageProgram;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** Measures forward and training passes of a network on data that it makes itself. */
public final class ModelBench {
  private static final int CLOCKED = 3;

  private final NetworkSpec spec;
  private final LossSpec losses;
  private final int batch;
  private final GradientCompute gradients;

  public ModelBench(NetworkSpec spec, LossSpec losses, int batch) {
    this(spec, losses, batch, GradientCompute.PLAIN);
  }

  /**
   * Begins a bench.
   *
   * @param gradients how gradients are computed
   */
  public ModelBench(NetworkSpec spec, LossSpec losses, int batch, GradientCompute gradients) {
    this.spec = spec;
    this.losses = losses;
    this.batch = batch;
    this.gradients = gradients;
  }

  /**
   * Sets how many threads the native libraries use.
   *
   * @param count 0 to leave it as it is
   * @return how many it is now
   */
  public static int threads(int count) {
    // ND4J must have chosen its backend before its native operations can be asked for.
    Nd4j.getBackend();
    NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    if (count > 0) {
      natives.setOmpNumThreads(count);
    }
    return natives.ompGetMaxThreads();
  }

  /**
   * What was measured.
   *
   * @param forwardMillis median of a prediction
   * @param bestForwardMillis shortest prediction
   * @param gradientMillis median of a training forward and backward pass with the losses
   * @param bestGradientMillis the shortest
   * @param forwardProcessorMillis median of the processor's time that the process took in a
   *     prediction, which says on a busy machine, with one thread, what a free core would take
   * @param gradientProcessorMillis the same of a gradient
   * @param updateMillis median of a step of Adam for all parameters, their norm included
   * @param updateProcessorMillis the same of a processor
   * @param stepMillis median of gradient and update together
   * @param forwardGigaflops multiply-adds of convolutions, counted twice, per second of the median
   *     prediction, in billions
   * @param gradientMegabytes largest resident memory of the process after one gradient, the first
   *     that it computes; 0 where it is not known
   * @param peakMegabytes largest resident memory of the process so far; 0 where it is not known
   * @param heldBytes bytes by what of the network holds them, where that is known
   * @param layerMillis mean milliseconds per step by pass and kind of operation
   */
  public record Result(
      double forwardMillis,
      double bestForwardMillis,
      double gradientMillis,
      double bestGradientMillis,
      double forwardProcessorMillis,
      double gradientProcessorMillis,
      double updateMillis,
      double updateProcessorMillis,
      double stepMillis,
      double forwardGigaflops,
      long gradientMegabytes,
      long peakMegabytes,
      Map<String, Long> heldBytes,
      Map<String, Double> layerMillis) {}

  /**
   * Runs the bench.
   *
   * @param rounds how many times each pass is measured, after two that are not
   */
  public Result run(int rounds) {
    try (FissionNetwork network = FissionNetwork.create(spec, losses, 1, gradients)) {
      Batch data = data();
      Batch other = data.from(data.sources()); // As new to a device as another one.
      Clock forward = new Clock(rounds);
      Clock gradient = new Clock(rounds);
      Clock updates = new Clock(rounds);
      double[] step = new double[rounds];
      network.computeGradient(data, 0);
      long gradientMegabytes = ProcessMemory.peakMegabytes();
      Runnable update = update(network);
      network.fixParameters();
      for (int i = -2; i < rounds; i++) {
        forward.time(i, () -> network.predict(data.images()));
      }
      boolean device = network.engine().parameters().live().isEmpty();
      for (int i = -2; i < rounds + (device ? CLOCKED : 0); i++) {
        // A device is waited for after each operation while clocks run, so they run afterwards.
        if (i == (device ? rounds : 0)) {
          network.engine().startClocks();
        }
        long number = i;
        network.engine().expect(Optional.of(i % 2 == 0 ? other : data));
        gradient.time(i, () -> network.computeGradient(number % 2 == 0 ? data : other, number));
        updates.time(i, update);
        if (i >= 0 && i < rounds) {
          step[i] = gradient.seconds[i] + updates.seconds[i];
        }
      }
      Map<String, Double> layers = new TreeMap<>();
      network
          .engine()
          .operationSeconds()
          .forEach((label, s) -> layers.put(label, 1e3 * s / (device ? CLOCKED : rounds)));
      double flops =
          2.0
              * batch
              * FissionNetwork.stages(spec).stream()
                  .filter(stage -> !stage.trainingOnly())
                  .mapToLong(StageProgram::multiplyAdds)
                  .sum();
      return new Result(
          1e3 * median(forward.seconds),
          1e3 * Arrays.stream(forward.seconds).min().orElseThrow(),
          1e3 * median(gradient.seconds),
          1e3 * Arrays.stream(gradient.seconds).min().orElseThrow(),
          1e3 * median(forward.processor),
          1e3 * median(gradient.processor),
          1e3 * median(updates.seconds),
          1e3 * median(updates.processor),
          1e3 * median(step),
          flops / median(forward.seconds) / 1e9,
          gradientMegabytes,
          ProcessMemory.peakMegabytes(),
          network.engine().heldBytes(),
          layers);
    }
  }

  /** What rounds took by the clock and of a processor, in seconds. */
  private static final class Clock {
    final double[] seconds;
    final double[] processor;

    Clock(int rounds) {
      this.seconds = new double[rounds];
      this.processor = new double[rounds];
    }

    void time(int round, Runnable work) {
      double before = ProcessTime.seconds();
      double taken = ModelBench.seconds(work);
      if (round >= 0 && round < seconds.length) {
        seconds[round] = taken;
        processor[round] = ProcessTime.seconds() - before;
      }
    }
  }

  /** A step of Adam, where the parameters lie. */
  private static Runnable update(FissionNetwork network) {
    Engine engine = network.engine();
    int length = engine.parameters().length();
    RangeOptimizer adam =
        engine.adam(new AdamSettings(0.9, 0.999, 1e-8, 0, 0), Moments.zeros(0, length));
    return () -> {
      adam.update(1, 1e-6, 0);
      adam.squaredNorm(); // Waits for a device.
    };
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** A minibatch of random images and truth. */
  public Batch data() {
    int pixels = spec.width() * spec.height();
    SplittableRandom random = new SplittableRandom(1);
    List<String> keys = IntStream.range(0, batch).mapToObj(i -> "bench/" + i).toList();
    INDArray images = array(spec.input().channels(), random, 0, 255);
    List<GroundTruth> truths = new ArrayList<>();
    for (int image = 0; image < batch; image++) {
      truths.add(
          GroundTruth.of(
              new LabelMap(spec.width(), spec.height(), classes(pixels, random)),
              new NormalMap(spec.width(), spec.height(), normals(pixels, random)),
              metres(pixels, random)));
    }
    return new Batch(keys, images, truths);
  }

  private INDArray array(int channels, SplittableRandom random, double from, double to) {
    float[] values = new float[batch * channels * spec.width() * spec.height()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return Nd4j.createFromArray(values).reshape('c', batch, channels, spec.height(), spec.width());
  }

  private short[] classes(int pixels, SplittableRandom random) {
    short[] ids = new short[pixels];
    for (int i = 0; i < pixels; i++) {
      ids[i] = (short) random.nextInt(spec.classes());
    }
    return ids;
  }

  /** Unit vectors that look anywhere. */
  private static float[] normals(int pixels, SplittableRandom random) {
    float[] xyz = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      double x = random.nextDouble(-1, 1);
      double y = random.nextDouble(-1, 1);
      double z = random.nextDouble(-1, 1);
      double length = Math.sqrt(x * x + y * y + z * z);
      xyz[3 * i] = (float) (x / length);
      xyz[3 * i + 1] = (float) (y / length);
      xyz[3 * i + 2] = (float) (z / length);
    }
    return xyz;
  }

  private static float[] metres(int pixels, SplittableRandom random) {
    float[] metres = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      metres[i] = (float) random.nextDouble(0.5, 5);
    }
    return metres;
  }
}
