package org.networkfission.prep.codec;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** JPEG photos. A damaged photo is an error, never an image with grey or guessed parts. */
public final class Jpeg {
  /** The largest photo that is decoded, in pixels. */
  private static final long MAX_PIXELS = 64L << 20;

  private Jpeg() {}

  /** Whether the bytes begin as a JPEG does. */
  public static boolean isJpeg(byte[] file) {
    return file.length >= 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8;
  }

  /**
   * Decodes a photo.
   *
   * @param what what it is, for messages: e.g. {@code photo of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole
   */
  public static ColorImage decode(byte[] file, String what) throws FrameException {
    if (!isJpeg(file)) {
      throw new FrameException(
          file.length < 2 ? Reason.TRUNCATED : Reason.DECODE_ERROR,
          "Cannot decode %s: the file of %,d bytes does not begin as a JPEG"
              .formatted(what, file.length));
    }
    if (!endsWithMarker(file)) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot decode %s: the JPEG of %,d bytes has no end-of-image marker"
              .formatted(what, file.length));
    }
    ImageReader reader = reader();
    Warnings warnings = new Warnings();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot decode %s: %d x %d pixels are more than the %,d allowed"
                .formatted(what, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
      }
      BufferedImage image = reader.read(0);
      if (warnings.damage != null) {
        throw new FrameException(
            Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, warnings.damage));
      }
      return toColorImage(image);
    } catch (IOException | RuntimeException e) {
      // The JDK's reader answers some damaged headers with IllegalArgumentException and the like.
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Encodes a photo.
   *
   * @param quality 1 to 100
   */
  public static byte[] encode(ColorImage image, int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException(
          "Cannot encode a JPEG of quality %d: must be 1 to 100".formatted(quality));
    }
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
    swapRedAndBlue(image.rgb(), bgr);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(bgr.length / 8);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(buffered, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a JPEG in memory", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static ImageReader reader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    return readers.next();
  }

  /** Whether there is an end-of-image marker; zeros after it are tolerated. */
  private static boolean endsWithMarker(byte[] file) {
    int end = file.length;
    while (end > 2 && file[end - 1] == 0) {
      end--;
    }
    return end >= 4 && (file[end - 2] & 0xff) == 0xff && (file[end - 1] & 0xff) == 0xd9;
  }

  private static ColorImage toColorImage(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == rgb.length) {
      swapRedAndBlue(buffer.getData(), rgb);
      return new ColorImage(width, height, rgb);
    }
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        rgb[at++] = (byte) (pixel >> 16);
        rgb[at++] = (byte) (pixel >> 8);
        rgb[at++] = (byte) pixel;
      }
    }
    return new ColorImage(width, height, rgb);
  }

  private static void swapRedAndBlue(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }

  /** Notes the first warning that means damage; the decoder goes on with guessed pixels. */
  private static final class Warnings implements javax.imageio.event.IIOReadWarningListener {
    private String damage;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String lower = warning.toLowerCase(Locale.ROOT);
      if (damage == null
          && (lower.contains("corrupt")
              || lower.contains("premature")
              || lower.contains("truncated"))) {
        damage = warning;
      }
    }
  }
}
