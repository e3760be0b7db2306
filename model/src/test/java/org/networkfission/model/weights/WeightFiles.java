package org.networkfission.model.weights;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.networkfission.model.weights.ResNetNumbers.Numbers;
import org.xerial.snappy.Snappy;

/** Writes tensors as other libraries do. Kernels are [out, in, size, size], as PyTorch's. */
final class WeightFiles {
  private WeightFiles() {}

  // ---- safetensors ----

  /** Tensors of 32-bit floats, and of each batch norm a counter of type int64, as PyTorch. */
  static void safetensors(Path file, Map<String, Numbers> tensors) throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, Numbers> entry : tensors.entrySet()) {
      Numbers t = entry.getValue();
      ByteBuffer bytes = ByteBuffer.allocate(4 * t.count()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(t.values());
      add(header, data, entry.getKey(), "F32", t.shape(), bytes.array());
      if (entry.getKey().endsWith(".running_var")) {
        String counter = entry.getKey().replace("running_var", "num_batches_tracked");
        add(header, data, counter, "I64", new int[0], new byte[] {5, 0, 0, 0, 0, 0, 0, 0});
      }
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + json.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, out.putLong(json.length).put(json).put(data.toByteArray()).array());
  }

  private static void add(
      StringBuilder header,
      ByteArrayOutputStream data,
      String name,
      String type,
      int[] shape,
      byte[] bytes) {
    header.append(
        ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(
                name,
                type,
                java.util.Arrays.toString(shape),
                data.size(),
                data.size() + bytes.length));
    data.writeBytes(bytes);
  }

  // ---- Keras ----

  /** How a file of Keras is laid out. */
  enum Keras {
    /** A group per layer; tensors have names. */
    WEIGHTS_2,
    /** The same within a whole model. */
    MODEL_2,
    /** Version 3 before it told layers' names. */
    WEIGHTS_3,
    /** Version 3 as it is now. */
    NAMED_WEIGHTS_3
  }

  /**
   * A layer.
   *
   * @param kind its class: Conv2D, DepthwiseConv2D or BatchNormalization
   */
  record Layer(String name, String kind, Map<String, Numbers> tensors) {}

  static void keras(Path file, Keras form, List<Layer> layers) throws IOException {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      WritableGroup root =
          switch (form) {
            case WEIGHTS_2 -> hdf;
            case MODEL_2 -> hdf.putGroup("model_weights");
            default -> hdf.putGroup("layers");
          };
      if (form == Keras.MODEL_2) {
        hdf.putGroup("optimizer_weights").putDataset("iteration", 5);
      }
      Map<String, Integer> counts = new LinkedHashMap<>();
      Map<String, WritableGroup> groups = new LinkedHashMap<>();
      for (Layer layer : layers) {
        if (form == Keras.WEIGHTS_2 || form == Keras.MODEL_2) {
          WritableGroup group = group(root, layer.name() + "/" + layer.name(), groups);
          layer.tensors().forEach((name, t) -> group.putDataset(name + ":0", stored(t)));
        } else {
          WritableGroup variables = root.putGroup(className(layer, counts)).putGroup("vars");
          if (form == Keras.NAMED_WEIGHTS_3) {
            variables.putAttribute("name", layer.name());
          }
          int number = 0;
          for (Numbers t : layer.tensors().values()) {
            variables.putDataset(Integer.toString(number++), stored(t));
          }
        }
      }
    }
  }

  private static String className(Layer layer, Map<String, Integer> counts) {
    String name =
        switch (layer.kind()) {
          case "Conv2D" -> "conv2d";
          case "DepthwiseConv2D" -> "depthwise_conv2d";
          default -> "batch_normalization";
        };
    int number = counts.merge(name, 1, Integer::sum) - 1;
    return number == 0 ? name : name + "_" + number;
  }

  /** A group by its path, slashes within layers' names included. */
  private static WritableGroup group(
      WritableGroup root, String path, Map<String, WritableGroup> groups) {
    WritableGroup group = root;
    StringBuilder at = new StringBuilder();
    for (String name : path.split("/", -1)) {
      WritableGroup parent = group;
      group =
          groups.computeIfAbsent(
              at.append('/').append(name).toString(), p -> parent.putGroup(name));
    }
    return group;
  }

  private static Object stored(Numbers t) {
    if (t.shape().length == 1) {
      return t.values();
    }
    int out = t.shape()[0];
    int in = t.shape()[1];
    int size = t.shape()[2];
    float[][][][] stored = new float[size][size][in][out];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            stored[y][x][i][o] = t.values()[((o * in + i) * size + y) * size + x];
          }
        }
      }
    }
    return stored;
  }

  // ---- TensorFlow ----

  /**
   * A checkpoint of format V2, in two data files; the index in several blocks.
   *
   * @param snappy whether blocks are compressed, as TensorFlow did before version 1.2
   */
  static void tensorFlow(Path index, Map<String, Numbers> tensors, boolean snappy)
      throws IOException {
    String prefix = index.getFileName().toString().replace(".index", "");
    List<ByteArrayOutputStream> data =
        List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put("", new byte[] {8, 2, 26, 2, 8, 1});
    int number = 0;
    for (Map.Entry<String, Numbers> tensor : tensors.entrySet()) {
      int shard = number++ % 2;
      ByteBuffer bytes =
          ByteBuffer.allocate(4 * tensor.getValue().count()).order(ByteOrder.LITTLE_ENDIAN);
      flatten(stored(tensor.getValue()), bytes);
      entries.put(
          tensor.getKey(), entry(tensor.getValue(), shard, data.get(shard).size(), bytes.array()));
      data.get(shard).writeBytes(bytes.array());
    }
    for (int shard = 0; shard < 2; shard++) {
      Files.write(
          index.resolveSibling("%s.data-%05d-of-00002".formatted(prefix, shard)),
          data.get(shard).toByteArray());
    }
    Files.write(index, table(entries, snappy));
  }

  private static void flatten(Object array, ByteBuffer into) {
    if (array instanceof float[] row) {
      for (float value : row) {
        into.putFloat(value);
      }
    } else {
      for (Object part : (Object[]) array) {
        flatten(part, into);
      }
    }
  }

  private static byte[] entry(Numbers tensor, int shard, int offset, byte[] bytes) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    int[] s = tensor.shape();
    int[] stored = s.length == 1 ? s : new int[] {s[2], s[3], s[1], s[0]};
    for (int size : stored) {
      ByteArrayOutputStream dimension = new ByteArrayOutputStream();
      dimension.write(8);
      varint(dimension, size);
      shape.write(18);
      varint(shape, dimension.size());
      shape.writeBytes(dimension.toByteArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {8, 1, 18});
    varint(out, shape.size());
    out.writeBytes(shape.toByteArray());
    out.write(24);
    varint(out, shard);
    out.write(32);
    varint(out, offset);
    out.write(40);
    varint(out, bytes.length);
    out.write(53);
    out.writeBytes(little(masked(bytes)));
    return out.toByteArray();
  }

  private static byte[] table(Map<String, byte[]> entries, boolean snappy) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    Map<String, byte[]> index = new TreeMap<>();
    Map<String, byte[]> block = new TreeMap<>();
    List<String> names = new ArrayList<>(entries.keySet());
    for (int i = 0; i < names.size(); i++) {
      block.put(names.get(i), entries.get(names.get(i)));
      if (block.size() == 50 || i == names.size() - 1) {
        index.put(names.get(i), block(file, block, snappy));
        block.clear();
      }
    }
    byte[] meta = block(file, Map.of(), false);
    byte[] handle = block(file, index, snappy);
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    footer.writeBytes(meta);
    footer.writeBytes(handle);
    file.writeBytes(java.util.Arrays.copyOf(footer.toByteArray(), 40));
    file.writeBytes(little(0x8b80fb57));
    file.writeBytes(little(0xdb477524));
    return file.toByteArray();
  }

  /** Writes a block; where it lies. */
  private static byte[] block(
      ByteArrayOutputStream file, Map<String, byte[]> entries, boolean snappy) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    List<Integer> restarts = new ArrayList<>(List.of(0));
    String before = "";
    int number = 0;
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      int shared = 0;
      if (number++ % 16 == 0) {
        restarts.add(block.size());
      } else {
        String key = entry.getKey();
        while (shared < Math.min(before.length(), key.length())
            && before.charAt(shared) == key.charAt(shared)) {
          shared++;
        }
      }
      varint(block, shared);
      varint(block, entry.getKey().length() - shared);
      varint(block, entry.getValue().length);
      block.writeBytes(entry.getKey().substring(shared).getBytes(StandardCharsets.US_ASCII));
      block.writeBytes(entry.getValue());
      before = entry.getKey();
    }
    restarts.remove(0);
    List<Integer> stored = restarts.isEmpty() ? List.of(0) : restarts;
    stored.forEach(at -> block.writeBytes(little(at)));
    block.writeBytes(little(stored.size()));
    byte[] contents = snappy ? Snappy.compress(block.toByteArray()) : block.toByteArray();
    byte[] typed = java.util.Arrays.copyOf(contents, contents.length + 1);
    typed[contents.length] = (byte) (snappy ? 1 : 0);
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    varint(handle, file.size());
    varint(handle, contents.length);
    file.writeBytes(typed);
    file.writeBytes(little(masked(typed)));
    return handle.toByteArray();
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
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
