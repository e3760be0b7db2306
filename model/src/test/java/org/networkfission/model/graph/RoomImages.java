package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

/** Views along empty rooms: floor (1), wall ahead (2), side walls (3), exact in every task. */
public final class RoomImages {
  private RoomImages() {}

  /** So many square views, the same for the same seed. */
  public static List<LabeledImage> of(int count, int size, long seed) {
    Random random = new Random(seed);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(room("room/" + seed + "/" + i, size, random));
    }
    return images;
  }

  private static LabeledImage room(String key, int size, Random random) {
    double half = 1 + random.nextDouble();
    double ahead = 2 + 2 * random.nextDouble();
    double height = 0.8 + 0.6 * random.nextDouble();
    Intrinsics k = new Intrinsics(size * 0.6, size * 0.6, (size - 1) / 2.0, (size - 1) / 2.0);
    byte[] rgb = new byte[size * size * 3];
    float[] depth = new float[size * size];
    short[] labels = new short[size * size];
    float[] normals = new float[size * size * 3];
    for (int at = 0; at < size * size; at++) {
      int column = at % size;
      int row = at / size;
      double x = (column - k.cx()) / k.fx();
      double y = (k.cy() - row) / k.fy();
      double floor = y < 0 ? -height / y : Double.POSITIVE_INFINITY;
      double side = x == 0 ? Double.POSITIVE_INFINITY : half / Math.abs(x);
      double z = Math.min(ahead, Math.min(floor, side));
      int label = z == floor ? 1 : z == ahead ? 2 : 3;
      labels[at] = (short) label;
      depth[at] = (float) (1000 * z);
      normals[3 * at] = label == 3 ? (float) -Math.signum(x) : 0;
      normals[3 * at + 1] = label == 1 ? 1 : 0;
      normals[3 * at + 2] = label == 2 ? -1 : 0;
      int[] colour = {0, 0x805030, 0xc0c0d0, x > 0 ? 0x70a070 : 0x6080a0};
      double light = (0.5 + 1 / (1 + 0.5 * z)) * (0.9 + 0.2 * random.nextDouble());
      for (int c = 0; c < 3; c++) {
        int value = (colour[label] >> (16 - 8 * c)) & 0xff;
        rgb[3 * at + c] = (byte) Math.min(255, (int) (value * light));
      }
    }
    return new LabeledImage(
        key,
        k,
        new ColorImage(size, size, rgb),
        new DepthMap(size, size, depth),
        new LabelMap(size, size, labels),
        new NormalMap(size, size, normals));
  }
}
