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
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;

/** oneDNN on the CPU, in float. */
public final class OneDnnBackend implements Backend {
  @Override
  public Optional<String> missing(DataType type) {
    if (type != DataType.FLOAT32) {
      return Optional.of("it computes in float only");
    } else if (!OneDnn.available()) {
      return Optional.of(
          "it computes on CPUs, with a native library that must be there for the platform");
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
    Scratch scratch = new Scratch(); // Stages run one after the other.
    return new HostEngine(
        program,
        (stage, tensors, clock) ->
            new OneDnnRunner(stage, tensors, program.seed(), clock, scratch));
  }

  @Override
  public StageRunner runner(StageProgram stage, Tensors tensors, long seed, OperationClock clock) {
    return new OneDnnRunner(stage, tensors, seed, clock, new Scratch());
  }
}
