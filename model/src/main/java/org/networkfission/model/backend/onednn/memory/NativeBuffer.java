package org.networkfission.model.backend.onednn.memory;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Native memory, zero at first, which begins at a cache line: vector instructions like that. */
final class NativeBuffer implements AutoCloseable {
  static final int ALIGNMENT = 64;

  private final FloatPointer memory;
  private final long bytes;

  NativeBuffer(long bytes) {
    this.bytes = bytes;
    this.memory = new FloatPointer((bytes + ALIGNMENT) / Float.BYTES + 1);
    Pointer.memset(start(), 0, bytes);
  }

  long bytes() {
    return bytes;
  }

  Pointer start() {
    return OneDnn.at((memory.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }

  @Override
  public void close() {
    memory.deallocate();
  }
}
