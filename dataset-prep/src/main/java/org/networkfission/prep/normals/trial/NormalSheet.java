package org.networkfission.prep.normals.trial;

import java.util.Arrays;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalMode;
import org.networkfission.prep.normals.NormalPicture;
import org.networkfission.prep.normals.NormalSettings;

/**
 * A picture of everything about a frame's normals, in two rows of three: input, depth and labels;
 * normals in reference mode, in accurate mode, and the angle between them.
 */
public final class NormalSheet {
  private static final int COLUMNS = 3;
  private static final int ROWS = 2;
  private static final int GAP = 4;

  /** The angle in degrees that is drawn brightest. */
  private static final double BRIGHT = 45;

  /** Spreads the colours of labels: any odd number with bits all over. */
  private static final int SCATTER = 0x9E3779B1;

  private final int width;
  private final int height;
  private final byte[] rgb;

  private NormalSheet(int width, int height) {
    this.width = width;
    this.height = height;
    rgb = new byte[3 * sheetWidth() * (ROWS * height + GAP)];
    Arrays.fill(rgb, (byte) 0xff);
  }

  /**
   * Draws a frame.
   *
   * @param photo the input, or null to draw the labels in its place
   */
  public static ColorImage draw(
      ColorImage photo, DepthMap depth, LabelMap labels, Intrinsics k, NormalSettings settings) {
    NormalMap reference =
        new NormalEstimator(settings.withMode(NormalMode.REFERENCE)).estimate(depth, labels, k);
    NormalMap accurate =
        new NormalEstimator(settings.withMode(NormalMode.ACCURATE)).estimate(depth, labels, k);
    NormalSheet sheet = new NormalSheet(depth.width(), depth.height());
    ColorImage labelColors = labelColors(labels);
    sheet.place(photo == null ? labelColors : photo, 0, 0);
    sheet.place(depthShades(depth), 1, 0);
    sheet.place(labelColors, 2, 0);
    sheet.place(NormalPicture.of(reference), 0, 1);
    sheet.place(NormalPicture.of(accurate), 1, 1);
    sheet.place(angles(reference, accurate), 2, 1);
    return new ColorImage(sheet.sheetWidth(), ROWS * depth.height() + GAP, sheet.rgb);
  }

  private int sheetWidth() {
    return COLUMNS * width + (COLUMNS - 1) * GAP;
  }

  private void place(ColorImage image, int column, int row) {
    if (image.width() != width || image.height() != height) {
      throw new IllegalArgumentException(
          "Cannot draw normals: the photo is %d x %d, depth is %d x %d"
              .formatted(image.width(), image.height(), width, height));
    }
    for (int y = 0; y < height; y++) {
      int to = (row * (height + GAP) + y) * sheetWidth() + column * (width + GAP);
      System.arraycopy(image.rgb(), 3 * y * width, rgb, 3 * to, 3 * width);
    }
  }

  /** Near is bright, far is dark, missing is blue. */
  private static ColorImage depthShades(DepthMap depth) {
    float[] millimetres = depth.millimetres();
    float nearest = Float.POSITIVE_INFINITY;
    float farthest = 0;
    for (float mm : millimetres) {
      if (mm > 0) {
        nearest = Math.min(nearest, mm);
        farthest = Math.max(farthest, mm);
      }
    }
    byte[] rgb = new byte[3 * millimetres.length];
    float range = Math.max(1, farthest - nearest);
    for (int p = 0; p < millimetres.length; p++) {
      if (millimetres[p] > 0) {
        byte shade = (byte) Math.round(255 - 225 * (millimetres[p] - nearest) / range);
        Arrays.fill(rgb, 3 * p, 3 * p + 3, shade);
      } else {
        rgb[3 * p + 2] = (byte) 160;
      }
    }
    return new ColorImage(depth.width(), depth.height(), rgb);
  }

  private static ColorImage labelColors(LabelMap labels) {
    byte[] rgb = new byte[3 * labels.ids().length];
    for (int p = 0; p < labels.ids().length; p++) {
      int color = Short.toUnsignedInt(labels.ids()[p]) * SCATTER;
      rgb[3 * p] = (byte) (color >> 24);
      rgb[3 * p + 1] = (byte) (color >> 16);
      rgb[3 * p + 2] = (byte) (color >> 8);
    }
    return new ColorImage(labels.width(), labels.height(), rgb);
  }

  /** Black where equal, over red to yellow; grey where one of them has no normal. */
  private static ColorImage angles(NormalMap a, NormalMap b) {
    int pixels = a.width() * a.height();
    byte[] rgb = new byte[3 * pixels];
    for (int p = 0; p < pixels; p++) {
      if (!Accuracy.isValid(a.xyz(), p) || !Accuracy.isValid(b.xyz(), p)) {
        Arrays.fill(rgb, 3 * p, 3 * p + 3, (byte) 90);
        continue;
      }
      double heat = Math.min(1, Accuracy.degrees(a.xyz(), b.xyz(), p) / BRIGHT);
      rgb[3 * p] = (byte) Math.round(255 * Math.min(1, 2 * heat));
      rgb[3 * p + 1] = (byte) Math.round(255 * Math.max(0, 2 * heat - 1));
    }
    return new ColorImage(a.width(), a.height(), rgb);
  }
}
