package org.networkfission.prep.scannet;

import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;

/** No labels: those of the split {@code test} are not published. */
final class VoidLabels implements Labels {
  @Override
  public LabelMap read(long index, ImageSize size, String key) {
    return new LabelMap(size.width(), size.height(), new short[size.width() * size.height()]);
  }
}
