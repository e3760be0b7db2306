package org.networkfission.prep.scannet;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.FrameFiles;

/**
 * Raw ids in the folder {@code label-filt} or {@code label}, unpacked from their archive.
 *
 * @param folder that holds {@code 0.png} and so on
 * @param files of the scan
 */
record UnpackedLabels(Path folder, LabelTable table, FrameFiles files, PixelLimit limit)
    implements Labels {
  private static final int RAW_ID_BITS = 16;

  @Override
  public LabelMap read(long index, ImageSize size, String key) throws IOException, FrameException {
    Path file = path(index);
    String what = "labels of frame " + key;
    PngImage png = Png16.read(files.read(file, key), limit, what);
    if (png.channels() != 1 || png.bitDepth() != RAW_ID_BITS) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use the %s: %s has %d channels of %d bits, raw ids are published as 1 of 16: a script mapped them; put the published _2d-label-filt.zip in their place"
              .formatted(what, file, png.channels(), png.bitDepth()));
    }
    LabelMap raw = new LabelMap(png.width(), png.height(), png.samples());
    return table.toNyu40(Nearest.resize(raw, size), key);
  }

  @Override
  public Optional<Path> file(long index) {
    return Optional.of(path(index));
  }

  private Path path(long index) {
    return new Path(folder, index + ".png");
  }
}
