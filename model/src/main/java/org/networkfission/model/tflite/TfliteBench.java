package org.networkfission.model.tflite;

import java.io.IOException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;

/** Measures exported models of a network with new parameters, beside the network itself. */
public final class TfliteBench {
  private static final int SEED = 1;
  private static final int WARM_UP = 3;
  private static final double MILLI = 1e6;

  private final NetworkSpec spec;
  private final LossSpec losses;

  public TfliteBench(NetworkSpec spec, LossSpec losses) {
    this.spec = spec;
    this.losses = losses;
  }

  /**
   * What was measured.
   *
   * @param bytes of the file; 0 of the network itself
   * @param millis median of a frame
   * @param bestMillis of a frame
   */
  public record Result(String name, long bytes, double millis, double bestMillis) {}

  /**
   * Measures the file of a precision in the runtime, with XNNPACK.
   *
   * @param rounds how many frames are measured
   */
  public Result file(Precision precision, int threads, int rounds) throws IOException {
    byte[] file;
    try (FissionNetwork network = FissionNetwork.create(spec, losses, SEED)) {
      ModelCard.Provenance none = new ModelCard.Provenance("bench", "", "", 0, 0);
      file =
          TfliteExport.write(
              network,
              new ModelCard(spec, precision, "", java.util.List.of(), Conventions.of(spec), none));
    }
    try (TfliteModel model = TfliteModel.open(file, threads)) {
      return result("TFLite " + precision.id(), file.length, rounds, model::invoke);
    }
  }

  /** Measures the network's own prediction. */
  public Result network(int rounds) {
    try (FissionNetwork network = FissionNetwork.create(spec, losses, SEED)) {
      INDArray image = Nd4j.rand(1, spec.input().channels(), spec.height(), spec.width()).muli(255);
      return result(
          "network", 0, rounds, () -> network.predict(image).values().forEach(INDArray::close));
    }
  }

  private static Result result(String name, long bytes, int rounds, Runnable work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    double[] millis = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      work.run();
      millis[i] = (System.nanoTime() - start) / MILLI;
    }
    Arrays.sort(millis);
    return new Result(name, bytes, millis[rounds / 2], millis[0]);
  }
}
