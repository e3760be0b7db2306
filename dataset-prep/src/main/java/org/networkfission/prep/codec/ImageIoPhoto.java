package org.networkfission.prep.codec;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * Photos that the readers of Java's image library decode: PNG of every kind, WebP, TIFF and more.
 */
final class ImageIoPhoto {
  private static final int MAX_BANDS = 8;
  private static final int RIFF_LENGTH = 4;
  private static final int WEBP_LOOK_AHEAD = 32;

  private ImageIoPhoto() {}

  /**
   * Decodes a PNG.
   *
   * @param step of pixels in both directions
   */
  static ColorImage png(PngChunks chunks, int step, String what) throws FrameException {
    if (!chunks.isComplete()) {
      throw new FrameException(
          Reason.TRUNCATED, "Cannot decode %s: the PNG has no end".formatted(what));
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    ColorImage image = read(reader, chunks.forDecoder(), step, what);
    Optional<ColorProfile> profile =
        chunks.colorType() == PngChunks.GREY || chunks.colorType() == PngChunks.GREY_ALPHA
            ? Optional.empty()
            : profile(chunks.content("iCCP")).flatMap(ColorProfile::of);
    return profile.isPresent() ? profile.get().toSrgb(image) : image;
  }

  /** The first picture of a file in another format. */
  static ColorImage decode(PhotoFormat format, byte[] file, String what) throws FrameException {
    return format == PhotoFormat.WEBP
        ? webp(file, what)
        : read(
            ImageIO.getImageReadersByFormatName(format.title().toLowerCase(Locale.ROOT)).next(),
            file,
            1,
            what);
  }

  private static ColorImage webp(byte[] file, String what) throws FrameException {
    long claimed =
        Integer.toUnsignedLong(
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(RIFF_LENGTH));
    if (claimed + RIFF_LENGTH + Integer.BYTES > file.length) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot decode %s: the WebP claims %,d bytes, the file has %,d"
              .formatted(what, claimed + RIFF_LENGTH + Integer.BYTES, file.length));
    }
    // The decoder of bits looks ahead, behind the end of the file.
    byte[] padded = Arrays.copyOf(file, file.length + WEBP_LOOK_AHEAD);
    return read(new WebPImageReaderSpi().createReaderInstance(null), padded, 1, what);
  }

  private static ColorImage read(ImageReader reader, byte[] file, int step, String what)
      throws FrameException {
    try (EndingStream in = new EndingStream(file)) {
      reader.setInput(in, true, true);
      if (step == 1) {
        requireAllowed(reader, what);
      }
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      return Samples.of(reader.read(0, param));
    } catch (IOException | RuntimeException e) {
      // Java's readers answer some damaged files with IllegalArgumentException and the like.
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new FrameException(Reason.DECODE_ERROR, "Cannot decode %s: %s".formatted(what, why), e);
    } finally {
      reader.dispose();
    }
  }

  /** Fails where a decoder goes on behind the end of the file: WebP's would read on for minutes. */
  private static final class EndingStream extends MemoryCacheImageInputStream {
    private static final int MAX_ATTEMPTS = 16;

    private int attempts;

    EndingStream(byte[] file) {
      super(new ByteArrayInputStream(file));
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count(read);
      return read;
    }

    private void count(int read) throws IOException {
      if (read < 0 && ++attempts > MAX_ATTEMPTS) {
        throw new IOException("the file ends before its pixels do");
      }
    }
  }

  /** What the header claims is checked before anything of that size is allocated. */
  private static void requireAllowed(ImageReader reader, String what)
      throws IOException, FrameException {
    PixelLimit.LARGEST.check(reader.getWidth(0), reader.getHeight(0), what);
    PixelLimit.LARGEST.check(reader.getTileWidth(0), reader.getTileHeight(0), what);
    ImageTypeSpecifier type = reader.getImageTypes(0).next();
    if (type.getSampleModel().getDataType() >= DataBuffer.TYPE_FLOAT) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot decode %s: its samples are floating point numbers, must be whole"
              .formatted(what));
    }
    int bands = type.getNumBands();
    if (bands > MAX_BANDS) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot decode %s: it has %d channels, must have at most %d"
              .formatted(what, bands, MAX_BANDS));
    }
  }

  /** The profile within an iCCP chunk: its name, a zero, the method 0, the deflated bytes. */
  private static Optional<byte[]> profile(byte[] chunk) {
    if (chunk == null) {
      return Optional.empty();
    }
    int at = 0;
    while (at < chunk.length && chunk[at] != 0) {
      at++;
    }
    return PngChunks.inflated(chunk, at + 2);
  }
}
