package org.networkfission.prep.codec;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/** JPEG photos. A damaged photo is an error, never an image with grey or guessed parts. */
public final class Jpeg {
  private static final int WHITE = 255;

  private static final ColorModel RGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          Transparency.OPAQUE,
          DataBuffer.TYPE_BYTE);

  /** The decoder has taken some of the padding before it counts. */
  private static final int READ_AHEAD = 2;

  private static final Pattern PADDING =
      Pattern.compile("([0-9]{1,8}) extraneous bytes before marker 0xd9");

  private Jpeg() {}

  /** Whether the bytes begin as a JPEG does. */
  public static boolean isJpeg(byte[] file) {
    return file.length >= 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8;
  }

  /**
   * Decodes a photo: samples as they are, grey g as (g, g, g); an RGB profile other than sRGB is
   * applied where it can be used. Bytes behind the image and between its segments do not count.
   *
   * @param what what it is, for messages: e.g. {@code photo of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole
   */
  public static ColorImage decode(byte[] file, String what) throws FrameException {
    return decode(file, PixelLimit.LARGEST, what);
  }

  /** Decodes a photo, as {@link #decode(byte[], String)}, of so many pixels at most. */
  static ColorImage decode(byte[] file, PixelLimit limit, String what) throws FrameException {
    JpegFile jpeg = JpegFile.of(file, what);
    limit.check(jpeg.width(), jpeg.height(), what);
    return decode(jpeg, 1, what);
  }

  /**
   * Decodes a photo at a reduced size.
   *
   * @param step of pixels in both directions: 2 takes every other one of every other row
   */
  static ColorImage decode(JpegFile jpeg, int step, String what) throws FrameException {
    jpeg.requireBelievable(what);
    ImageReader reader = reader();
    Warnings warnings = new Warnings(jpeg);
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg.forDecoder()))) {
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(in, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      ColorImage image =
          switch (jpeg.coding()) {
            case GREY -> Samples.of(reader.read(0, param));
            case RGB, YCBCR -> {
              ColorImage rgb = empty(jpeg, step);
              param.setDestination(buffered(rgb));
              reader.read(0, param);
              yield rgb;
            }
            // Java's reader gives four components as they stand in the file, and only so.
            case CMYK -> inks(reader.readRaster(0, param), jpeg.isInverted());
            case YCCK -> inks(cmyk(reader.readRaster(0, param)), jpeg.isInverted());
          };
      if (warnings.damage != null) {
        throw new FrameException(
            Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, warnings.damage));
      }
      Optional<ColorProfile> profile =
          jpeg.coding() == JpegFile.Coding.RGB || jpeg.coding() == JpegFile.Coding.YCBCR
              ? jpeg.profile().flatMap(ColorProfile::of)
              : Optional.empty();
      return profile.isPresent() ? profile.get().toSrgb(image) : image;
    } catch (IOException | RuntimeException e) {
      // The JDK's reader answers some damaged headers with IllegalArgumentException and the like.
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  /** Room for a photo. */
  private static ColorImage empty(JpegFile jpeg, int step) {
    int width = (jpeg.width() + step - 1) / step;
    int height = (jpeg.height() + step - 1) / step;
    return new ColorImage(
        width, height, new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)]);
  }

  /**
   * A photo as a picture of Java's own, which shares its samples. They lie as libjpeg has them, so
   * that the JDK copies rows as they are; it would take those of its own pictures (blue first)
   * apart.
   */
  private static BufferedImage buffered(ColorImage image) {
    byte[] rgb = image.rgb();
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(rgb, rgb.length),
            image.width(),
            image.height(),
            3 * image.width(),
            3,
            new int[] {0, 1, 2},
            null);
    return new BufferedImage(RGB, raster, false, null);
  }

  /** What four inks make of white paper. */
  private static ColorImage inks(Raster cmyk, boolean inverted) {
    int width = cmyk.getWidth();
    int[] row = new int[4 * width];
    byte[] rgb = new byte[Math.multiplyExact(3 * width, cmyk.getHeight())];
    int at = 0;
    for (int y = 0; y < cmyk.getHeight(); y++) {
      cmyk.getPixels(cmyk.getMinX(), cmyk.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int light = inverted ? row[4 * x + 3] : WHITE - row[4 * x + 3];
        for (int c = 0; c < 3; c++) {
          int paper = inverted ? row[4 * x + c] : WHITE - row[4 * x + c];
          rgb[at++] = (byte) ((paper * light + WHITE / 2) / WHITE);
        }
      }
    }
    return new ColorImage(width, cmyk.getHeight(), rgb);
  }

  /** Y, Cb, Cr, K as C, M, Y, K, by JFIF's formula. */
  private static Raster cmyk(Raster ycck) {
    WritableRaster cmyk = ycck.createCompatibleWritableRaster();
    int width = ycck.getWidth();
    int[] row = new int[4 * width];
    for (int y = 0; y < ycck.getHeight(); y++) {
      ycck.getPixels(ycck.getMinX(), ycck.getMinY() + y, width, 1, row);
      for (int x = 0; x < 4 * width; x += 4) {
        double luma = row[x];
        double cb = row[x + 1] - 128;
        double cr = row[x + 2] - 128;
        row[x] = WHITE - sample(luma + 1.402 * cr);
        row[x + 1] = WHITE - sample(luma - 0.344136 * cb - 0.714136 * cr);
        row[x + 2] = WHITE - sample(luma + 1.772 * cb);
      }
      cmyk.setPixels(0, y, width, 1, row);
    }
    return cmyk;
  }

  private static int sample(double value) {
    return (int) Math.max(0, Math.min(WHITE, Math.round(value)));
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
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(image.rgb().length / 8);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(buffered(image), null, null), param);
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

  /** Notes the first warning that means damage; the decoder goes on with guessed pixels. */
  private static final class Warnings implements javax.imageio.event.IIOReadWarningListener {
    private final JpegFile jpeg;
    private String damage;

    Warnings(JpegFile jpeg) {
      this.jpeg = jpeg;
    }

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String lower = warning.toLowerCase(Locale.ROOT);
      if (damage == null
          && !isPadding(lower)
          && (lower.contains("corrupt")
              || lower.contains("premature")
              || lower.contains("truncated"))) {
        damage = warning;
      }
    }

    private boolean isPadding(String warning) {
      Matcher matcher = PADDING.matcher(warning);
      return matcher.find() && jpeg.endsInZeros(Integer.parseInt(matcher.group(1)) + READ_AHEAD);
    }
  }
}
