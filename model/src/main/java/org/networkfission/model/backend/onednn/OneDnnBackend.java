package org.networkfission.model.backend.onednn;

import java.util.Optional;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.host.HostEngine;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;

/** oneDNN on the CPU, in float32, and in bfloat16 where the processor has instructions for it. */
public final class OneDnnBackend implements Backend {
  @Override
  public Optional<String> missing(DataType type) {
    if (type == DataType.FLOAT64 || type == DataType.TF32) {
      return Optional.of("it computes in float32 and bfloat16 only");
    } else if (!OneDnn.available()) {
      return Optional.of(
          "it computes on CPUs, with a native library that must be there for the platform");
    } else if (type == DataType.BFLOAT16 && !OneDnn.fastInBfloat16()) {
      return Optional.of("this processor has neither avx512_bf16 nor amx-bf16");
    }
    return Optional.empty();
  }

  @Override
  public Arithmetic arithmetic(DataType type) {
    return new Arithmetic(
        "oneDNN " + OneDnn.version(), OneDnn.instructions(), OneDnn.threads(), type);
  }

  @Override
  public Engine engine(NetworkProgram program) {
    return new HostEngine(program, (tensors, clock) -> new OneDnnNetwork(program, tensors, clock));
  }

  @Override
  public StageRunner runner(StageProgram stage, Tensors tensors, long seed, OperationClock clock) {
    return new OneDnnRunner(stage, tensors, seed, clock);
  }
}
