package org.networkfission.prep.raster;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * HDF5 files that hold one array in their root, of two axes (height, width) or three (and
 * channels), as Hypersim's do.
 */
final class Hdf5 {
  private static final int MAX_CHANNELS = 4;

  /** Deflate does not compress better than 1,032 to 1, so a larger array cannot be in the file. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private Hdf5() {}

  static Raster read(byte[] file, PixelLimit limit, String what) throws FrameException {
    try (HdfFile hdf = HdfFile.fromBytes(file)) {
      List<Dataset> arrays = new ArrayList<>();
      for (Node node : hdf) {
        if (node instanceof Dataset array) {
          arrays.add(array);
        }
      }
      if (arrays.size() != 1) {
        throw RasterFormat.bad(
            Reason.DECODE_ERROR,
            what,
            "the HDF5 file has %d arrays in its root, must have 1".formatted(arrays.size()));
      }
      return of(arrays.get(0), file.length, limit, what);
    }
  }

  private static Raster of(Dataset array, int fileLength, PixelLimit limit, String what)
      throws FrameException {
    int[] shape = array.getDimensions();
    int channels = shape.length == 3 ? shape[2] : 1;
    if (shape.length < 2 || shape.length > 3 || channels < 1 || channels > MAX_CHANNELS) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR, what, "the HDF5 array must have two axes, or a third of channels");
    }
    limit.check(shape[1], shape[0], what);
    long count = (long) shape[0] * shape[1] * channels;
    if (count <= 0 || count > fileLength * MAX_DEFLATE_RATIO) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR,
          what,
          "%,d values cannot be in a file of %,d bytes".formatted(count, fileLength));
    }
    Object flat = array.getDataFlat();
    if (Array.getLength(flat) != count || !flat.getClass().getComponentType().isPrimitive()) {
      throw RasterFormat.bad(Reason.DECODE_ERROR, what, "the HDF5 array holds no numbers");
    }
    double[] values = new double[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = Array.getDouble(flat, i);
    }
    return new Raster(shape[1], shape[0], channels, values);
  }
}
