package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Optional;

/**
 * The functions of libcuda that are used, under the names that it exports. Handles and addresses
 * are numbers. Which of its results mean that nothing works any more is known here.
 */
final class Driver {
  private static Optional<String> missing;

  private Driver() {}

  static native int cuInit(int flags);

  static native int cuDriverGetVersion(IntByReference version);

  static native int cuDeviceGetCount(IntByReference count);

  static native int cuDeviceGet(IntByReference device, int ordinal);

  static native int cuDeviceGetName(byte[] name, int length, int device);

  static native int cuDeviceGetUuid_v2(byte[] uuid, int device);

  static native int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

  static native int cuDeviceTotalMem_v2(LongByReference bytes, int device);

  static native int cuDevicePrimaryCtxRetain(LongByReference context, int device);

  static native int cuDevicePrimaryCtxRelease_v2(int device);

  static native int cuCtxSetCurrent(long context);

  static native int cuMemGetInfo_v2(LongByReference free, LongByReference total);

  static native int cuMemAlloc_v2(LongByReference address, long bytes);

  static native int cuMemFree_v2(long address);

  static native int cuMemHostAlloc(PointerByReference memory, long bytes, int flags);

  static native int cuMemFreeHost(Pointer memory);

  static native int cuMemcpyHtoDAsync_v2(long to, Pointer from, long bytes, long stream);

  static native int cuMemcpyDtoHAsync_v2(Pointer to, long from, long bytes, long stream);

  static native int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemsetD32Async(long address, int value, long count, long stream);

  static native int cuStreamCreate(LongByReference stream, int flags);

  static native int cuStreamDestroy_v2(long stream);

  static native int cuStreamQuery(long stream);

  static native int cuStreamWaitEvent(long stream, long event, int flags);

  static native int cuStreamBeginCapture_v2(long stream, int mode);

  static native int cuStreamEndCapture(long stream, LongByReference graph);

  static native int cuGraphInstantiateWithFlags(LongByReference made, long graph, long flags);

  static native int cuGraphLaunch(long executable, long stream);

  static native int cuGraphExecDestroy(long executable);

  static native int cuGraphDestroy(long graph);

  static native int cuEventCreate(LongByReference event, int flags);

  static native int cuEventDestroy_v2(long event);

  static native int cuEventRecord(long event, long stream);

  static native int cuEventQuery(long event);

  static native int cuModuleLoadData(LongByReference module, Pointer image);

  static native int cuModuleUnload(long module);

  static native int cuModuleGetFunction(LongByReference function, long module, String name);

  static native int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      Pointer parameters,
      Pointer extra);

  static native int cuGetErrorName(int error, PointerByReference name);

  static native int cuGetErrorString(int error, PointerByReference text);

  /** Loads and starts the driver, once; says what is missing where it cannot. */
  static synchronized Optional<String> missing() {
    if (missing == null) {
      missing = start();
    }
    return missing;
  }

  private static Optional<String> start() {
    Optional<NativeLibrary> library = NativeLibraries.find("libcuda.so.1", "nvcuda");
    if (library.isEmpty()) {
      return Optional.of(
          "there is no NVIDIA driver: libcuda.so.1 was looked for in " + NativeLibraries.places());
    }
    try {
      Native.register(Driver.class, library.get());
    } catch (UnsatisfiedLinkError e) {
      return Optional.of(
          "the NVIDIA driver is too old: %s (%s); CUDA 12 needs driver 525 or later"
              .formatted(e.getMessage(), library.get().getFile()));
    }
    int result = cuInit(0);
    if (result != 0) {
      return Optional.of("the NVIDIA driver does not start: " + describe(result));
    }
    return Optional.empty();
  }

  /** An error's name and meaning. */
  static String describe(int result) {
    PointerByReference name = new PointerByReference();
    PointerByReference text = new PointerByReference();
    cuGetErrorName(result, name);
    cuGetErrorString(result, text);
    return "%s (%d: %s)".formatted(string(name), result, string(text));
  }

  private static String string(PointerByReference reference) {
    Pointer pointer = reference.getValue();
    return pointer == null ? "unknown" : pointer.getString(0);
  }

  /**
   * Throws if a call did not succeed.
   *
   * @param what was tried, as it follows "Cannot "
   * @throws CudaException where the device goes on
   * @throws DeviceLostError where it does not
   */
  static void check(int result, String what) {
    if (result == 0) {
      return;
    }
    String message = "Cannot %s: %s".formatted(what, describe(result));
    if (losesTheDevice(result)) {
      throw new DeviceLostError(message + "; the GPU is lost to this process");
    }
    throw new CudaException(message);
  }

  private static boolean losesTheDevice(int result) {
    boolean hardware =
        result >= Constants.CUDA_ERROR_ECC_UNCORRECTABLE
            && result <= Constants.CUDA_ERROR_NVLINK_UNCORRECTABLE
            && result != Constants.CUDA_ERROR_INVALID_PTX;
    // What goes wrong with a CUDA graph that is being written leaves all else well.
    boolean graph =
        result >= Constants.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
            && result <= Constants.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
    boolean work =
        result >= Constants.CUDA_ERROR_ILLEGAL_ADDRESS
            && result != Constants.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES
            && !graph;
    return hardware || work;
  }

  static boolean outOfMemory(int result) {
    return result == Constants.CUDA_ERROR_OUT_OF_MEMORY;
  }

  /** Text as C takes it. */
  static Memory text(byte[] bytes) {
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }
}
