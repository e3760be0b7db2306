package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.op.FeatureMap;

/** The oneDNN library: whether it is there, its engine, and how it describes tensors. */
final class OneDnn {
  /** Features lie in blocks of this many channels where there are enough of them. */
  private static final int BLOCK = 16;

  private OneDnn() {}

  /** Created on first use, so that a platform without the library never tries. */
  private static final class Holder {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
    static final primitive_attr ATTRIBUTES = new primitive_attr();

    static {
      // The library's own scratchpads belong to the thread that made a primitive.
      ATTRIBUTES.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
    }
  }

  /** Whether tensors lie in the CPU's memory and the native library can be loaded. */
  static boolean available() {
    if (!Nd4j.getEnvironment().isCPU()) {
      return false;
    }
    try {
      Loader.load(dnnl.class);
      return true;
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return false;
    }
  }

  static engine engine() {
    return Holder.ENGINE;
  }

  static primitive_attr attributes() {
    return Holder.ATTRIBUTES;
  }

  /** Any layout: the primitive chooses. */
  static memory.desc any(long... dims) {
    return new memory.desc(dims, memory.data_type.f32, memory.format_tag.any);
  }

  /** Row-major. */
  static memory.desc plain(long... dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strided(dims, strides);
  }

  static memory.desc strided(long[] dims, long[] strides) {
    return new memory.desc(dims, memory.data_type.f32, strides);
  }

  /** Features in the layout that element-wise work is fast in. */
  static memory.desc features(long... dims) {
    memory.format_tag tag = memory.format_tag.acdb;
    if (dims[1] % BLOCK == 0) {
      tag = memory.format_tag.aBcd16b;
    } else if (dims[1] % (BLOCK / 2) == 0) {
      tag = memory.format_tag.aBcd8b;
    }
    return new memory.desc(dims, memory.data_type.f32, tag);
  }

  /** Whether a block of {@link #features} of so many channels begins at a channel. */
  static boolean startsBlock(long channels, long channel) {
    return channels % (BLOCK / 2) == 0
        && channel % (channels % BLOCK == 0 ? BLOCK : BLOCK / 2) == 0;
  }

  /** Features with the channels of a pixel side by side. */
  static memory.desc interleaved(long... dims) {
    return new memory.desc(dims, memory.data_type.f32, memory.format_tag.acdb);
  }

  /** The dimensions of a feature map. */
  static long[] dims(int batch, FeatureMap map) {
    return new long[] {batch, map.channels(), map.height(), map.width()};
  }

  /** A tensor's first element. The tensor must outlive the pointer and be row-major. */
  static Pointer pointer(INDArray array) {
    return at(array.data().pointer().address() + array.offset() * Float.BYTES);
  }

  /** A pointer to memory that somebody else owns. */
  static Pointer at(long address) {
    return new Address(address);
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
