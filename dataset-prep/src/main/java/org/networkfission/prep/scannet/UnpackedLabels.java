package org.networkfission.prep.scannet;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.FrameFile;
import org.networkfission.prep.storage.Storage;

/**
 * Raw ids in the folder {@code label-filt} or {@code label}, unpacked from their archive.
 *
 * @param folder that holds {@code 0.png} and so on
 */
record UnpackedLabels(Path folder, LabelTable table, Storage storage, PixelLimit limit)
    implements Labels {
  private static final long MAX_FILE_BYTES = 64L << 20;
  private static final int RAW_ID_BITS = 16;

  @Override
  public LabelMap read(long index, ImageSize size, String key) throws IOException, FrameException {
    Path file = new Path(folder, index + ".png");
    String what = "labels of frame " + key;
    PngImage png = Png16.read(FrameFile.read(storage, file, MAX_FILE_BYTES, key), limit, what);
    if (png.channels() != 1 || png.bitDepth() != RAW_ID_BITS) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use the %s: %s has %d channels of %d bits, raw ids are published as 1 of 16: a script mapped them; put the published _2d-label-filt.zip in their place"
              .formatted(what, file, png.channels(), png.bitDepth()));
    }
    LabelMap raw = new LabelMap(png.width(), png.height(), png.samples());
    return table.toNyu40(Nearest.resize(raw, size), key);
  }
}
