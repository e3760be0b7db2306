package org.networkfission.jobs.report;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.networkfission.model.prediction.Alignment;
import org.networkfission.model.prediction.Prediction;
import org.networkfission.model.prediction.Truth;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;

/** Paints panels: photo, truth, prediction and error, at most 320 pixels wide. */
public final class Painter {
  private static final int MAX_WIDTH = 320;
  private static final int JPEG_QUALITY = 82;
  private static final int WRONG = 0xe0523f;
  private static final int RIGHT = 0xc9ced6;

  /** Angles, in degrees, and logarithms of ratios from here on have the error's last colour. */
  private static final double WORST_ANGLE = 60;

  private static final double WORST_LOG_RATIO = Math.log(2);

  private final List<Integer> palette;
  private final ColorImage photo;
  private final Truth truth;
  private final Prediction prediction;
  private final int width;
  private final int height;

  /**
   * @param palette a colour per class, 0xRRGGBB
   * @param photo of any size
   */
  public Painter(List<Integer> palette, ColorImage photo, Truth truth, Prediction prediction) {
    this.palette = palette;
    this.photo = photo;
    this.truth = truth;
    this.prediction = prediction;
    this.width = Math.min(MAX_WIDTH, truth.depth().width());
    this.height = Math.max(1, truth.depth().height() * width / truth.depth().width());
  }

  /** The panel of a task, by its name in reports. */
  public Panel paint(String key, String task) {
    return switch (task) {
      case "labels" -> labels(key, task);
      case "normals" -> normals(key, task);
      case "disparity" ->
          depth(key, task, Alignment.fit(truth.depth(), prediction.disparity().orElseThrow()));
      default -> depth(key, task, prediction.depth().orElseThrow());
    };
  }

  private Panel labels(String key, String task) {
    short[] is = truth.labels().ids();
    short[] says = prediction.labels().orElseThrow().ids();
    return new Panel(
        key,
        task,
        photo(),
        png(i -> is[i] == 0 ? Colors.NONE : palette.get(is[i])),
        png(i -> palette.get(says[i])),
        png(i -> is[i] == 0 ? Colors.NONE : is[i] == says[i] ? RIGHT : WRONG));
  }

  private Panel normals(String key, String task) {
    float[] is = truth.normals().xyz();
    float[] says = prediction.normals().orElseThrow().xyz();
    return new Panel(
        key,
        task,
        photo(),
        jpeg(i -> hasNormal(is, i) ? normal(is, i) : Colors.NONE),
        jpeg(i -> normal(says, i)),
        jpeg(
            i ->
                hasNormal(is, i)
                    ? Colors.heat(NormalStatistics.degrees(is, says, 3 * i) / WORST_ANGLE)
                    : Colors.NONE));
  }

  private Panel depth(String key, String task, DepthMap predicted) {
    float[] is = truth.depth().millimetres();
    float[] says = predicted.millimetres();
    float near = Float.MAX_VALUE;
    float far = 0;
    for (float z : is) {
      near = z > 0 ? Math.min(near, z) : near;
      far = Math.max(far, z);
    }
    double from = near;
    double range = Math.max(1, far - near);
    return new Panel(
        key,
        task,
        photo(),
        jpeg(i -> is[i] > 0 ? Colors.viridis((is[i] - from) / range) : Colors.NONE),
        jpeg(i -> Colors.viridis((says[i] - from) / range)),
        jpeg(
            i ->
                is[i] > 0
                    ? Colors.heat(Math.log(DepthStatistics.ratio(is[i], says[i])) / WORST_LOG_RATIO)
                    : Colors.NONE));
  }

  private static boolean hasNormal(float[] xyz, int i) {
    return xyz[3 * i] != 0 || xyz[3 * i + 1] != 0 || xyz[3 * i + 2] != 0;
  }

  private static int normal(float[] xyz, int i) {
    return Colors.normal(xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]);
  }

  /** The mean colour of the part of the photo under each pixel. */
  private byte[] photo() {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      int top = y * photo.height() / height;
      int bottom = Math.max(top + 1, (y + 1) * photo.height() / height);
      for (int x = 0; x < width; x++) {
        int left = x * photo.width() / width;
        int right = Math.max(left + 1, (x + 1) * photo.width() / width);
        for (int c = 0; c < 3; c++) {
          int sum = 0;
          for (int v = top; v < bottom; v++) {
            for (int u = left; u < right; u++) {
              sum += photo.rgb()[3 * (v * photo.width() + u) + c] & 0xff;
            }
          }
          rgb[3 * (y * width + x) + c] = (byte) (sum / ((bottom - top) * (right - left)));
        }
      }
    }
    return Jpeg.encode(new ColorImage(width, height, rgb), JPEG_QUALITY);
  }

  private byte[] jpeg(IntUnaryOperator colorOfPixel) {
    return Jpeg.encode(new ColorImage(width, height, paint(colorOfPixel)), JPEG_QUALITY);
  }

  private byte[] png(IntUnaryOperator colorOfPixel) {
    byte[] rgb = paint(colorOfPixel);
    short[] samples = new short[rgb.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (rgb[i] & 0xff);
    }
    return Png16.write(new PngImage(width, height, 3, 8, samples));
  }

  private byte[] paint(IntUnaryOperator colorOfPixel) {
    int sourceWidth = truth.depth().width();
    int sourceHeight = truth.depth().height();
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int source = y * sourceHeight / height * sourceWidth + x * sourceWidth / width;
        int color = colorOfPixel.applyAsInt(source);
        for (int c = 0; c < 3; c++) {
          rgb[3 * (y * width + x) + c] = (byte) (color >> (16 - 8 * c));
        }
      }
    }
    return rgb;
  }
}
