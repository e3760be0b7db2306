package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.ptr.LongByReference;

/**
 * Work of a device that was written down once, a CUDA graph, and is done again as a whole: one call
 * of the driver in place of hundreds. Addresses and arguments stay what they were; what changes
 * from one time to the next must lie in memory.
 */
public final class Capture implements AutoCloseable {
  private final Device device;
  private final long graph;
  private final long executable;

  private Capture(Device device, long graph, long executable) {
    this.device = device;
    this.graph = graph;
    this.executable = executable;
  }

  /**
   * Writes work down, which is not done yet.
   *
   * @param work puts kernels, copies and convolutions on the device's stream, and nothing else; all
   *     of them have run before
   * @throws CudaException if it did something else
   */
  public static Capture of(Device device, Runnable work) {
    // Calls of other threads do not disturb it.
    int mode = Constants.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
    Driver.check(Driver.cuStreamBeginCapture_v2(device.stream(), mode), "begin a CUDA graph");
    LongByReference graph = new LongByReference();
    int ended;
    try {
      work.run();
    } finally {
      ended = Driver.cuStreamEndCapture(device.stream(), graph);
    }
    Driver.check(ended, "write a CUDA graph");
    LongByReference executable = new LongByReference();
    Driver.check(
        Driver.cuGraphInstantiateWithFlags(executable, graph.getValue(), 0), "make a CUDA graph");
    return new Capture(device, graph.getValue(), executable.getValue());
  }

  /** Puts it behind the work before. */
  public void run() {
    Driver.check(Driver.cuGraphLaunch(executable, device.stream()), "run a CUDA graph");
  }

  @Override
  public void close() {
    Driver.check(Driver.cuGraphExecDestroy(executable), "forget a CUDA graph");
    Driver.check(Driver.cuGraphDestroy(graph), "forget a CUDA graph");
  }
}
