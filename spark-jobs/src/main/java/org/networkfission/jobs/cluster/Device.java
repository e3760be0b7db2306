package org.networkfission.jobs.cluster;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.cuda.CudaBackend;
import scala.Option;

/**
 * The GPU that Spark gave this process's replica, if it gave one: what the CUDA back end computes
 * on. Where ND4J was built for GPUs, it spreads the threads of a process over all of the host;
 * every thread that makes tensors is bound to the replica's instead.
 */
public final class Device {
  private static final String GPU = "gpu";
  private static final int NONE = -1;
  private static final AtomicInteger CHOSEN = new AtomicInteger(NONE);

  private Device() {}

  /** Takes the task's GPU for this process, and binds the calling thread. */
  public static void take(TaskContext task) {
    Option<ResourceInformation> gpus = task.resources().get(GPU);
    CHOSEN.set(gpus.isEmpty() ? NONE : number(gpus.get().addresses()[0]));
    int chosen = CHOSEN.get();
    CudaBackend.assign(chosen == NONE ? Optional.empty() : Optional.of(chosen));
    bindThread();
  }

  /** The number of a GPU by Spark's address for it. */
  static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "Cannot use the GPU %s: the discovery script must print numbers, as submit/discover-gpus does"
              .formatted(address),
          e);
    }
  }

  /** Binds the calling thread to the process's GPU, where ND4J was built to compute on one. */
  public static void bindThread() {
    int device = CHOSEN.get();
    if (device == NONE || Nd4j.getBackend() instanceof CpuBackend) {
      return;
    }
    int present = Nd4j.getAffinityManager().getNumberOfDevices();
    if (device >= present) {
      throw new IllegalStateException(
          "Cannot use GPU %d: ND4J finds %d devices here; do executors see all GPUs?"
              .formatted(device, present));
    }
    Nd4j.getAffinityManager().unsafeSetDevice(device);
  }
}
