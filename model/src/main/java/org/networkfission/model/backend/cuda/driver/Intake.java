package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.ptr.LongByReference;

/**
 * Brings blocks of bytes to a device while it computes: from pinned memory by a second stream to a
 * place of its own, from which the device's work takes it when it is due. So one block is on its
 * way while the one before is computed with.
 */
public final class Intake implements AutoCloseable {
  private final Device device;
  private final long arriving;
  private final long bytes;
  private final Device.Pinned pinned;
  private final long stream;
  private final long arrived;
  private final long taken;

  /**
   * Prepares.
   *
   * @param arriving a place of the device that nothing else uses
   */
  public Intake(Device device, long arriving, long bytes) {
    this.device = device;
    this.arriving = arriving;
    this.bytes = bytes;
    this.pinned = device.pinned(bytes);
    LongByReference second = new LongByReference();
    Driver.check(Device.newStream(second), "make a stream");
    this.stream = second.getValue();
    this.arrived = event();
    this.taken = event();
  }

  private static long event() {
    LongByReference event = new LongByReference();
    Driver.check(Driver.cuEventCreate(event, Constants.CU_EVENT_DISABLE_TIMING), "make an event");
    return event.getValue();
  }

  /** Room for the next block; waits until the one before has left it. */
  public Device.Pinned next() {
    device.await(() -> Driver.cuEventQuery(arrived), "copy to");
    return pinned;
  }

  /** Sends the block; its place on the device must have been taken from before. */
  public void send() {
    Driver.check(Driver.cuStreamWaitEvent(stream, taken, 0), "wait for a stream");
    device.upload(pinned, 0, bytes, arriving, stream);
    Driver.check(Driver.cuEventRecord(arrived, stream), "mark a copy");
  }

  /** Has the device's work wait for the block and copy it to its place there. */
  public void take(long to) {
    Driver.check(Driver.cuStreamWaitEvent(device.stream(), arrived, 0), "wait for a stream");
    Driver.check(
        Driver.cuMemcpyDtoDAsync_v2(to, arriving, bytes, device.stream()), "copy on the GPU");
    Driver.check(Driver.cuEventRecord(taken, device.stream()), "mark a copy");
  }

  @Override
  public void close() {
    next();
    Driver.check(Driver.cuEventDestroy_v2(arrived), "forget an event");
    Driver.check(Driver.cuEventDestroy_v2(taken), "forget an event");
    Driver.check(Driver.cuStreamDestroy_v2(stream), "end a stream");
    pinned.close();
  }
}
