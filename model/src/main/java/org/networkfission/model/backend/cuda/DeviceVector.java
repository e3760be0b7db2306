package org.networkfission.model.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.backend.cuda.driver.Device;

/** A flat vector in a GPU's memory, with a pinned copy in this machine's where one is asked for. */
final class DeviceVector implements FlatVector, AutoCloseable {
  private final Device device;
  private final LongSupplier address;
  private final int length;
  private final Runnable changed;
  private Optional<Device.Pinned> copy = Optional.empty();

  /**
   * A vector.
   *
   * @param address where it lies, once it is needed
   * @param changed told after it was written to
   */
  DeviceVector(Device device, LongSupplier address, int length, Runnable changed) {
    this.device = device;
    this.address = address;
    this.length = length;
    this.changed = changed;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void read(int from, FloatBuffer to) {
    int count = to.remaining();
    fetch(from, count);
    to.put(memory().asFloatBuffer().slice(from, count));
  }

  @Override
  public void write(int from, FloatBuffer values) {
    int count = values.remaining();
    memory().asFloatBuffer().slice(from, count).put(values);
    store(from, count);
  }

  @Override
  public ByteBuffer memory() {
    return pinned().bytes();
  }

  private Device.Pinned pinned() {
    if (copy.isEmpty()) {
      device.enter();
      copy = Optional.of(device.pinned((long) length * Float.BYTES));
    }
    return copy.get();
  }

  @Override
  public void fetch(int from, int count) {
    Device.Pinned memory = pinned();
    device.enter();
    long first = (long) from * Float.BYTES;
    device.download(address.getAsLong() + first, (long) count * Float.BYTES, memory, first);
    device.await();
  }

  @Override
  public void store(int from, int count) {
    Device.Pinned memory = pinned();
    device.enter();
    long first = (long) from * Float.BYTES;
    device.upload(memory, first, (long) count * Float.BYTES, address.getAsLong() + first);
    device.await(); // The copy may be written to again.
    changed.run();
  }

  @Override
  public Optional<INDArray> live() {
    return Optional.empty();
  }

  @Override
  public void close() {
    copy.ifPresent(Device.Pinned::close);
    copy = Optional.empty();
  }
}
