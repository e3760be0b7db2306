package org.networkfission.model.backend.cuda.cudnn;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.util.Optional;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.GpuInfo;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;

/** The functions of libcudnn that are used. */
public final class Cudnn {
  private static final int OLDEST = 90_000;
  private static final int MESSAGE_BYTES = 4096;

  private static Optional<String> missing;
  private static NativeLibrary blas;

  private Cudnn() {}

  static native long cudnnGetVersion();

  static native long cudnnGetCudartVersion();

  static native void cudnnGetLastErrorString(byte[] text, long size);

  static native int cudnnCreate(LongByReference handle);

  static native int cudnnDestroy(long handle);

  static native int cudnnSetStream(long handle, long stream);

  static native int cudnnBackendCreateDescriptor(int type, LongByReference descriptor);

  static native int cudnnBackendDestroyDescriptor(long descriptor);

  static native int cudnnBackendSetAttribute(
      long descriptor, int name, int type, long count, Pointer values);

  static native int cudnnBackendGetAttribute(
      long descriptor, int name, int type, long room, LongByReference count, Pointer values);

  static native int cudnnBackendFinalize(long descriptor);

  static native int cudnnBackendExecute(long handle, long plan, long pack);

  /** Loads the library, once; says what is missing where it cannot be used. */
  public static synchronized Optional<String> missing() {
    if (missing == null) {
      missing = load();
    }
    return missing;
  }

  private static Optional<String> load() {
    Optional<NativeLibrary> library = NativeLibraries.find("libcudnn.so.9", "cudnn64_9");
    if (library.isEmpty()) {
      return Optional.of(
          "there is no cuDNN 9: libcudnn.so.9 was looked for in %s. Install it with: pip install nvidia-cudnn-cu13 (or -cu12); apt-get install cudnn9-cuda-13; or put the jars of org.bytedeco:cuda with the classifier linux-x86_64-redist-cudnn into a folder, unpacked"
              .formatted(NativeLibraries.places()));
    }
    try {
      Native.register(Cudnn.class, library.get());
    } catch (UnsatisfiedLinkError e) {
      return Optional.of(
          "%s cannot be used: %s".formatted(library.get().getFile(), e.getMessage()));
    }
    if (cudnnGetVersion() < OLDEST) {
      return Optional.of("cuDNN %s is too old: 9 is needed".formatted(version()));
    }
    // cuDNN ends the process if it does not find this library when it first wants it.
    long cuda = cudnnGetCudartVersion() / 1000;
    Optional<NativeLibrary> found = NativeLibraries.find("libcublasLt.so." + cuda);
    if (found.isEmpty()) {
      return Optional.of(
          "cuDNN %s needs libcublasLt.so.%d, which was looked for in %s. Install it with: pip install %s; or apt-get install libcublas-%d-0"
              .formatted(
                  version(),
                  cuda,
                  NativeLibraries.places(),
                  cuda >= 13 ? "nvidia-cublas" : "nvidia-cublas-cu" + cuda,
                  cuda));
    }
    blas = found.get();
    return Optional.empty();
  }

  /**
   * Why this cuDNN cannot work with a GPU's driver; empty where it can. Nothing is {@link
   * #missing}.
   */
  public static Optional<String> unfit(GpuInfo gpu) {
    long cuda = cudnnGetCudartVersion() / 1000;
    if (gpu.driver() / 1000 >= cuda) {
      return Optional.empty();
    }
    return Optional.of(
        "the NVIDIA driver is too old: it knows CUDA %s, and cuDNN %s was built for CUDA %d; take a newer driver, or cuDNN for an older CUDA: pip install nvidia-cudnn-cu%d"
            .formatted(gpu.cudaVersion(), version(), cuda, gpu.driver() / 1000));
  }

  /** cuDNN's version, e.g. 9.24.0. */
  public static String version() {
    long version = cudnnGetVersion();
    return "%d.%d.%d".formatted(version / 10_000, version % 10_000 / 100, version % 100);
  }

  /** The version of CUDA that it was built for, e.g. 13.3, and where cuBLAS was found. */
  public static String cuda() {
    long version = cudnnGetCudartVersion();
    return "%d.%d, %s"
        .formatted(version / 1000, version % 1000 / 10, blas == null ? "-" : blas.getFile());
  }

  /** What went wrong last, in cuDNN's words. */
  static String lastError() {
    byte[] text = new byte[MESSAGE_BYTES];
    cudnnGetLastErrorString(text, text.length);
    return Native.toString(text).strip();
  }

  static void check(int status, String what) {
    if (status != 0) {
      throw new CudaException("Cannot %s with cuDNN: %s (%d)".formatted(what, lastError(), status));
    }
  }
}
