package org.networkfission.prep.codec;

import java.awt.image.BufferedImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/** Photos in the formats that cameras, phones and programs write. */
public final class Photos {
  /** The largest photo that is decoded at a reduced size. */
  private static final PixelLimit REDUCED = new PixelLimit(Integer.MAX_VALUE);

  private Photos() {}

  /**
   * A photo as it is looked at.
   *
   * @param image turned upright; of a large photo, each n-th pixel of each n-th row
   * @param width of the whole photo, upright, in pixels
   * @param height of the whole photo, upright
   */
  public record Upright(ColorImage image, int width, int height) {}

  /**
   * Decodes a photo of a data set: as it lies in the file, whatever its orientation, because depth
   * and labels lie so.
   *
   * @param what what it is, for messages: e.g. {@code photo of frame x}
   * @throws FrameException (decode error, truncated) if it is neither JPEG nor PNG, has more pixels
   *     than are allowed, or cannot be decoded whole
   */
  public static ColorImage decode(byte[] file, PixelLimit limit, String what)
      throws FrameException {
    if (Png16.isPng(file)) {
      PngChunks chunks = PngChunks.of(file, what);
      limit.check(chunks.width(), chunks.height(), what);
      return png(file, chunks, 1, what);
    }
    return Jpeg.decode(file, limit, what);
  }

  /**
   * The size of a photo of a data set, from its header.
   *
   * @param what what it is, for messages
   * @throws FrameException (decode error, truncated) if it is neither JPEG nor PNG
   */
  public static ImageSize size(byte[] file, String what) throws FrameException {
    if (Png16.isPng(file)) {
      PngChunks chunks = PngChunks.of(file, what);
      return new ImageSize(chunks.width(), chunks.height());
    }
    JpegFile jpeg = JpegFile.of(file, what);
    return new ImageSize(jpeg.width(), jpeg.height());
  }

  /**
   * Decodes a photo and turns it upright. A JPEG or PNG of more than 67,108,864 pixels is decoded
   * at a reduced size.
   *
   * @param what what it is, for messages
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole, or its format
   *     is not read
   */
  public static Upright decodeUpright(byte[] file, String what) throws FrameException {
    if (file.length == 0) {
      throw new FrameException(
          Reason.TRUNCATED, "Cannot decode %s: the file is empty".formatted(what));
    }
    PhotoFormat format = PhotoFormat.of(file);
    ColorImage image;
    int orientation = Orientation.of(format, file);
    int width;
    int height;
    switch (format) {
      case JPEG -> {
        JpegFile jpeg = JpegFile.of(file, what);
        width = jpeg.width();
        height = jpeg.height();
        image = Jpeg.decode(jpeg, step(width, height, what), what);
      }
      case PNG -> {
        PngChunks chunks = PngChunks.of(file, what);
        orientation = Orientation.of(chunks);
        width = chunks.width();
        height = chunks.height();
        image = png(file, chunks, step(width, height, what), what);
      }
      case WEBP, TIFF, GIF, BMP -> {
        image = ImageIoPhoto.decode(format, file, what);
        width = image.width();
        height = image.height();
      }
      default ->
          throw new FrameException(
              Reason.DECODE_ERROR,
              "Cannot decode %s: %s (%s are read)"
                  .formatted(
                      what,
                      format == PhotoFormat.UNKNOWN
                          ? "it is in no known format of photos"
                          : "photos in %s are not read; convert it".formatted(format.title()),
                      PhotoFormat.readTitles()));
    }
    boolean lies = Orientation.isOnItsSide(orientation);
    return new Upright(
        Orientation.upright(image, orientation), lies ? height : width, lies ? width : height);
  }

  /** A picture of Java's own, by its samples: grey stays grey, and what is transparent is white. */
  public static ColorImage of(BufferedImage image) {
    return Samples.of(image);
  }

  private static ColorImage png(byte[] file, PngChunks chunks, int step, String what)
      throws FrameException {
    if (step > 1 || !chunks.isPlainRgb()) {
      return ImageIoPhoto.png(chunks, step, what);
    }
    PngImage image = Png16.read(file, what);
    byte[] rgb = new byte[image.samples().length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) image.samples()[i];
    }
    return new ColorImage(image.width(), image.height(), rgb);
  }

  /** The least step of pixels at which a photo is small enough. */
  private static int step(int width, int height, String what) throws FrameException {
    REDUCED.check(width, height, what);
    int step = 1;
    while ((width + step - 1L) / step * ((height + step - 1L) / step)
        > PixelLimit.LARGEST.pixels()) {
      step++;
    }
    return step;
  }
}
