package org.networkfission.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.networkfission.prep.settings.Json;

/**
 * Reads safetensors files of any size: a 64-bit little-endian length, a JSON header of that length,
 * then the tensors' bytes. Tensors of other types than {@link FloatType}'s, such as PyTorch's
 * counters of minibatches, are named and not read.
 */
final class Safetensors {
  private static final long LARGEST_HEADER = 100_000_000;

  private final Path file;
  private final FileChannel channel;
  private final NamedTensors tensors;

  private Safetensors(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.tensors = new NamedTensors(channel);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not such a file, or not whole
   */
  static NamedTensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Safetensors(file, channel).readHeader();
    } catch (JsonProcessingException e) {
      channel.close();
      throw new IOException(
          "Cannot read %s as safetensors: its header is no JSON".formatted(file), e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private NamedTensors readHeader() throws IOException {
    long size = channel.size();
    long length = size < 8 ? -1 : FloatType.read(channel, 0, 8).getLong();
    if (length <= 0 || length > LARGEST_HEADER || length > size - 8) {
      throw bad("its header would be %d of %d bytes".formatted(length, size));
    }
    ByteBuffer text = FloatType.read(channel, 8, Math.toIntExact(length));
    JsonNode header = Json.MAPPER.readTree(StandardCharsets.UTF_8.decode(text).toString());
    if (!header.isObject()) {
      throw bad("its header is no JSON object");
    }
    for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = it.next();
      if (!entry.getKey().equals("__metadata__")) {
        readEntry(8 + length, entry.getKey(), entry.getValue());
      }
    }
    return tensors;
  }

  private void readEntry(long start, String name, JsonNode node) throws IOException {
    long[] shape = new long[node.path("shape").size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.path("shape").path(i).asLong(-1);
      if (shape[i] < 0 || (shape[i] > 0 && count > Long.MAX_VALUE / 8 / shape[i])) {
        throw bad("tensor %s has the shape %s".formatted(name, node.path("shape")));
      }
      count *= shape[i];
    }
    String type = node.path("dtype").asText();
    long from = node.path("data_offsets").path(0).asLong(-1);
    long to = node.path("data_offsets").path(1).asLong(-1);
    Optional<FloatType> floats = FloatType.ofSafetensors(type);
    long claimed = floats.map(FloatType::bytes).orElse(0) * count;
    boolean fits = floats.isEmpty() || to - from == claimed;
    if (from < 0 || to < from || !fits || to > channel.size() - start) {
      throw bad(
          "tensor %s of %d values lies at bytes %d to %d of %d"
              .formatted(name, count, from, to, channel.size() - start));
    }
    if (floats.isPresent()) {
      long values = count;
      tensors.put(name, shape, type, () -> floats.get().readFloats(channel, start + from, values));
    } else {
      tensors.putUnreadable(name, shape, type);
    }
  }

  private IOException bad(String why) {
    return new IOException("Cannot read %s as safetensors: %s".formatted(file, why));
  }
}
