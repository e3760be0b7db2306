package org.networkfission.jobs.inference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;

/**
 * Measures the prediction of a network with new parameters beside that of its exported files, each
 * in the runtime that it is for. They take turns frame by frame, so that whatever else the machine
 * does slows all of them alike.
 */
public final class PredictBench {
  private static final int SEED = 1;
  private static final int WARM_UP = 3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int LARGEST_SAMPLE = 255;

  private final NetworkSpec spec;
  private final LossSpec losses;
  private final int threads;
  private final int rounds;

  /**
   * @param threads of the runtimes; the network's own are the native libraries'
   * @param rounds how many frames each predicts
   */
  public PredictBench(NetworkSpec spec, LossSpec losses, int threads, int rounds) {
    this.spec = spec;
    this.losses = losses;
    this.threads = threads;
    this.rounds = rounds;
  }

  /**
   * What was measured.
   *
   * @param bytes of the file; 0 of the network itself
   * @param millis median of a frame
   * @param bestMillis of a frame
   * @param distance relative L2 distance from the network's outputs, the largest of all tasks
   */
  public record Result(
      String name, long bytes, double millis, double bestMillis, double distance) {}

  /** One that takes turns. */
  private record Runner(String name, long bytes, Predictor predictor, List<Long> nanos) {}

  /** Measures; the network itself is the first. */
  public List<Result> run(List<ExportedFormat> formats) throws IOException {
    List<Runner> runners = new ArrayList<>();
    try (FissionNetwork network = FissionNetwork.create(spec, losses, SEED)) {
      network.fixParameters();
      runners.add(new Runner("network", 0, network, new ArrayList<>()));
      for (ExportedFormat format : formats) {
        for (Precision precision : format.precisions()) {
          byte[] file = format.write(network, card(precision), List.of(noise()));
          String name = format.shortTitle() + " " + precision.id();
          runners.add(new Runner(name, file.length, format.open(file, threads), new ArrayList<>()));
        }
      }
      return measure(runners);
    } finally {
      runners.stream().skip(1).forEach(runner -> runner.predictor().close());
    }
  }

  private List<Result> measure(List<Runner> runners) {
    INDArray image = noise();
    for (int round = 0; round < WARM_UP + rounds; round++) {
      for (Runner runner : runners) {
        long start = System.nanoTime();
        close(runner.predictor().predict(image));
        if (round >= WARM_UP) {
          runner.nanos().add(System.nanoTime() - start);
        }
      }
    }
    Map<Task, INDArray> expected = runners.get(0).predictor().predict(image);
    List<Result> results = new ArrayList<>();
    for (Runner runner : runners) {
      double[] millis =
          runner.nanos().stream().mapToDouble(n -> n / NANOS_PER_MILLI).sorted().toArray();
      Map<Task, INDArray> outputs = runner.predictor().predict(image);
      double distance =
          outputs.entrySet().stream()
              .mapToDouble(e -> distance(e.getValue(), expected.get(e.getKey())))
              .max()
              .orElseThrow();
      close(outputs);
      results.add(
          new Result(runner.name(), runner.bytes(), millis[rounds / 2], millis[0], distance));
    }
    close(expected);
    image.close();
    return results;
  }

  /** An image, the same each time. */
  private INDArray noise() {
    float[] values = new float[spec.input().channels() * spec.height() * spec.width()];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (LARGEST_SAMPLE * random.nextDouble());
    }
    return Nd4j.createFromArray(values)
        .reshape('c', 1, spec.input().channels(), spec.height(), spec.width());
  }

  private ModelCard card(Precision precision) {
    ModelCard.Provenance none = new ModelCard.Provenance("bench", "", "", 0, 0);
    return new ModelCard(spec, precision, "", List.of(), List.of(), Conventions.of(spec), none);
  }

  private static double distance(INDArray output, INDArray expected) {
    INDArray truth = expected.castTo(DataType.DOUBLE);
    double whole = truth.norm2Number().doubleValue();
    return whole == 0 ? 0 : output.castTo(DataType.DOUBLE).distance2(truth) / whole;
  }

  private static void close(Map<Task, INDArray> outputs) {
    outputs.values().forEach(INDArray::close);
  }
}
