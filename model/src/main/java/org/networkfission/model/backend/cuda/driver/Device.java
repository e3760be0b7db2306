package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;

/**
 * A GPU as this process uses it: its memory, a stream in which work is done in order, and the
 * kernels. For one thread at a time, which calls {@link #enter} first.
 */
public final class Device implements AutoCloseable {
  /** Beginnings of what is allocated lie on multiples of this many bytes. */
  public static final long ALIGNMENT = 256;

  private static final String KERNELS = "/org/networkfission/model/backend/cuda/kernels.ptx";
  private static final int SPINS = 2_000;
  private static final long PAUSE_NANOS = 20_000;

  /** The system property that says after how many seconds without an end work is given up. */
  public static final String PATIENCE = "fission.cuda.patience";

  private static final String DEFAULT_PATIENCE = "600";

  private final GpuInfo info;
  private final int device;
  private final long context;
  private final long stream;
  private final long module;
  private final Map<String, Long> functions = new HashMap<>();

  private Device(GpuInfo info, int device, long context, long stream, long module) {
    this.info = info;
    this.device = device;
    this.context = context;
    this.stream = stream;
    this.module = module;
  }

  /**
   * Takes a GPU.
   *
   * @param ordinal its number among those that the process sees
   * @throws CudaException if it cannot be used
   */
  public static Device open(int ordinal) {
    GpuInfo.missing()
        .ifPresent(
            why -> {
              throw new CudaException("Cannot use a GPU: " + why);
            });
    int device = GpuInfo.device(ordinal);
    GpuInfo info = GpuInfo.of(ordinal);
    info.unfit()
        .ifPresent(
            why -> {
              throw new CudaException("Cannot compute on a GPU: " + why);
            });
    LongByReference context = new LongByReference();
    Driver.check(
        Driver.cuDevicePrimaryCtxRetain(context, device),
        "use GPU %d, %s".formatted(ordinal, info.name()));
    Driver.check(Driver.cuCtxSetCurrent(context.getValue()), "use GPU " + ordinal);
    LongByReference stream = new LongByReference();
    Driver.check(newStream(stream), "make a stream");
    LongByReference module = new LongByReference();
    Driver.check(
        Driver.cuModuleLoadData(module, Driver.text(kernels())),
        "load the kernels; the driver knows CUDA %s and must know 11 or later"
            .formatted(info.cudaVersion()));
    return new Device(info, device, context.getValue(), stream.getValue(), module.getValue());
  }

  /** Makes a stream that does not wait for the one that all threads share. */
  static int newStream(LongByReference stream) {
    return Driver.cuStreamCreate(stream, Constants.CU_STREAM_NON_BLOCKING);
  }

  /** Whether there is a kernel of a name; no GPU is asked. */
  public static boolean hasKernel(String name) {
    return new String(kernels(), StandardCharsets.UTF_8).contains(".entry " + name + "(");
  }

  private static byte[] kernels() {
    try (InputStream in = Device.class.getResourceAsStream(KERNELS)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public GpuInfo info() {
    return info;
  }

  /** What its work is ordered by, for libraries. */
  public long stream() {
    return stream;
  }

  /** Makes it the calling thread's GPU. */
  public void enter() {
    Driver.check(Driver.cuCtxSetCurrent(context), "use GPU " + info.ordinal());
  }

  /** Bytes of its memory that nobody uses. */
  public long freeBytes() {
    LongByReference free = new LongByReference();
    LongByReference total = new LongByReference();
    Driver.check(Driver.cuMemGetInfo_v2(free, total), "ask for free memory");
    return free.getValue();
  }

  /** Bytes with the gap behind them that lets what follows begin at a multiple. */
  public static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * Takes memory, whose values are anything.
   *
   * @return its address, a multiple of {@link #ALIGNMENT}
   * @throws CudaException if there is too little
   */
  public long allocate(long bytes, String what) {
    LongByReference address = new LongByReference();
    // The driver refuses to give nothing, as a network without parameters asks for.
    int result = Driver.cuMemAlloc_v2(address, Math.max(bytes, ALIGNMENT));
    if (Driver.outOfMemory(result)) {
      throw new CudaException(
          "Cannot take %,d MB of GPU %d for %s: %,d MB are free"
              .formatted(bytes / 1_000_000, info.ordinal(), what, freeBytes() / 1_000_000));
    }
    Driver.check(result, "take memory for " + what);
    return address.getValue();
  }

  /** Gives memory back. */
  public void free(long address) {
    Driver.check(Driver.cuMemFree_v2(address), "give memory back");
  }

  /** Memory of this machine that copies are quick from and to. */
  public Pinned pinned(long bytes) {
    PointerByReference memory = new PointerByReference();
    Driver.check(
        Driver.cuMemHostAlloc(memory, bytes, 0),
        "take %,d MB of pinned memory".formatted(bytes / 1_000_000));
    return new Pinned(memory.getValue(), bytes);
  }

  /** Memory of this machine that the driver knows. */
  public static final class Pinned implements AutoCloseable {
    private final Pointer pointer;
    private final ByteBuffer bytes;

    private Pinned(Pointer pointer, long bytes) {
      this.pointer = pointer;
      this.bytes = pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }

    /** The memory, in native order. */
    public ByteBuffer bytes() {
      return bytes;
    }

    @Override
    public void close() {
      Driver.check(Driver.cuMemFreeHost(pointer), "give pinned memory back");
    }
  }

  /** Copies to the device, after the work before; the source must stay as it is until then. */
  public void upload(Pinned from, long first, long bytes, long to) {
    upload(from, first, bytes, to, stream);
  }

  /** Copies to the device, after the work before on another of its streams. */
  void upload(Pinned from, long first, long bytes, long to, long on) {
    Driver.check(
        Driver.cuMemcpyHtoDAsync_v2(to, from.pointer.share(first), bytes, on), "copy to the GPU");
  }

  /** Copies from the device, after the work before; it is there after {@link #await}. */
  public void download(long from, long bytes, Pinned to, long first) {
    Driver.check(
        Driver.cuMemcpyDtoHAsync_v2(to.pointer.share(first), from, bytes, stream),
        "copy from the GPU");
  }

  /** Sets bytes to zero. */
  public void clear(long address, long bytes) {
    if (bytes > 0) {
      Driver.check(
          Driver.cuMemsetD32Async(address, 0, bytes / Integer.BYTES, stream), "clear memory");
    }
  }

  /** Sets bytes to what is no number, whether they are floats or bfloat16. */
  public void poison(long address, long bytes) {
    long words = (bytes + Integer.BYTES - 1) / Integer.BYTES; // Of memory that is aligned.
    Driver.check(Driver.cuMemsetD32Async(address, -1, words, stream), "set memory");
  }

  /**
   * Waits until all work is done.
   *
   * @throws DeviceLostError if it does not end, or failed
   */
  public void await() {
    await(() -> Driver.cuStreamQuery(stream), "compute on");
  }

  /**
   * Waits until all work is done, where some of it waits for other devices.
   *
   * @param waiting is told again and again for how many nanoseconds; what it throws ends the wait
   * @throws DeviceLostError as {@link #await()} does
   */
  public void await(LongConsumer waiting) {
    await(() -> Driver.cuStreamQuery(stream), "compute on", waiting);
  }

  /** Waits until a question of the driver's is answered with yes. */
  void await(IntSupplier question, String what) {
    await(question, what, nanos -> {});
  }

  private void await(IntSupplier question, String what, LongConsumer waiting) {
    long patience =
        Duration.ofSeconds(Long.parseLong(System.getProperty(PATIENCE, DEFAULT_PATIENCE)))
            .toNanos();
    long start = System.nanoTime();
    for (int i = 0; ; i++) {
      int result = question.getAsInt();
      if (result != Constants.CUDA_ERROR_NOT_READY) {
        Driver.check(result, what + " GPU " + info.ordinal());
        return;
      }
      if (i < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      long nanos = System.nanoTime() - start;
      waiting.accept(nanos);
      if (nanos > patience) {
        throw new DeviceLostError(
            "GPU %d, %s, has not ended its work within %s s (%s); it is lost to this process"
                .formatted(
                    info.ordinal(),
                    info.name(),
                    System.getProperty(PATIENCE, DEFAULT_PATIENCE),
                    PATIENCE));
      }
    }
  }

  /** A kernel by its name. */
  long function(String name) {
    return functions.computeIfAbsent(
        name,
        key -> {
          LongByReference function = new LongByReference();
          Driver.check(Driver.cuModuleGetFunction(function, module, key), "find the kernel " + key);
          return function.getValue();
        });
  }

  @Override
  public void close() {
    Driver.check(Driver.cuModuleUnload(module), "unload the kernels");
    Driver.check(Driver.cuStreamDestroy_v2(stream), "end a stream");
    Driver.check(Driver.cuDevicePrimaryCtxRelease_v2(device), "release GPU " + info.ordinal());
  }
}
