package org.networkfission.model.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedInputStream;

/**
 * Reads a checkpoint of TensorFlow in its format V2: {@code NAME.index}, a {@link SortedTable} of
 * protobuf messages, and {@code NAME.data-00000-of-0000N}. Each tensor's checksum is checked.
 *
 * <p>Kernels, [height, width, in, out] there, and those of transposed convolutions, [height, width,
 * out, in], come as their networks' tensors here. The scope that the authors and TensorFlow's slim
 * put before all names ({@code resnet_v1_50}, {@code resnet_v2_50}) is left out.
 */
final class TensorFlowCheckpoint implements Closeable {
  private static final String INDEX = ".index";
  private static final String SCOPES = "resnet_v[12]_50/";

  private final Path index;
  private final List<FileChannel> data = new ArrayList<>();
  private final NamedTensors tensors = new NamedTensors(this);

  /**
   * A tensor as the index describes it (message {@code BundleEntryProto}).
   *
   * @param type a number of {@code DataType}
   * @param shard which data file
   * @param slices whether it is stored in several pieces
   */
  private record Entry(
      int type, long[] shape, int shard, long offset, long size, int checksum, boolean slices) {}

  private TensorFlowCheckpoint(Path index) {
    this.index = index;
  }

  /** Whether a file's name is that of an index. */
  static boolean isIndex(String name) {
    return name.endsWith(INDEX);
  }

  /**
   * Opens a checkpoint.
   *
   * @param index its file {@code NAME.index}; the data files lie beside it
   * @throws IOException if it is no such checkpoint, or not whole
   */
  static NamedTensors open(Path index) throws IOException {
    TensorFlowCheckpoint checkpoint = new TensorFlowCheckpoint(index);
    try {
      return checkpoint.read();
    } catch (IOException e) {
      checkpoint.close();
      throw new IOException(
          "Cannot read %s as a checkpoint of TensorFlow: %s".formatted(index, e.getMessage()), e);
    }
  }

  private NamedTensors read() throws IOException {
    Map<String, byte[]> entries;
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      entries = SortedTable.read(channel);
    }
    byte[] header = entries.remove("");
    if (header == null) {
      throw new IOException("its index has no header");
    }
    openData(header);
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      String name =
          new String(entry.getKey().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      put(name, entry(entry.getValue()));
    }
    return tensors;
  }

  /** Opens the data files that the header (message {@code BundleHeaderProto}) counts. */
  private void openData(byte[] header) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(header);
    int shards = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag >>> 3) {
        case 1 -> shards = in.readInt32();
        case 2 -> {
          if (in.readEnum() != 0) {
            throw new IOException("its numbers are big-endian");
          }
        }
        default -> in.skipField(tag);
      }
    }
    if (shards < 1 || shards > 99_999) {
      throw new IOException("it has %d data files".formatted(shards));
    }
    String name = String.valueOf(index.getFileName());
    String prefix = name.substring(0, name.length() - INDEX.length());
    for (int i = 0; i < shards; i++) {
      Path file = index.resolveSibling("%s.data-%05d-of-%05d".formatted(prefix, i, shards));
      try {
        data.add(FileChannel.open(file, StandardOpenOption.READ));
      } catch (java.nio.file.NoSuchFileException e) {
        throw new IOException("its data file %s is missing".formatted(file.getFileName()), e);
      }
    }
  }

  private static Entry entry(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    int type = 0;
    long[] shape = {};
    int shard = 0;
    long offset = 0;
    long size = 0;
    int checksum = 0;
    boolean slices = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag >>> 3) {
        case 1 -> type = in.readEnum();
        case 2 -> shape = shape(in.readByteArray());
        case 3 -> shard = in.readInt32();
        case 4 -> offset = in.readInt64();
        case 5 -> size = in.readInt64();
        case 6 -> checksum = in.readFixed32();
        default -> {
          slices = true;
          in.skipField(tag);
        }
      }
    }
    return new Entry(type, shape, shard, offset, size, checksum, slices);
  }

  /** The sizes of a message {@code TensorShapeProto}. */
  private static long[] shape(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    List<Long> sizes = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag >>> 3 == 2) {
        CodedInputStream dimension = CodedInputStream.newInstance(in.readByteArray());
        long size = 0;
        for (int inner = dimension.readTag(); inner != 0; inner = dimension.readTag()) {
          if (inner >>> 3 == 1) {
            size = dimension.readInt64();
          } else {
            dimension.skipField(inner);
          }
        }
        sizes.add(size);
      } else {
        in.skipField(tag);
      }
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private void put(String fullName, Entry entry) throws IOException {
    String name = fullName.replaceFirst("^" + SCOPES, "");
    Optional<FloatType> type = FloatType.ofTensorFlow(entry.type());
    if (type.isEmpty() || entry.slices()) {
      tensors.putUnreadable(
          name, entry.shape(), entry.slices() ? "stored in slices" : "number " + entry.type());
      return;
    }
    long count = 1;
    for (long size : entry.shape()) {
      if (size < 0 || (size > 0 && count > Long.MAX_VALUE / 8 / size)) {
        throw new IOException(
            "tensor %s has the shape %s".formatted(fullName, Arrays.toString(entry.shape())));
      }
      count *= size;
    }
    boolean shardExists = entry.shard() >= 0 && entry.shard() < data.size();
    long length = shardExists ? data.get(entry.shard()).size() : 0;
    if (!shardExists
        || entry.offset() < 0
        || entry.size() != count * type.get().bytes()
        || entry.offset() > length - entry.size()) {
      throw new IOException(
          "tensor %s of %d values lies at byte %d, %d bytes long, of %d"
              .formatted(fullName, count, entry.offset(), entry.size(), length));
    }
    long values = count;
    KernelLayout layout = KernelLayout.of(entry.shape(), false);
    tensors.put(
        name,
        layout.shape(),
        type.get().name(),
        () -> {
          FileChannel channel = data.get(entry.shard());
          requireChecksum(fullName, channel, entry);
          return layout.turned(type.get().readFloats(channel, entry.offset(), values));
        });
  }

  private void requireChecksum(String name, FileChannel channel, Entry entry) throws IOException {
    CRC32C crc = new CRC32C();
    long at = entry.offset();
    long end = at + entry.size();
    while (at < end) {
      ByteBuffer block = FloatType.read(channel, at, (int) Math.min(1 << 20, end - at));
      at += block.remaining();
      crc.update(block);
    }
    if (SortedTable.mask((int) crc.getValue()) != entry.checksum()) {
      throw new IOException(
          "Cannot read %s as a checkpoint of TensorFlow: the checksum of tensor %s does not fit"
              .formatted(index, name));
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : data) {
      channel.close();
    }
  }
}
