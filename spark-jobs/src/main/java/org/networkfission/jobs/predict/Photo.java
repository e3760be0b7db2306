package org.networkfission.jobs.predict;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** Ordinary pictures: JPEG and PNG of every kind, turned upright. */
final class Photo {
  /** The largest file that is read, and the largest picture that is decoded, in pixels. */
  private static final long MAX_BYTES = 256L << 20;

  private static final long MAX_PIXELS = 64L << 20;

  private Photo() {}

  /**
   * Reads a picture.
   *
   * @throws FrameException if it is missing or cannot be decoded whole
   */
  static ColorImage read(Path file, Configuration hadoop) throws FrameException {
    byte[] bytes;
    try {
      FileSystem files = file.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(file);
      if (status.isDirectory() || status.getLen() > MAX_BYTES) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read %s: %s"
                .formatted(
                    file,
                    status.isDirectory()
                        ? "it is a folder"
                        : "%,d bytes are more than the %,d allowed"
                            .formatted(status.getLen(), MAX_BYTES)));
      }
      try (FSDataInputStream in = files.open(file)) {
        bytes = in.readAllBytes();
      }
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read %s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return decode(bytes, file.toString());
  }

  static ColorImage decode(byte[] bytes, String what) throws FrameException {
    if (Jpeg.isJpeg(bytes)) {
      return ExifOrientation.upright(Jpeg.decode(bytes, what), ExifOrientation.of(bytes));
    } else if (Png16.isPng(bytes)) {
      return png(bytes, what);
    }
    throw new FrameException(
        Reason.DECODE_ERROR, "Cannot decode %s: it is neither JPEG nor PNG".formatted(what));
  }

  /** Palettes, alpha and interlacing, which {@link Png16} does not know, come up in photos. */
  private static ColorImage png(byte[] bytes, String what) throws FrameException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    ImageReader reader = readers.next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot decode %s: %d x %d pixels are more than the %,d allowed"
                .formatted(what, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
      }
      return opaque(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // The JDK's reader answers some damaged files with IllegalArgumentException and the like.
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  /** What is transparent lies on white. */
  private static ColorImage opaque(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        int alpha = pixel >>> 24;
        for (int shift = 16; shift >= 0; shift -= 8) {
          int value = pixel >> shift & 0xff;
          rgb[at++] = (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
        }
      }
    }
    return new ColorImage(width, height, rgb);
  }
}
