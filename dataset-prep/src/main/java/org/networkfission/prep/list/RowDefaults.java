package org.networkfission.prep.list;

import java.io.Serializable;

/** What holds for a row that does not say it itself; of the camera, null where it must. */
public record RowDefaults(
    DepthCode depth, NormalAxes axes, Double fx, Double fy, Double cx, Double cy)
    implements Serializable {}
