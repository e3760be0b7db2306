package org.networkfission.jobs.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes a TensorFlow checkpoint of format V2, in one data file and one block. */
public final class TensorFlowFile {
  private static final long MAGIC = 0xdb4775248b80fb57L;

  private TensorFlowFile() {}

  /**
   * A tensor.
   *
   * @param shape of kernels [out, in, height, width], as this product's
   */
  public record Tensor(long[] shape, float[] values) {}

  /** Writes PREFIX.index and PREFIX.data-00000-of-00001. */
  public static void write(Path prefix, Map<String, Tensor> tensors) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    TreeMap<String, byte[]> entries = new TreeMap<>();
    entries.put("", new byte[] {8, 1, 26, 2, 8, 1});
    tensors.forEach(
        (name, tensor) -> {
          byte[] bytes = stored(tensor);
          entries.put(name, entry(tensor.shape(), data.size(), bytes));
          data.writeBytes(bytes);
        });
    Files.write(
        prefix.resolveSibling(prefix.getFileName() + ".data-00000-of-00001"), data.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] handle = block(file, entries);
    byte[] meta = block(file, new TreeMap<>());
    byte[] index = block(file, new TreeMap<>(Map.of(entries.lastKey(), handle)));
    ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    footer.put(meta).put(index).putLong(40, MAGIC);
    file.writeBytes(footer.array());
    Files.write(prefix.resolveSibling(prefix.getFileName() + ".index"), file.toByteArray());
  }

  /** Kernels [height, width, in, out]. */
  private static byte[] stored(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    long[] shape = tensor.shape();
    if (shape.length < 4) {
      bytes.asFloatBuffer().put(tensor.values());
      return bytes.array();
    }
    for (int at = 0; at < shape[2] * shape[3]; at++) {
      for (int in = 0; in < shape[1]; in++) {
        for (int out = 0; out < shape[0]; out++) {
          long from = (out * shape[1] + in) * shape[2] * shape[3] + at;
          bytes.putFloat(tensor.values()[(int) from]);
        }
      }
    }
    return bytes.array();
  }

  private static byte[] entry(long[] shape, int offset, byte[] bytes) {
    ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
    long[] order = shape.length < 4 ? shape : new long[] {shape[2], shape[3], shape[1], shape[0]};
    for (long size : order) {
      ByteArrayOutputStream dimension = new ByteArrayOutputStream();
      dimension.write(8);
      varint(dimension, (int) size);
      dimensions.write(18);
      varint(dimensions, dimension.size());
      dimensions.writeBytes(dimension.toByteArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {8, 1, 18});
    varint(out, dimensions.size());
    out.writeBytes(dimensions.toByteArray());
    out.write(32);
    varint(out, offset);
    out.write(40);
    varint(out, bytes.length);
    out.write(53);
    out.writeBytes(little(masked(bytes)));
    return out.toByteArray();
  }

  /** Writes a block of whole keys; where it lies. */
  private static byte[] block(ByteArrayOutputStream file, Map<String, byte[]> entries) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    entries.forEach(
        (key, value) -> {
          block.write(0);
          varint(block, key.length());
          varint(block, value.length);
          block.writeBytes(key.getBytes(StandardCharsets.US_ASCII));
          block.writeBytes(value);
        });
    block.writeBytes(little(0));
    block.writeBytes(little(1));
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    varint(handle, file.size());
    varint(handle, block.size());
    block.write(0);
    file.writeBytes(block.toByteArray());
    file.writeBytes(little(masked(block.toByteArray())));
    return handle.toByteArray();
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  private static byte[] little(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 127) {
      out.write((rest & 127) | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
