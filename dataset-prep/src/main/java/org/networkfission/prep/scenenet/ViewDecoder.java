package org.networkfission.prep.scenenet;

import java.util.HashMap;
import java.util.Map;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.labels.WordNet;

/** Decodes the views of a trajectory from the bytes of their files. */
final class ViewDecoder {
  /** Half the fields of view: 60 and 45 degrees. */
  private static final double TAN_HALF_WIDTH = Math.tan(Math.toRadians(30));

  private static final double TAN_HALF_HEIGHT = Math.tan(Math.toRadians(22.5));

  private final String name;
  private final String split;
  private final PixelLimit limit;
  private final Map<Integer, Integer> classOfInstance;

  /**
   * Prepares for a trajectory.
   *
   * @param name e.g. {@code train/3/3757}
   */
  ViewDecoder(String name, String split, Trajectory trajectory, PixelLimit limit) {
    this.limit = limit;
    this.name = name;
    this.split = split;
    this.classOfInstance = classes(trajectory);
  }

  /**
   * What WordNet calls by an id without a class is void: its pixels are neither learnt nor judged.
   */
  private static Map<Integer, Integer> classes(Trajectory trajectory) {
    Map<Integer, Integer> classes = new HashMap<>();
    classes.put(0, 0);
    trajectory.background().forEach(id -> classes.put(id, 0));
    trajectory
        .wordNetIds()
        .forEach((id, wordNet) -> classes.put(id, WordNet.nyu13(wordNet).orElse(0)));
    return classes;
  }

  Frame decode(
      Trajectory.View view, String key, String source, byte[] photo, byte[] depth, byte[] instance)
      throws FrameException {
    if (!view.posed()) {
      throw new FrameException(
          Reason.BAD_POSE,
          "Cannot use frame %s: its camera has no finite position and direction".formatted(key));
    }
    LabelMap rays = Png16.readDepth(depth, limit, "depth of frame " + key);
    LabelMap instances = Png16.readIds(instance, limit, "instances of frame " + key);
    if (rays.width() != instances.width() || rays.height() != instances.height()) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot use frame %s: depth has %d x %d pixels, instances have %d x %d"
              .formatted(key, rays.width(), rays.height(), instances.width(), instances.height()));
    }
    return new Frame(
        key,
        SceneNetSource.DATASET,
        split,
        name,
        source,
        intrinsics(rays.width(), rays.height()),
        photo,
        depth(rays),
        labels(instances, key));
  }

  /**
   * The published camera has its centre in the middle of the image and counts pixels from their
   * corners; here their centres are integers.
   */
  static Intrinsics intrinsics(int width, int height) {
    return new Intrinsics(
        width / 2.0 / TAN_HALF_WIDTH,
        height / 2.0 / TAN_HALF_HEIGHT,
        (width - 1) / 2.0,
        (height - 1) / 2.0);
  }

  /** The published depth is the Euclidean length of the ray; z = length / |ray at z = 1|. */
  private static DepthMap depth(LabelMap rays) {
    int width = rays.width();
    int height = rays.height();
    Intrinsics k = intrinsics(width, height);
    float[] z = new float[width * height];
    for (int v = 0; v < height; v++) {
      double y = (k.cy() - v) / k.fy();
      for (int u = 0; u < width; u++) {
        double x = (u - k.cx()) / k.fx();
        z[v * width + u] = (float) (rays.at(u, v) / Math.sqrt(x * x + y * y + 1));
      }
    }
    return new DepthMap(width, height, z);
  }

  private LabelMap labels(LabelMap instances, String key) throws FrameException {
    short[] ids = instances.ids();
    short[] classes = new short[ids.length];
    int lastId = 0;
    int lastClass = 0;
    for (int i = 0; i < ids.length; i++) {
      int id = Short.toUnsignedInt(ids[i]);
      if (id != lastId) {
        Integer found = classOfInstance.get(id);
        if (found == null) {
          throw new FrameException(
              Reason.UNKNOWN_LABEL,
              "Cannot map the labels of frame %s: the trajectory has no instance %d"
                  .formatted(key, id));
        }
        lastId = id;
        lastClass = found;
      }
      classes[i] = (short) lastClass;
    }
    return new LabelMap(instances.width(), instances.height(), classes);
  }
}
