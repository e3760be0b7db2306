package org.networkfission.model.backend.cuda;

import java.nio.ByteBuffer;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.memory.Place.Area;

/** The memory of a network's parameters on a GPU; that of the gradient once it is asked for. */
final class DeviceMemory implements AutoCloseable {
  private static final long RESULT_BYTES = 256;

  private final Device device;
  private final Layout layout;
  private final long parameters;
  private final long kernels;
  private final long table;
  private final long result;
  private final Device.Pinned resultHere;
  private long training;

  DeviceMemory(Device device, Layout layout) {
    this.device = device;
    this.layout = layout;
    long flat = Device.aligned((long) layout.length() * Float.BYTES);
    long copies = layout.kernelBytes();
    long tableBytes = Device.aligned((long) layout.table().length * Long.BYTES);
    parameters = device.allocate(bytes(layout), "parameters");
    kernels = parameters + flat;
    table = kernels + copies;
    result = table + tableBytes;
    resultHere = device.pinned(RESULT_BYTES);
    device.clear(parameters, flat);
    uploadTable();
  }

  private void uploadTable() {
    long[] numbers = layout.table();
    if (numbers.length > 0) {
      try (Device.Pinned pinned = device.pinned((long) numbers.length * Long.BYTES)) {
        pinned.bytes().asLongBuffer().put(numbers);
        device.upload(pinned, 0, (long) numbers.length * Long.BYTES, table);
        device.await();
      }
    }
  }

  /** Bytes that parameters take. */
  static long bytes(Layout layout) {
    return Device.aligned((long) layout.length() * Float.BYTES)
        + layout.kernelBytes()
        + Device.aligned((long) layout.table().length * Long.BYTES)
        + RESULT_BYTES;
  }

  /** Bytes that the gradient takes besides. */
  static long trainingBytes(Layout layout) {
    return Device.aligned((long) layout.length() * Float.BYTES)
        + layout.kernelBytes()
        + Device.aligned(layout.length());
  }

  /** Where an area begins. */
  long address(Area area) {
    return switch (area) {
      case PARAMETERS -> parameters;
      case KERNELS -> kernels;
      case GRADIENT -> training();
      case KERNEL_GRADIENTS -> training() + Device.aligned((long) layout.length() * Float.BYTES);
      case PLAN -> throw new IllegalArgumentException("a plan has memory of its own");
    };
  }

  /** Where each element's kind stands. */
  long kinds() {
    return address(Area.KERNEL_GRADIENTS) + layout.kernelBytes();
  }

  private long training() {
    if (training == 0) {
      device.enter();
      training = device.allocate(trainingBytes(layout), "the gradient");
      device.clear(training, Device.aligned((long) layout.length() * Float.BYTES));
    }
    return training;
  }

  /** Where the order of kernels stands. */
  long table() {
    return table;
  }

  /** Room for a small result. */
  long result() {
    return result;
  }

  void clearResult() {
    device.clear(result, RESULT_BYTES);
  }

  /** Waits for a small result and brings it here. */
  ByteBuffer readResult() {
    device.download(result, RESULT_BYTES, resultHere, 0);
    device.await();
    return resultHere.bytes();
  }

  @Override
  public void close() {
    device.free(parameters);
    if (training != 0) {
      device.free(training);
      training = 0;
    }
    resultHere.close();
  }
}
