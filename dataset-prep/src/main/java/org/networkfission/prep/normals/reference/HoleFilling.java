package org.networkfission.prep.normals.reference;

import java.util.Arrays;
import org.networkfission.prep.normals.grid.PixelQueue;

/**
 * Fills holes of a depth image from their rim inwards, as the published program does: fast marching
 * with the Navier-Stokes weights of Bertalmio et al. (2001), in single precision, with the
 * program's handling of the image border. One instance per thread; buffers are kept.
 *
 * <p>Flags and times have a rim of one pixel around the image, which counts as known and infinitely
 * far.
 */
public final class HoleFilling {
  private static final float FAR = 1e6f;
  private static final byte KNOWN = 0;
  private static final byte INSIDE = 1;

  private final int radius;
  private final PixelQueue queue = new PixelQueue();
  private int width;
  private int height;
  private int stride;
  private byte[] flags = {};
  private float[] times = {};

  public HoleFilling(int radius) {
    this.radius = radius;
  }

  /** Fills in place every pixel of value 0 or less; an image without any known pixel stays 0. */
  public void fill(float[] depth, int width, int height) {
    this.width = width;
    this.height = height;
    stride = width + 2;
    int padded = stride * (height + 2);
    if (flags.length < padded) {
      flags = new byte[padded];
      times = new float[padded];
    }
    if (markHoles(depth)) {
      queue.clear();
      seedBand();
      march(depth);
    }
  }

  private boolean markHoles(float[] depth) {
    Arrays.fill(flags, 0, stride * (height + 2), KNOWN);
    Arrays.fill(times, 0, stride * (height + 2), FAR);
    boolean any = false;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (!(depth[y * width + x] > 0)) {
          flags[(y + 1) * stride + x + 1] = INSIDE;
          any = true;
        }
      }
    }
    return any;
  }

  private void seedBand() {
    for (int y = 1; y <= height; y++) {
      for (int x = 1; x <= width; x++) {
        int p = y * stride + x;
        if (flags[p] == KNOWN
            && (flags[p - stride] == INSIDE
                || flags[p - 1] == INSIDE
                || flags[p + stride] == INSIDE
                || flags[p + 1] == INSIDE)) {
          times[p] = 0;
          queue.push(0, p);
        }
      }
    }
  }

  private void march(float[] depth) {
    while (!queue.isEmpty()) {
      int p = queue.pop();
      visit(depth, p - stride);
      visit(depth, p - 1);
      visit(depth, p + stride);
      visit(depth, p + 1);
    }
  }

  private void visit(float[] depth, int p) {
    int y = p / stride;
    int x = p - y * stride;
    if (flags[p] != INSIDE || x < 1 || y < 1 || x > width || y > height) {
      return;
    }
    float time =
        Math.min(
            Math.min(arrival(p - stride, p - 1), arrival(p + stride, p - 1)),
            Math.min(arrival(p - stride, p + 1), arrival(p + stride, p + 1)));
    times[p] = time;
    depth[(y - 1) * width + x - 1] = filled(depth, y, x);
    flags[p] = KNOWN;
    queue.push(time, p);
  }

  /** The time at which the front reaches a pixel between a vertical and a horizontal neighbour. */
  private float arrival(int a, int b) {
    double ta = times[a];
    double tb = times[b];
    boolean knownA = flags[a] != INSIDE;
    boolean knownB = flags[b] != INSIDE;
    if (knownA && knownB) {
      double difference = ta - tb;
      return Math.abs(difference) >= 1
          ? (float) (1 + Math.min(ta, tb))
          : (float) ((ta + tb + Math.sqrt(2 - difference * difference)) * 0.5);
    }
    return (float) (1 + (knownA ? ta : knownB ? tb : Math.min(ta, tb)));
  }

  /** The weighted mean of the known pixels around; i and j count from 1. */
  private float filled(float[] depth, int i, int j) {
    float sum = 0;
    float weights = 1e-20f;
    for (int k = Math.max(1, i - radius); k <= Math.min(height, i + radius); k++) {
      int km = k == 1 ? k : k - 1;
      int kp = k == height ? k - 2 : k - 1;
      for (int l = Math.max(1, j - radius); l <= Math.min(width, j + radius); l++) {
        int ry = k - i;
        int rx = l - j;
        int q = k * stride + l;
        if (flags[q] == INSIDE || rx * rx + ry * ry > radius * radius) {
          continue;
        }
        int lm = l == 1 ? l : l - 1;
        int lp = l == width ? l - 2 : l - 1;
        float gx =
            -gradient(
                depth,
                flags[q + stride] != INSIDE,
                flags[q - stride] != INSIDE,
                (kp + 1) * width + lm,
                kp * width + lm,
                (km - 1) * width + lm);
        float gy =
            gradient(
                depth,
                flags[q + 1] != INSIDE,
                flags[q - 1] != INSIDE,
                km * width + lp + 1,
                km * width + lm,
                km * width + lm - 1);
        float square = rx * rx + ry * ry;
        float along = rx * gx + ry * gy;
        float direction =
            Math.abs(along) <= 0.01f
                ? 0.000001f
                : Math.abs(along / (float) Math.sqrt(square * (gx * gx + gy * gy)));
        float weight = direction * (1 / (square * square + 1));
        sum += weight * depth[km * width + lm];
        weights += weight;
      }
    }
    return (float) ((double) sum / weights);
  }

  private static float gradient(
      float[] depth, boolean afterKnown, boolean beforeKnown, int after, int centre, int before) {
    if (afterKnown && beforeKnown) {
      return Math.abs(depth[after] - depth[centre]) + Math.abs(depth[centre] - depth[before]);
    }
    if (afterKnown) {
      return Math.abs(depth[after] - depth[centre]) * 2;
    }
    return beforeKnown ? Math.abs(depth[centre] - depth[before]) * 2 : 0;
  }
}
