package org.networkfission.model.backend.cuda.nccl;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;

/**
 * A GPU among those of a group, a rank each, between which NCCL carries floats: over NVLink, PCIe
 * or memory that processes share within a host, over the network between hosts. No call blocks, so
 * that a rank that is lost or hangs does not keep the others for ever. For one thread at a time,
 * which has entered the device.
 */
public final class Communicator implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000;

  private static final long REASON_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long an end may take until the others are left to themselves. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Device device;
  private final long handle;
  private final LongConsumer waiting;
  private boolean joined;
  private boolean open = true;

  private Communicator(Device device, long handle, LongConsumer waiting) {
    this.device = device;
    this.handle = handle;
    this.waiting = waiting;
  }

  /** Why there is no NCCL that can be used; empty where there is one. */
  public static Optional<String> missing() {
    return Nccl.missing();
  }

  /** NCCL with its version; it is not {@link #missing}. */
  public static String library() {
    return "NCCL " + Nccl.version();
  }

  /**
   * What the ranks of a new group have in common: one of them makes it and gives it to the others.
   *
   * @throws CudaException if there is no NCCL, or it has no network to meet the others by
   */
  public static byte[] newId() {
    load();
    byte[] id = new Nccl.UniqueId().internal;
    int result = Nccl.ncclGetUniqueId(id);
    if (result != 0) {
      throw new CudaException(
          "Cannot join the replicas' GPUs by %s: %s"
              .formatted(library(), Nccl.describe(result, 0)));
    }
    return id;
  }

  private static void load() {
    Nccl.missing()
        .ifPresent(
            why -> {
              throw new CudaException("Cannot join the replicas' GPUs: " + why);
            });
  }

  /**
   * Joins a group; returns when all ranks have.
   *
   * @param id of the group
   * @param waiting is told again and again for how many nanoseconds this rank waits for others, now
   *     and later; what it throws ends the wait
   * @throws CudaException if these GPUs cannot be joined
   * @throws UncheckedIOException if another rank or the way to it is lost
   */
  public static Communicator join(
      Device device, byte[] id, int rank, int size, LongConsumer waiting) {
    load();
    Nccl.UniqueId group = new Nccl.UniqueId();
    System.arraycopy(id, 0, group.internal, 0, group.internal.length);
    LongByReference handle = new LongByReference();
    int result = Nccl.ncclCommInitRankConfig(handle, size, group, rank, Nccl.config());
    Communicator made = new Communicator(device, handle.getValue(), waiting);
    try {
      made.settle(result);
    } catch (RuntimeException e) {
      made.abort();
      throw e;
    }
    made.joined = true;
    return made;
  }

  /**
   * Sends and receives, all of it at the same time, behind the device's work before, and waits
   * until it is done.
   *
   * @param transfers calls {@link #send} and {@link #receive}
   * @throws UncheckedIOException if it cannot be done; the communicator is of no use any more
   */
  public void together(Runnable transfers) {
    try {
      settle(Nccl.ncclGroupStart());
      int ended;
      try {
        transfers.run();
      } finally {
        ended = Nccl.ncclGroupEnd();
      }
      settle(ended);
      device.await(this::look);
    } catch (RuntimeException e) {
      abort(); // What waits on the device for others ends, too.
      throw e;
    }
  }

  /** Sends floats of the device's memory to another rank, or to itself. */
  public void send(long address, long count, int to) {
    require(Nccl.ncclSend(address, count, Constants.FLOAT32, to, handle, device.stream()));
  }

  /** Receives floats into the device's memory. */
  public void receive(long address, long count, int from) {
    require(Nccl.ncclRecv(address, count, Constants.FLOAT32, from, handle, device.stream()));
  }

  /** Waits until NCCL has put on the device what it was asked to, for which it may need others. */
  private void settle(int result) {
    long start = System.nanoTime();
    int state = result;
    while (state == Constants.IN_PROGRESS) {
      LockSupport.parkNanos(PAUSE_NANOS);
      waiting.accept(System.nanoTime() - start);
      state = state();
    }
    require(state);
  }

  private void look(long nanos) {
    waiting.accept(nanos);
    require(state());
  }

  private int state() {
    IntByReference state = new IntByReference();
    int result = Nccl.ncclCommGetAsyncError(handle, state);
    return result == 0 ? state.getValue() : result;
  }

  private void require(int state) {
    if (state == 0 || state == Constants.IN_PROGRESS) {
      return;
    }
    String why = "%s: %s".formatted(library(), Nccl.describe(state, handle));
    if (joined) {
      throw new UncheckedIOException(
          new IOException("Cannot exchange with the other replicas' GPUs by " + why));
    }
    awaitReason();
    throw new CudaException(
        "Cannot join the replicas' GPUs by %s; train.exchange.gpu = host does without"
            .formatted(why));
  }

  /** Where another rank is lost or gave up, that is the reason, and is heard of in a moment. */
  private void awaitReason() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < REASON_NANOS) {
      LockSupport.parkNanos(PAUSE_NANOS);
      waiting.accept(System.nanoTime() - start);
    }
  }

  /** Ends what waits, without waiting for anybody. */
  private void abort() {
    if (open && handle != 0) {
      Nccl.ncclCommAbort(handle);
    }
    open = false;
  }

  /** Leaves the group, once all that was sent has gone. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    long start = System.nanoTime();
    int state = Nccl.ncclCommFinalize(handle);
    while (state == Constants.IN_PROGRESS && System.nanoTime() - start < END_NANOS) {
      LockSupport.parkNanos(PAUSE_NANOS);
      state = state();
    }
    if (state == 0) {
      Nccl.ncclCommDestroy(handle);
      open = false;
    } else {
      abort();
    }
  }
}
