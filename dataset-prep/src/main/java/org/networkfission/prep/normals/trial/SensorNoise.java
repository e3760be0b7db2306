package org.networkfission.prep.normals.trial;

import java.util.Random;
import org.networkfission.prep.frame.DepthMap;

/** What a depth sensor does to exact depth; a function of the seed. */
public final class SensorNoise {
  private static final int PIXELS_PER_HOLE_RADIUS = 40;

  private final Random random;

  public SensorNoise(long seed) {
    random = new Random(seed);
  }

  /** Adds normal noise of 1.2 mm + 1.9 mm (z - 0.4)^2 at a depth of z metres, in whole mm. */
  public DepthMap noisy(DepthMap depth) {
    float[] millimetres = depth.millimetres().clone();
    for (int p = 0; p < millimetres.length; p++) {
      if (millimetres[p] > 0) {
        double metres = millimetres[p] / 1000;
        double sigma = 1.2 + 1.9 * (metres - 0.4) * (metres - 0.4);
        millimetres[p] =
            (float) Math.max(1, Math.rint(millimetres[p] + sigma * random.nextGaussian()));
      }
    }
    return new DepthMap(depth.width(), depth.height(), millimetres);
  }

  /** Removes depth in random discs and single pixels until a share of the image is gone. */
  public DepthMap withHoles(DepthMap depth, double share) {
    int width = depth.width();
    int height = depth.height();
    float[] millimetres = depth.millimetres().clone();
    int missing = 0;
    while (missing < share * width * height) {
      int radius = random.nextInt(1 + width / PIXELS_PER_HOLE_RADIUS);
      int cx = random.nextInt(width);
      int cy = random.nextInt(height);
      for (int y = Math.max(0, cy - radius); y <= Math.min(height - 1, cy + radius); y++) {
        for (int x = Math.max(0, cx - radius); x <= Math.min(width - 1, cx + radius); x++) {
          int p = y * width + x;
          boolean inside = (x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius;
          if (inside && millimetres[p] > 0) {
            millimetres[p] = 0;
            missing++;
          }
        }
      }
    }
    return new DepthMap(width, height, millimetres);
  }
}
