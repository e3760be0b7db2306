package org.networkfission.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import org.networkfission.prep.settings.Json;

/**
 * Reads safetensors files: a 64-bit little-endian length, a JSON header of that length, then the
 * tensors' bytes. Types F32, F16 and F64.
 */
public final class Safetensors {
  private static final long LARGEST_HEADER = 100_000_000;

  private Safetensors() {}

  /**
   * Reads all tensors of a file.
   *
   * @throws IOException if it is not such a file, not whole, or holds another type
   */
  public static NamedTensors read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long length = size < 8 ? -1 : bytes(channel, 0, 8).getLong();
      if (length <= 0 || length > LARGEST_HEADER || length > size - 8) {
        throw bad(file, "its header would be %d of %d bytes".formatted(length, size));
      }
      JsonNode header =
          Json.MAPPER.readTree(
              StandardCharsets.UTF_8.decode(bytes(channel, 8, Math.toIntExact(length))).toString());
      NamedTensors tensors = new NamedTensors();
      for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = it.next();
        if (!entry.getKey().equals("__metadata__")) {
          read(file, channel, 8 + length, entry.getKey(), entry.getValue(), tensors);
        }
      }
      return tensors;
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Cannot read %s as safetensors: its header is no JSON".formatted(file), e);
    }
  }

  private static void read(
      Path file, FileChannel channel, long start, String name, JsonNode node, NamedTensors into)
      throws IOException {
    long[] shape = new long[node.path("shape").size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.path("shape").path(i).asLong(-1);
      if (shape[i] < 0 || shape[i] > Integer.MAX_VALUE) {
        throw bad(file, "tensor %s has the shape %s".formatted(name, node.path("shape")));
      }
      count = Math.multiplyExact(count, shape[i]);
    }
    String type = node.path("dtype").asText();
    int width =
        switch (type) {
          case "F16" -> 2;
          case "F32" -> 4;
          case "F64" -> 8;
          default -> throw bad(file, "tensor %s is of type %s".formatted(name, type));
        };
    long from = node.path("data_offsets").path(0).asLong(-1);
    long to = node.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to - from != count * width || to > channel.size() - start) {
      throw bad(
          file,
          "tensor %s of %d values lies at bytes %d to %d of %d"
              .formatted(name, count, from, to, channel.size() - start));
    }
    ByteBuffer bytes = bytes(channel, start + from, Math.toIntExact(to - from));
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (width) {
            case 2 -> Half.value(bytes.getShort());
            case 4 -> bytes.getFloat();
            default -> (float) bytes.getDouble();
          };
    }
    into.put(name, shape, values);
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
      // Reads until the buffer is full.
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static IOException bad(Path file, String why) {
    return new IOException("Cannot read %s as safetensors: %s".formatted(file, why));
  }
}
