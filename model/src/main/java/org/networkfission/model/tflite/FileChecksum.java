package org.networkfission.model.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;

/**
 * The CRC-32 of a file within itself, in the metadata {@value #METADATA}, counted with zeros in its
 * own place: the runtime's own check does not see that a number has changed.
 */
final class FileChecksum {
  static final String METADATA = "network_fission.crc32";
  static final int BYTES = Integer.BYTES;

  private FileChecksum() {}

  /** Writes the number into a file that has a place for it. */
  static byte[] write(byte[] file) {
    int at = metadata(file, METADATA).orElseThrow().position();
    littleEndian(file).putInt(at, sum(file, at));
    return file;
  }

  /**
   * Checks a file.
   *
   * @throws IOException if it is damaged, or was not written by this product
   */
  static void check(byte[] file) throws IOException {
    Optional<ByteBuffer> entry;
    try {
      entry = metadata(file, METADATA);
    } catch (RuntimeException e) {
      throw new IOException("the file is damaged, or no TensorFlow Lite file", e);
    }
    if (entry.isEmpty() || entry.get().remaining() != BYTES) {
      throw new IOException("it was not exported by Network Fission");
    }
    int at = entry.get().position();
    if (littleEndian(file).getInt(at) != sum(file, at)) {
      throw new IOException("the file is damaged: its checksum does not fit");
    }
  }

  /** A view of an entry of the metadata within the file. */
  static Optional<ByteBuffer> metadata(byte[] file, String name) {
    Model model = Model.getRootAsModel(littleEndian(file));
    for (int i = 0; i < model.metadataLength(); i++) {
      Metadata entry = model.metadata(i);
      if (name.equals(entry.name())) {
        Buffer buffer = model.buffers(Math.toIntExact(entry.buffer()));
        return Optional.ofNullable(buffer.dataAsByteBuffer());
      }
    }
    return Optional.empty();
  }

  private static ByteBuffer littleEndian(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int sum(byte[] file, int at) {
    byte[] zeroed = Arrays.copyOf(file, file.length);
    Arrays.fill(zeroed, at, at + BYTES, (byte) 0);
    CRC32 crc = new CRC32();
    crc.update(zeroed);
    return (int) crc.getValue();
  }
}
