package org.networkfission.model.backend.cuda;

import java.util.Optional;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.DeviceLink;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.cuda.cudnn.Cudnn;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.GpuInfo;
import org.networkfission.model.backend.cuda.nccl.Communicator;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;

/**
 * Networks on an NVIDIA GPU of this machine: the one that the process was given, else the first.
 */
public final class CudaBackend implements Backend {
  private static volatile Optional<Integer> assigned = Optional.empty();

  /**
   * Says which GPU this process may use; where none was given, it is asked for by name only.
   *
   * @param ordinal its number among those that the process sees; empty to give it back
   */
  public static void assign(Optional<Integer> ordinal) {
    assigned = ordinal;
  }

  private static int ordinal() {
    return assigned.orElse(0);
  }

  @Override
  public Optional<String> missing(DataType type) {
    if (type == DataType.FLOAT64) {
      return Optional.of("it computes in float32, tf32 and bfloat16 only");
    }
    return GpuInfo.missing()
        .or(() -> missingGpu(type))
        .or(Cudnn::missing)
        .or(() -> Cudnn.unfit(GpuInfo.all().get(ordinal())));
  }

  private static Optional<String> missingGpu(DataType type) {
    int count = GpuInfo.all().size();
    if (ordinal() >= count) {
      return Optional.of("GPU %d was given, but the driver shows %d".formatted(ordinal(), count));
    }
    GpuInfo gpu = GpuInfo.all().get(ordinal());
    return gpu.unfit().or(() -> gpu.unfit(type));
  }

  @Override
  public Arithmetic arithmetic(DataType type) {
    GpuInfo gpu = GpuInfo.all().get(ordinal());
    return new Arithmetic(
        "cuDNN " + Cudnn.version(),
        "%s (sm_%d%d)".formatted(gpu.name(), gpu.major(), gpu.minor()),
        1,
        type);
  }

  @Override
  public DeviceLink link() {
    Optional<String> missing = Communicator.missing();
    return DeviceLink.of(
        GpuInfo.all().get(ordinal()).uuid(),
        missing,
        missing.isEmpty() ? Communicator.library() : null);
  }

  @Override
  public boolean automatic() {
    return assigned.isPresent();
  }

  @Override
  public Engine engine(NetworkProgram program) {
    Device device = Device.open(ordinal());
    return new CudaEngine(program, device, Planner.of(device));
  }

  @Override
  public StageRunner runner(StageProgram stage, Tensors tensors, long seed, OperationClock clock) {
    Device device = Device.open(ordinal());
    return new CudaStage(stage, tensors, seed, clock, device, Planner.of(device));
  }
}
