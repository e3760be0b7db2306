package org.networkfission.prep.scannet;

import java.io.IOException;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.PixelLimit;

/**
 * Labels in {@code <scan>_2d-label-filt.zip} or {@code <scan>_2d-label.zip}: raw ids.
 *
 * @param folder within it: {@code label-filt} or {@code label}
 */
record ZippedLabels(ZipReader zip, String folder, LabelTable table, PixelLimit limit)
    implements Labels {
  @Override
  public LabelMap read(long index, ImageSize size, String key) throws IOException, FrameException {
    byte[] png = zip.read("%s/%d.png".formatted(folder, index), "frame " + key);
    LabelMap raw = Png16.readIds(png, limit, "labels of frame " + key);
    return table.toNyu40(Nearest.resize(raw, size), key);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
