package org.networkfission.prep.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.raster.ExrHeader.Channel;

/**
 * OpenEXR (openexr.com, "OpenEXR File Layout") as renderers write depth and normals: one part,
 * rows, uncompressed or RLE, ZIPS or ZIP, of halves, floats or 32-bit integers. Everything else
 * (tiles, deep data, several parts, PIZ, PXR24, B44, DWA, subsampled channels) is refused by its
 * name. No library of Java reads the format without native code, in which a damaged file can end a
 * process.
 */
final class Exr {
  private Exr() {}

  /**
   * Reads some channels of an image.
   *
   * @param wanted the last parts of their names, e.g. {@code X, Y, Z}; an image that has one
   *     channel gives it under whatever name where one is wanted
   */
  static Raster read(byte[] file, List<String> wanted, PixelLimit limit, String what)
      throws FrameException {
    ExrHeader header = ExrHeader.read(file, what);
    limit.check(header.width(), header.height(), what);
    List<Channel> channels = header.channels(wanted, what);
    int width = header.width();
    int height = header.height();
    int rows = header.compression().rows();
    int blocks = (height + rows - 1) / rows;
    if (blocks * 8L > file.length - header.end()) {
      throw RasterFormat.bad(Reason.TRUNCATED, what, "the EXR ends within its table of rows");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.requirePlausible(file.length, what);
    double[] values = new double[width * height * channels.size()];
    boolean[] seen = new boolean[blocks];
    for (int block = 0; block < blocks; block++) {
      long at = buffer.getLong(header.end() + 8 * block);
      if (at < header.end() || at > file.length - 8L) {
        throw RasterFormat.bad(
            Reason.TRUNCATED, what, "the EXR has no rows at byte %,d".formatted(at));
      }
      int y = buffer.getInt((int) at) - header.top();
      int size = buffer.getInt((int) at + 4);
      if (y < 0 || y >= height || y % rows != 0 || seen[y / rows]) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR, what, "the EXR has rows at the wrong place %d".formatted(y));
      }
      seen[y / rows] = true;
      if (size < 0 || size > file.length - at - 8) {
        throw RasterFormat.bad(Reason.TRUNCATED, what, "the EXR ends within its rows");
      }
      int count = Math.min(rows, height - y);
      byte[] plain =
          header
              .compression()
              .expand(file, (int) at + 8, size, Math.toIntExact(header.rowBytes() * count), what);
      copy(plain, y, count, header, channels, values);
    }
    return new Raster(width, height, channels.size(), values);
  }

  /** A block holds its rows one after the other, and of each row its channels. */
  private static void copy(
      byte[] plain, int y, int count, ExrHeader header, List<Channel> channels, double[] values) {
    ByteBuffer buffer = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    int width = header.width();
    for (int row = 0; row < count; row++) {
      for (int c = 0; c < channels.size(); c++) {
        Channel channel = channels.get(c);
        int at = (int) (row * header.rowBytes()) + channel.offset() * width;
        for (int x = 0; x < width; x++) {
          values[((y + row) * width + x) * channels.size() + c] =
              channel.type().value(buffer, at + x * channel.type().bytes());
        }
      }
    }
  }
}
