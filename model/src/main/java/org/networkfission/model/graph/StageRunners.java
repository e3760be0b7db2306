package org.networkfission.model.graph;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.LayerClock;
import org.networkfission.model.backend.host.StageRunner;
import org.networkfission.model.backend.nd4j.Nd4jRunner;
import org.networkfission.model.backend.onednn.OneDnn;
import org.networkfission.model.backend.onednn.OneDnnRunner;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.StageProgram;

/** Chooses what computes a stage. */
final class StageRunners {
  private StageRunners() {}

  static StageRunner create(
      StageProgram program,
      Compute compute,
      DataType type,
      Map<String, INDArray> parameters,
      long seed,
      LayerClock clock) {
    boolean oneDnn = compute != Compute.ND4J && type == DataType.FLOAT && OneDnn.available();
    if (compute == Compute.ONEDNN && !oneDnn) {
      throw new IllegalArgumentException(
          "Cannot compute with oneDNN: %s (compute = onednn; auto or nd4j compute without it)"
              .formatted(
                  type == DataType.FLOAT
                      ? "it computes on CPUs, with a native library that must be there for the platform"
                      : "it computes in float only"));
    }
    return oneDnn
        ? new OneDnnRunner(program, parameters, seed, clock)
        : new Nd4jRunner(program, type, parameters, seed, clock);
  }

  /** Lets stages, which run one after the other, use the same memory for what is short-lived. */
  static void shareMemory(List<StageRunner> runners) {
    OneDnnRunner.shareMemory(
        runners.stream()
            .filter(OneDnnRunner.class::isInstance)
            .map(OneDnnRunner.class::cast)
            .toList());
  }
}
