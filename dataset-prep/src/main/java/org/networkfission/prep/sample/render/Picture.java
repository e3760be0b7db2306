package org.networkfission.prep.sample.render;

import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * A rendered view with its truth at the pixel centres.
 *
 * @param photo 8-bit RGB
 * @param rayLength distance along each pixel's ray in metres, row-major; 0 where nothing was hit
 * @param things the instance at each pixel, 0 where nothing was hit
 * @param normals in the camera's axes
 */
public record Picture(ColorImage photo, double[] rayLength, LabelMap things, NormalMap normals) {}
