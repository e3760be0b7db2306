package org.networkfission.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.networkfission.prep.codec.Half;

/** Types of floating-point numbers in files of weights, little-endian there. */
enum FloatType {
  /** 16 bits as of IEEE 754. */
  HALF("F16", 19, 2),
  /** The upper 16 bits of 32. */
  BFLOAT16("BF16", 14, 2),
  /** 32 bits. */
  FLOAT("F32", 1, 4),
  /** 64 bits. */
  DOUBLE("F64", 2, 8);

  /** Bytes read at a time. */
  private static final int BLOCK = 1 << 20;

  private final String safetensors;
  private final int tensorFlow;
  private final int bytes;

  FloatType(String safetensors, int tensorFlow, int bytes) {
    this.safetensors = safetensors;
    this.tensorFlow = tensorFlow;
    this.bytes = bytes;
  }

  static Optional<FloatType> ofSafetensors(String name) {
    for (FloatType type : values()) {
      if (type.safetensors.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** By its number in TensorFlow's {@code DataType}. */
  static Optional<FloatType> ofTensorFlow(int number) {
    for (FloatType type : values()) {
      if (type.tensorFlow == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Of one number. */
  int bytes() {
    return bytes;
  }

  /** Reads numbers, rounded to 32 bits. */
  float[] readFloats(FileChannel channel, long at, long count) throws IOException {
    float[] values = new float[Math.toIntExact(count)];
    int perBlock = BLOCK / bytes;
    for (int from = 0; from < values.length; from += perBlock) {
      int length = Math.min(perBlock, values.length - from);
      ByteBuffer block = read(channel, at + (long) from * bytes, length * bytes);
      for (int i = from; i < from + length; i++) {
        values[i] = next(block);
      }
    }
    return values;
  }

  private float next(ByteBuffer block) {
    return switch (this) {
      case HALF -> Half.value(block.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(block.getShort() << 16);
      case FLOAT -> block.getFloat();
      case DOUBLE -> (float) block.getDouble();
    };
  }

  /** Bytes of a file, in little-endian order. */
  static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(
            "The file ends at byte %d, within %d bytes from %d on"
                .formatted(channel.size(), length, at));
      }
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }
}
