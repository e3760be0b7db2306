package org.networkfission.prep.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.prep.codec.Half;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * NumPy's files of one array: height x width, or height x width x channels, of integers, halves,
 * floats or doubles, in either order of bytes and of axes.
 */
final class Npy {
  private static final int VERSION = 6;
  private static final int SHORT_HEADING = 10;
  private static final int LONG_HEADING = 12;
  private static final int MAX_CHANNELS = 4;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([fiub])([1248])'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private Npy() {}

  static Raster read(byte[] file, PixelLimit limit, String what) throws FrameException {
    if (file.length < LONG_HEADING) {
      throw RasterFormat.bad(Reason.TRUNCATED, what, "the NPY ends within its heading");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean first = file[VERSION] == 1;
    int start = first ? SHORT_HEADING : LONG_HEADING;
    int length = first ? Short.toUnsignedInt(buffer.getShort(8)) : buffer.getInt(8);
    if (length < 0 || length > file.length - start) {
      throw RasterFormat.bad(Reason.TRUNCATED, what, "the NPY ends within its heading");
    }
    String heading = new String(file, start, length, StandardCharsets.UTF_8);
    Matcher type = found(TYPE, heading, what, "is of no number type that is read");
    Matcher order = found(ORDER, heading, what, "does not tell the order of its axes");
    String[] shape = found(SHAPE, heading, what, "has no shape").group(1).split("[, ]+");
    if (shape.length != 2 && shape.length != 3) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR,
          what,
          "the NPY has the shape (%s), must have two axes or three"
              .formatted(String.join(", ", shape)));
    }
    int height = size(shape[0], what);
    int width = size(shape[1], what);
    int channels = shape.length == 3 ? size(shape[2], what) : 1;
    if (channels > MAX_CHANNELS) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR, what, "the NPY has %d channels".formatted(channels));
    }
    limit.check(width, height, what);
    int bytes = Integer.parseInt(type.group(3));
    int count = width * height * channels;
    int from = start + length;
    if ((long) count * bytes > file.length - from) {
      throw RasterFormat.bad(
          Reason.TRUNCATED,
          what,
          "the NPY ends after %,d of %,d bytes of its image"
              .formatted(file.length - from, (long) count * bytes));
    }
    buffer.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    char kind = type.group(2).charAt(0);
    double[] values = new double[count];
    boolean columns = order.group(1).equals("True");
    for (int i = 0; i < count; i++) {
      int pixel = i / channels;
      int at = columns ? (i % channels * width + pixel % width) * height + pixel / width : i;
      values[i] = value(buffer, from + at * bytes, kind, bytes);
    }
    return new Raster(width, height, channels, values);
  }

  private static double value(ByteBuffer buffer, int at, char kind, int bytes) {
    boolean signed = kind == 'i';
    return switch (bytes) {
      case 1 -> signed ? buffer.get(at) : buffer.get(at) & 0xff;
      case 2 ->
          kind == 'f'
              ? Half.value(buffer.getShort(at))
              : signed ? buffer.getShort(at) : Short.toUnsignedInt(buffer.getShort(at));
      case 4 ->
          kind == 'f'
              ? buffer.getFloat(at)
              : signed ? buffer.getInt(at) : Integer.toUnsignedLong(buffer.getInt(at));
      default -> kind == 'f' ? buffer.getDouble(at) : buffer.getLong(at);
    };
  }

  private static Matcher found(Pattern pattern, String heading, String what, String why)
      throws FrameException {
    Matcher matcher = pattern.matcher(heading);
    if (!matcher.find()) {
      throw RasterFormat.bad(Reason.DECODE_ERROR, what, "the NPY " + why);
    }
    return matcher;
  }

  private static int size(String text, String what) throws FrameException {
    try {
      int size = Integer.parseInt(text.trim());
      if (size > 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw RasterFormat.bad(
        Reason.DECODE_ERROR, what, "the NPY has an axis of %s values".formatted(text));
  }
}
