package org.networkfission.model.task;

import java.io.Serializable;

/**
 * How the columns of a table of predictions hold what may be held in several ways.
 *
 * @param normals how normals are held
 * @param depth how depth is held
 */
public record ColumnForms(NormalsColumn normals, DepthColumn depth) implements Serializable {
  /** How a table holds normals. */
  public enum NormalsColumn {
    /** Two planes of 16-bit octahedral coordinates. */
    OCTAHEDRAL,
    /** The PNG that is written for a photo alone. */
    PNG
  }

  /** How a table holds depth. */
  public enum DepthColumn {
    /** Unsigned 16-bit numbers of mm. */
    UINT16,
    /** 32-bit floats of metres. */
    FLOAT32
  }
}
