package org.networkfission.model.backend.nd4j;

import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.host.HostEngine;
import org.networkfission.model.backend.host.StagesRunner;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ND4J's operations: on every platform, in float or double. */
public final class Nd4jBackend implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(Nd4jBackend.class);

  @Override
  public Optional<String> missing(DataType type) {
    return type == DataType.BFLOAT16 || type == DataType.TF32
        ? Optional.of("it computes in float32 and float64 only")
        : Optional.empty();
  }

  @Override
  public Arithmetic arithmetic(DataType type) {
    return new Arithmetic(
        "ND4J",
        Nd4j.getEnvironment().isCPU() ? OpenBlas.instructions() : "CUDA",
        NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(),
        type);
  }

  @Override
  public Engine engine(NetworkProgram program) {
    if (program.recompute() != Recompute.NONE) {
      LOG.warn("ND4J computes nothing again in backward passes: all features are kept");
    }
    return new HostEngine(
        program,
        (tensors, clock) ->
            new StagesRunner(program, stage -> runner(stage, tensors, program.seed(), clock)));
  }

  @Override
  public StageRunner runner(StageProgram stage, Tensors tensors, long seed, OperationClock clock) {
    return new Nd4jRunner(stage, tensors, seed, clock);
  }
}
