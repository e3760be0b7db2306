package org.networkfission.prep.raster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/** A format of images of numbers, told by the first bytes of a file; a file's name may lie. */
public enum RasterFormat {
  PFM("PFM", "Pf", "PF") {
    @Override
    Raster read(byte[] file, List<String> channels, PixelLimit limit, String what)
        throws FrameException {
      return Pfm.read(file, limit, what);
    }
  },
  NPY("NPY", "\u0093NUMPY") {
    @Override
    Raster read(byte[] file, List<String> channels, PixelLimit limit, String what)
        throws FrameException {
      return Npy.read(file, limit, what);
    }
  },
  EXR("EXR", "v/1\u0001") {
    @Override
    Raster read(byte[] file, List<String> channels, PixelLimit limit, String what)
        throws FrameException {
      return Exr.read(file, channels, limit, what);
    }
  },
  HDF5("HDF5", "\u0089HDF\r\n\u001a\n") {
    @Override
    Raster read(byte[] file, List<String> channels, PixelLimit limit, String what)
        throws FrameException {
      return Hdf5.read(file, limit, what);
    }
  };

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<String> starts;

  RasterFormat(String title, String... starts) {
    this.title = title;
    this.starts = List.of(starts);
  }

  abstract Raster read(byte[] file, List<String> channels, PixelLimit limit, String what)
      throws FrameException;

  /**
   * Reads an image.
   *
   * @param channels the names of the channels that are wanted, where the format names its channels:
   *     each the last part of a name, such as {@code Z} of {@code depth.Z}, or several of which the
   *     first that is there counts, such as {@code X/R}
   * @param what what it is, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error, truncated) if it is in none of these formats, has more
   *     pixels than are allowed, or cannot be decoded whole
   */
  public static Raster readAny(byte[] file, List<String> channels, PixelLimit limit, String what)
      throws FrameException {
    if (file.length == 0) {
      throw bad(Reason.TRUNCATED, what, "the file is empty");
    }
    for (RasterFormat format : values()) {
      for (String start : format.starts) {
        byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
        if (file.length >= bytes.length
            && Arrays.equals(file, 0, bytes.length, bytes, 0, bytes.length)) {
          return format.guarded(file, channels, limit, what);
        }
      }
    }
    throw bad(
        Reason.DECODE_ERROR,
        what,
        "it begins as none of the formats that are read (PNG, PFM, NPY, EXR, HDF5)");
  }

  /** Damage may lead a reader outside of what there is. */
  private Raster guarded(byte[] file, List<String> channels, PixelLimit limit, String what)
      throws FrameException {
    try {
      return read(file, channels, limit, what);
    } catch (RuntimeException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot decode %s: the %s file is damaged: %s".formatted(what, title, e.getMessage()),
          e);
    }
  }

  static FrameException bad(Reason reason, String what, String why) {
    return new FrameException(reason, "Cannot decode %s: %s".formatted(what, why));
  }
}
