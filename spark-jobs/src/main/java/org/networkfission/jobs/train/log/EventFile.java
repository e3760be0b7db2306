package org.networkfission.jobs.train.log;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes scalars and pictures in TensorBoard's format: records of length, masked CRC-32C of the
 * length, an {@code Event} protocol buffer, masked CRC-32C of that
 * (tensorflow/core/util/event.proto, record_writer).
 */
final class EventFile implements Closeable {
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int WALL_TIME = 1; // double
  private static final int STEP = 2; // int64
  private static final int FILE_VERSION = 3; // string
  private static final int SUMMARY = 5; // Summary
  private static final int SESSION_LOG = 7; // SessionLog
  private static final int SESSION_STATUS = 1; // enum
  private static final int SESSION_START = 1;
  private static final int SUMMARY_VALUE = 1; // repeated Summary.Value
  private static final int TAG = 1; // string
  private static final int SIMPLE_VALUE = 2; // float
  private static final int IMAGE = 4; // Summary.Image
  private static final int IMAGE_HEIGHT = 1; // int32
  private static final int IMAGE_WIDTH = 2; // int32
  private static final int IMAGE_CHANNELS = 3; // int32
  private static final int IMAGE_ENCODED = 4; // bytes, PNG or JPEG

  private final OutputStream out;

  /**
   * Begins a file.
   *
   * @param seconds since 1970
   */
  EventFile(OutputStream out, double seconds) throws IOException {
    this.out = out;
    Message event = new Message().fixed64(WALL_TIME, seconds).text(FILE_VERSION, "brain.Event:2");
    write(event);
  }

  /**
   * Says that a run begins or goes on: what was written before of this step and later ones does not
   * count any more.
   */
  void start(long step, double seconds) throws IOException {
    write(
        new Message()
            .fixed64(WALL_TIME, seconds)
            .varint(STEP, step)
            .message(SESSION_LOG, new Message().varint(SESSION_STATUS, SESSION_START)));
  }

  /** Appends values of one step, by tag. */
  void write(long step, double seconds, Map<String, Double> values) throws IOException {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.message(
                SUMMARY_VALUE,
                new Message().text(TAG, tag).fixed32(SIMPLE_VALUE, value.floatValue())));
    write(new Message().fixed64(WALL_TIME, seconds).varint(STEP, step).message(SUMMARY, summary));
  }

  /**
   * Appends pictures of one step, by tag.
   *
   * @param width of all of them
   * @param pictures RGB as PNG or JPEG
   */
  void write(long step, double seconds, int width, int height, Map<String, byte[]> pictures)
      throws IOException {
    Message summary = new Message();
    pictures.forEach(
        (tag, picture) ->
            summary.message(
                SUMMARY_VALUE,
                new Message()
                    .text(TAG, tag)
                    .message(
                        IMAGE,
                        new Message()
                            .varint(IMAGE_HEIGHT, height)
                            .varint(IMAGE_WIDTH, width)
                            .varint(IMAGE_CHANNELS, 3)
                            .bytes(IMAGE_ENCODED, picture))));
    write(new Message().fixed64(WALL_TIME, seconds).varint(STEP, step).message(SUMMARY, summary));
  }

  private void write(Message event) throws IOException {
    byte[] data = event.bytes();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + data.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record
        .putInt(maskedCrc(record.array(), Long.BYTES))
        .put(data)
        .putInt(maskedCrc(data, data.length));
    out.write(record.array());
    out.flush();
  }

  private static int maskedCrc(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A protocol buffer as it is written. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
      return this;
    }

    Message fixed64(int field, double value) {
      varint(((long) field << 3) | FIXED64);
      out.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message fixed32(int field, float value) {
      varint(((long) field << 3) | FIXED32);
      out.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes());
    }

    private Message bytes(int field, byte[] value) {
      varint(((long) field << 3) | BYTES);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private static ByteBuffer littleEndian(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void varint(long value) {
      long left = value;
      while ((left & ~0x7fL) != 0) {
        out.write((int) ((left & 0x7f) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
