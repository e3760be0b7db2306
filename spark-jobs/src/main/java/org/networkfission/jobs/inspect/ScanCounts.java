package org.networkfission.jobs.inspect;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.shard.Example;

/** What the rows of a split hold, pixel by pixel; counts of parts add up. */
final class ScanCounts implements Serializable {
  /** Of the hole map. */
  static final int COLUMNS = 32;

  static final int ROWS = 24;

  /** Of the map of normals, each way. */
  static final int CELLS = 41;

  /** Of a bar of the depth histogram, in mm. */
  static final int BIN = 100;

  static final int BINS = 0x10000 / BIN + 1;

  private static final long serialVersionUID = 1;
  private static final int SHOWN = 6;

  private final long[] depth = new long[BINS];
  private final long[] holes = new long[ROWS * COLUMNS];
  private final long[] pixels = new long[ROWS * COLUMNS];
  private final long[] normals = new long[CELLS * CELLS];
  private long away;
  private long frames;
  private final List<Shown> worst = new ArrayList<>();
  private final List<Shown> random = new ArrayList<>();

  /**
   * A frame to look at.
   *
   * @param unknown share of its pixels without depth, label or normal, of what it has, 0 to 1
   * @param order a number that is a function of the key alone
   */
  record Shown(String key, double unknown, int order) implements Serializable {}

  void add(Example row) {
    frames++;
    double unknown = 0;
    if (row.depth() != null) {
      unknown = Math.max(unknown, addDepth(row));
    }
    if (row.labels() != null) {
      unknown = Math.max(unknown, empty(row.labels()));
    }
    if (row.normals() != null) {
      unknown = Math.max(unknown, addNormals(row));
    }
    // Multiplied, so that neighbouring keys do not lie beside each other.
    Shown shown = new Shown(row.frameKey(), unknown, row.frameKey().hashCode() * 0x9e3779b1);
    worst.add(shown);
    random.add(shown);
    keepFirst();
  }

  void add(ScanCounts other) {
    addTo(depth, other.depth);
    addTo(holes, other.holes);
    addTo(pixels, other.pixels);
    addTo(normals, other.normals);
    away += other.away;
    frames += other.frames;
    worst.addAll(other.worst);
    random.addAll(other.random);
    keepFirst();
  }

  private static void addTo(long[] sum, long[] other) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
  }

  private void keepFirst() {
    keep(worst, Comparator.comparingDouble(Shown::unknown).reversed().thenComparing(Shown::key));
    keep(random, Comparator.comparingInt(Shown::order).thenComparing(Shown::key));
  }

  private static void keep(List<Shown> frames, Comparator<Shown> order) {
    frames.sort(order);
    while (frames.size() > SHOWN) {
      frames.remove(frames.size() - 1);
    }
  }

  private double addDepth(Example row) {
    byte[] bytes = row.depth();
    int none = 0;
    for (int i = 0; i < bytes.length / 2; i++) {
      int z = (bytes[2 * i] & 0xff) | ((bytes[2 * i + 1] & 0xff) << 8);
      int cell =
          i / row.width() * ROWS / row.height() * COLUMNS + i % row.width() * COLUMNS / row.width();
      pixels[cell]++;
      if (z == 0) {
        holes[cell]++;
        none++;
      } else {
        depth[z / BIN]++;
      }
    }
    return 2.0 * none / bytes.length;
  }

  private static double empty(byte[] labels) {
    int none = 0;
    for (byte label : labels) {
      none += label == 0 ? 1 : 0;
    }
    return (double) none / labels.length;
  }

  /**
   * Cells are of one area on the sphere: Lambert's projection of the half that faces the camera.
   */
  private double addNormals(Example row) {
    NormalMap map = NormalPacking.unpack(row.width(), row.height(), row.normals());
    float[] xyz = map.xyz();
    int none = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      if (xyz[i] == 0 && xyz[i + 1] == 0 && xyz[i + 2] == 0) {
        none++;
      } else if (xyz[i + 2] > 0) {
        away++;
      } else {
        double scale = Math.sqrt(1 / (1 - xyz[i + 2])) * CELLS / 2;
        int u = (int) Math.min(CELLS - 1, CELLS / 2.0 + xyz[i] * scale);
        int v = (int) Math.min(CELLS - 1, CELLS / 2.0 - xyz[i + 1] * scale);
        normals[v * CELLS + u]++;
      }
    }
    return 3.0 * none / xyz.length;
  }

  long frames() {
    return frames;
  }

  long[] depth() {
    return depth;
  }

  /** The share of frames with depth that have none in a cell of the hole map; NaN without depth. */
  double holes(int cell) {
    return pixels[cell] == 0 ? Double.NaN : (double) holes[cell] / pixels[cell];
  }

  long[] normals() {
    return normals;
  }

  /** Normals that face away from the camera. */
  long away() {
    return away;
  }

  List<Shown> worst() {
    return worst;
  }

  List<Shown> random() {
    return random;
  }
}
