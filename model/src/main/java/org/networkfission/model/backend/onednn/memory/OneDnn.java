package org.networkfission.model.backend.onednn.memory;

import java.util.List;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;

/** The oneDNN library: whether it is there, its engine, and how it describes tensors. */
public final class OneDnn {
  /** Features lie in blocks of this many channels where there are enough of them. */
  public static final int BLOCK = 16;

  private OneDnn() {}

  /** Created on first use, so that a platform without the library never tries. */
  private static final class Holder {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
    static final primitive_attr ATTRIBUTES = new primitive_attr();
    static final primitive_attr RELU = new primitive_attr();
    static final primitive_attr SUM = new primitive_attr();

    static {
      post_ops relu = new post_ops();
      relu.append_eltwise(1, dnnl.dnnl_eltwise_relu, 0, 0);
      RELU.set_post_ops(relu);
      post_ops sum = new post_ops();
      sum.append_sum();
      SUM.set_post_ops(sum);
      for (primitive_attr attributes : List.of(ATTRIBUTES, RELU, SUM)) {
        // The library's own scratchpads belong to the thread that made a primitive.
        attributes.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
      }
    }
  }

  /** Whether tensors lie in the CPU's memory and the native library can be loaded. */
  public static boolean available() {
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

  /** The library's version, e.g. 2.5.2. */
  public static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "%d.%d.%d".formatted(version.major(), version.minor(), version.patch());
  }

  /** The instruction set that it takes here, by its own name. */
  public static String instructions() {
    return dnnl.get_effective_cpu_isa().toString();
  }

  /** It computes with OpenMP's threads, as ND4J does. */
  public static int threads() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  /**
   * Whether the processor multiplies bfloat16 by itself: elsewhere the library would do it step by
   * step, more slowly than float32.
   */
  public static boolean fastInBfloat16() {
    int has = dnnl.dnnl_get_effective_cpu_isa();
    return (has & dnnl.dnnl_cpu_isa_avx512_core_bf16) == dnnl.dnnl_cpu_isa_avx512_core_bf16;
  }

  public static engine engine() {
    return Holder.ENGINE;
  }

  public static primitive_attr attributes() {
    return Holder.ATTRIBUTES;
  }

  /** The attributes of a primitive after which there is a ReLU. */
  public static primitive_attr withRelu() {
    return Holder.RELU;
  }

  /** The attributes of a primitive that adds what it makes to what lies there. */
  public static primitive_attr adding() {
    return Holder.SUM;
  }

  private static memory.data_type type(DataType type) {
    return switch (type) {
      case FLOAT32 -> memory.data_type.f32;
      case BFLOAT16 -> memory.data_type.bf16;
      case TF32, FLOAT64 ->
          throw new IllegalArgumentException("oneDNN does not compute in " + type);
    };
  }

  /** Any layout: the primitive chooses. */
  public static memory.desc any(DataType type, long... dims) {
    return new memory.desc(dims, type(type), memory.format_tag.any);
  }

  /** Row-major, as parameters and their gradients lie in the flat vectors. */
  public static memory.desc parameters(long... dims) {
    return rowMajor(DataType.FLOAT32, dims);
  }

  /** Row-major. */
  public static memory.desc rowMajor(DataType type, long... dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strided(type, dims, strides);
  }

  public static memory.desc strided(DataType type, long[] dims, long[] strides) {
    return new memory.desc(dims, type(type), strides);
  }

  /** Features row-major. */
  public static memory.desc plain(int batch, FeatureMap map) {
    return rowMajor(map.type(), dims(batch, map));
  }

  /** Features in the layout that element-wise work is fast in. */
  public static memory.desc blocked(int batch, FeatureMap map) {
    memory.format_tag tag = memory.format_tag.acdb;
    if (map.channels() % BLOCK == 0) {
      tag = memory.format_tag.aBcd16b;
    } else if (map.channels() % (BLOCK / 2) == 0) {
      tag = memory.format_tag.aBcd8b;
    }
    return new memory.desc(dims(batch, map), type(map.type()), tag);
  }

  /** Whether a block of {@link #blocked} features of so many channels begins at a channel. */
  public static boolean startsBlock(long channels, long channel) {
    return channels % (BLOCK / 2) == 0
        && channel % (channels % BLOCK == 0 ? BLOCK : BLOCK / 2) == 0;
  }

  /**
   * Whether gradients of a kernel of one pixel lie in whole blocks of inputs and, within, outputs.
   */
  public static boolean isPixelInBlocks(memory.desc description) {
    long[] dims = dims(description);
    return dims.length == 4
        && dims[0] % BLOCK == 0
        && dims[1] % BLOCK == 0
        && dims[2] == 1
        && dims[3] == 1
        && description.equals(
            new memory.desc(dims, memory.data_type.f32, memory.format_tag.ABcd16b16a));
  }

  /** Whether what two descriptions describe is of one type. */
  public static boolean sameType(memory.desc one, memory.desc other) {
    return one.data().data_type()
        == other.data().data_type(); // The enumeration's are never the same.
  }

  /** The dimensions of what a description describes. */
  public static long[] dims(memory.desc description) {
    long[] dims = new long[description.data().ndims()];
    description.data().dims().get(dims);
    return dims;
  }

  /** Features with the channels of a pixel side by side. */
  public static memory.desc interleaved(int batch, FeatureMap map) {
    return new memory.desc(dims(batch, map), type(map.type()), memory.format_tag.acdb);
  }

  /** The dimensions of a feature map. */
  public static long[] dims(int batch, FeatureMap map) {
    return new long[] {batch, map.channels(), map.height(), map.width()};
  }

  /** A tensor's first element. The tensor must outlive the pointer and be row-major. */
  public static Pointer pointer(INDArray array) {
    return at(array.data().pointer().address() + array.offset() * Float.BYTES);
  }

  /** A pointer to memory that somebody else owns. */
  public static Pointer at(long address) {
    return new Address(address);
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
