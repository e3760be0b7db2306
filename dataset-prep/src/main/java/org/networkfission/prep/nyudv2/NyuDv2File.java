package org.networkfission.prep.nyudv2;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.exceptions.UnsupportedHdfException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.StorageException;

/**
 * The arrays of {@code nyu_depth_v2_labeled.mat}: HDF5 behind a block of MATLAB's. MATLAB stores
 * columns first, so each image comes as width x height.
 */
final class NyuDv2File implements Closeable {
  private static final int LABELS = 894;
  private static final int MAX_SIDE = 8192;
  private static final String MAT_5 = "MATLAB 5.0 MAT-file";
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final long FIRST_USER_BLOCK = 512;
  private static final int LAST_SUPERBLOCK = 3;

  static {
    Fletcher32.register();
  }

  private final Path file;
  private final HadoopChannel channel;
  private final HdfFile hdf;
  private final int width;
  private final int height;
  private final FrameArray images;
  private final FrameArray depths;
  private final FrameArray labels;

  /**
   * Opens the file.
   *
   * @param rawDepth whether depth is as measured; else with its holes filled
   * @throws InputException if it is missing or is something else
   */
  NyuDv2File(Path file, boolean rawDepth, Configuration hadoop) throws IOException {
    this.file = file;
    try {
      channel = new HadoopChannel(file, hadoop);
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot read NYUDv2: no file %s".formatted(file), e);
    }
    try {
      requireReadable();
      hdf = guarded(() -> new HdfFile(channel, file.toUri()));
      int[] shape = guarded(() -> dataset("labels").getDimensions());
      if (shape.length != 3 || Math.max(shape[1], shape[2]) > MAX_SIDE) {
        throw new InputException(
            "Cannot read %s: labels must have three axes: frames, width, height".formatted(file));
      }
      width = shape[1];
      height = shape[2];
      images =
          guarded(() -> new FrameArray(dataset("images"), name("images"), 1, 3, width, height));
      String depth = rawDepth ? "rawDepths" : "depths";
      depths = guarded(() -> new FrameArray(dataset(depth), name(depth), 4, width, height));
      labels = guarded(() -> new FrameArray(dataset("labels"), name("labels"), 2, width, height));
      checkFrames();
      checkNames();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Tells files of other kinds by what they are. */
  private void requireReadable() throws IOException {
    if (new String(bytes(0, MAT_5.length()), StandardCharsets.US_ASCII).equals(MAT_5)) {
      throw new InputException(
          "Cannot read %s: it is a MAT-file of version 5, which MATLAB wrote before 7.3; the published nyu_depth_v2_labeled.mat is of version 7.3, which is HDF5: get that file, or save with -v7.3"
              .formatted(file));
    }
    for (long at = 0; at < channel.size(); at = at == 0 ? FIRST_USER_BLOCK : 2 * at) {
      byte[] start = bytes(at, SIGNATURE.length + 1);
      if (start.length > SIGNATURE.length
          && Arrays.equals(SIGNATURE, 0, SIGNATURE.length, start, 0, SIGNATURE.length)) {
        int version = start[SIGNATURE.length] & 0xff;
        if (version > LAST_SUPERBLOCK) {
          throw new InputException(
              "Cannot read %s: it is HDF5 with a superblock of version %d, this program reads 0 to %d; h5repack with an older upper bound (--high) writes it again"
                  .formatted(file, version, LAST_SUPERBLOCK));
        }
        return;
      }
    }
  }

  /** Some bytes of the file, fewer at its end. */
  private byte[] bytes(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, channel.size() - at));
    channel.position(at);
    channel.read(bytes);
    channel.position(0);
    return bytes.array();
  }

  private void checkFrames() {
    if (images.frames() != labels.frames() || depths.frames() != labels.frames()) {
      throw new InputException(
          "Cannot read %s: it has %,d images, %,d depth maps and %,d label maps"
              .formatted(file, images.frames(), depths.frames(), labels.frames()));
    }
  }

  /** The table of classes follows the published numbering of 894 names. */
  private void checkNames() throws IOException {
    int[] shape = guarded(() -> dataset("names").getDimensions());
    if (shape.length != 2 || shape[0] != 1 || shape[1] != LABELS) {
      throw new InputException(
          "Cannot read %s: it names another number of labels than the published 894"
              .formatted(file));
    }
  }

  private Dataset dataset(String name) {
    Node node = hdf.getChildren().get(name);
    if (node instanceof Dataset dataset) {
      return dataset;
    }
    throw new InputException("Cannot read %s: it has no array %s".formatted(file, name));
  }

  private String name(String array) {
    return "%s of %s".formatted(array, file);
  }

  int frames() {
    return labels.frames();
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** A frame's red, green and blue planes, each width x height. */
  ByteBuffer image(int frame) throws IOException {
    return guarded(() -> images.read(frame));
  }

  /** A frame's depth in metres, width x height floats. */
  ByteBuffer depth(int frame) throws IOException {
    return guarded(() -> depths.read(frame));
  }

  /** A frame's labels, width x height uint16. */
  ByteBuffer labels(int frame) throws IOException {
    return guarded(() -> labels.read(frame));
  }

  /**
   * Reads something of the file. Damaged files make the HDF5 library fail in many ways; the size of
   * a buffer that it asks for may be damaged, too, which is no shortage of memory.
   */
  private <T> T guarded(Supplier<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (InputException e) {
      throw e;
    } catch (UnsupportedHdfException e) {
      throw new InputException(
          "Cannot read %s: it uses what this program does not read of HDF5: %s"
              .formatted(file, e.getMessage()),
          e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      StorageException.rethrow(e);
      throw new InputException(
          "Cannot read %s: it is damaged or no HDF5 file: %s".formatted(file, e), e);
    }
  }

  @Override
  public void close() throws IOException {
    hdf.close();
    channel.close();
  }
}
