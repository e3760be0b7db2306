package org.networkfission.model.backend.cuda.cudnn;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

/** One of cuDNN's descriptors, whose attributes are set one by one before it is finished. */
final class Descriptor implements AutoCloseable {
  final long handle;

  /** Makes a descriptor of one of cuDNN's types. */
  Descriptor(int type) {
    LongByReference reference = new LongByReference();
    Cudnn.check(Cudnn.cudnnBackendCreateDescriptor(type, reference), "describe a convolution");
    handle = reference.getValue();
  }

  Descriptor longs(int attribute, long... values) {
    return values(attribute, Constants.TYPE_INT64, values);
  }

  /** Sets numbers, addresses or handles. */
  Descriptor values(int attribute, int type, long... values) {
    try (Memory memory = new Memory((long) Long.BYTES * values.length)) {
      memory.write(0, values, 0, values.length);
      return set(attribute, type, values.length, memory);
    }
  }

  Descriptor number(int attribute, int type, int value) {
    try (Memory memory = new Memory(Integer.BYTES)) {
      memory.setInt(0, value);
      return set(attribute, type, 1, memory);
    }
  }

  Descriptor real(int attribute, float value) {
    try (Memory memory = new Memory(Float.BYTES)) {
      memory.setFloat(0, value);
      return set(attribute, Constants.TYPE_FLOAT, 1, memory);
    }
  }

  Descriptor text(int attribute, byte[] value) {
    try (Memory memory = new Memory(value.length)) {
      memory.write(0, value, 0, value.length);
      return set(attribute, Constants.TYPE_CHAR, value.length, memory);
    }
  }

  Descriptor descriptor(int attribute, Descriptor value) {
    return values(attribute, Constants.TYPE_BACKEND_DESCRIPTOR, value.handle);
  }

  private Descriptor set(int attribute, int type, long count, Pointer values) {
    int status = Cudnn.cudnnBackendSetAttribute(handle, attribute, type, count, values);
    Cudnn.check(status, "describe a convolution");
    return this;
  }

  /** Ends the description. */
  Descriptor finish() {
    Cudnn.check(Cudnn.cudnnBackendFinalize(handle), "plan a convolution");
    return this;
  }

  /** Ends the description; false where cuDNN does not support what is described. */
  boolean finishes() {
    return Cudnn.cudnnBackendFinalize(handle) == 0;
  }

  /** How many values an attribute has. */
  int count(int attribute, int type) {
    LongByReference count = new LongByReference();
    int status = Cudnn.cudnnBackendGetAttribute(handle, attribute, type, 0, count, Pointer.NULL);
    return status == 0 ? (int) count.getValue() : 0;
  }

  /** Fills descriptors, which were made before, from an attribute; returns how many it could. */
  int descriptors(int attribute, long[] into) {
    try (Memory memory = new Memory((long) Long.BYTES * into.length)) {
      memory.write(0, into, 0, into.length);
      LongByReference count = new LongByReference();
      int status =
          Cudnn.cudnnBackendGetAttribute(
              handle, attribute, Constants.TYPE_BACKEND_DESCRIPTOR, into.length, count, memory);
      return status == 0 ? (int) Math.min(count.getValue(), into.length) : 0;
    }
  }

  /** Reads small numbers, as many as there are. */
  int[] numbers(int attribute, int type) {
    int room = count(attribute, type);
    if (room == 0) {
      return new int[0];
    }
    try (Memory memory = new Memory((long) Integer.BYTES * room)) {
      LongByReference count = new LongByReference();
      Cudnn.check(
          Cudnn.cudnnBackendGetAttribute(handle, attribute, type, room, count, memory),
          "choose an engine");
      return memory.getIntArray(0, (int) Math.min(count.getValue(), room));
    }
  }

  /** Reads a number. */
  long number(int attribute) {
    try (Memory memory = new Memory(Long.BYTES)) {
      LongByReference count = new LongByReference();
      Cudnn.check(
          Cudnn.cudnnBackendGetAttribute(handle, attribute, Constants.TYPE_INT64, 1, count, memory),
          "plan a convolution");
      return memory.getLong(0);
    }
  }

  @Override
  public void close() {
    Cudnn.check(Cudnn.cudnnBackendDestroyDescriptor(handle), "forget a convolution");
  }
}
