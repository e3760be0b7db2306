package org.networkfission.prep.frame;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The frames of a data set in one of its published formats. Sources are small values: they travel
 * to the executors, which open the files themselves.
 */
public interface FrameSource extends Serializable {
  /**
   * Lists the units without decoding frames, in a fixed order.
   *
   * @throws java.io.FileNotFoundException if the archive or a part of it that must be there is
   *     missing
   */
  List<FrameUnit> units(Configuration hadoop) throws IOException;

  /**
   * Reads the frames of one unit in a fixed order.
   *
   * @throws FrameException if no frame of the unit can be used
   */
  FrameReader open(FrameUnit unit, Configuration hadoop) throws IOException, FrameException;
}
