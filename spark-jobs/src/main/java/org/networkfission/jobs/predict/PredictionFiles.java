package org.networkfission.jobs.predict;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.networkfission.jobs.report.Colors;
import org.networkfission.model.prediction.DisparityMap;
import org.networkfission.model.prediction.Prediction;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.normals.NormalPicture;

/** A prediction as PNG files that any program reads. */
public final class PredictionFiles {
  private static final int MAX_DEPTH = 0xffff;
  private static final int BITS = 8;

  private PredictionFiles() {}

  /**
   * The files of a prediction, one per task, by the task's name:
   *
   * <ul>
   *   <li>{@code labels}: 8-bit palette; the index is the class
   *   <li>{@code normals}: 8-bit RGB, component = value / 127.5 - 1: x right, y up, and blue
   *       towards the camera
   *   <li>{@code depth}: 16-bit grey, z in mm, 1 to 65,535
   *   <li>{@code disparity}: 16-bit grey, inverse depth up to scale and shift: the image's farthest
   *       pixel is 0, its nearest 65,535
   * </ul>
   *
   * @param palette a colour per class, 0xRRGGBB
   */
  public static Map<String, byte[]> of(Prediction prediction, List<Integer> palette) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    prediction.labels().ifPresent(labels -> files.put("labels", labels(labels, palette)));
    prediction
        .normals()
        .ifPresent(n -> files.put("normals", NormalPicture.png(NormalPicture.of(n))));
    prediction.depth().ifPresent(depth -> files.put("depth", depth(depth)));
    prediction.disparity().ifPresent(d -> files.put("disparity", disparity(d)));
    return files;
  }

  private static byte[] labels(LabelMap labels, List<Integer> palette) {
    byte[][] components = new byte[3][palette.size()];
    for (int c = 0; c < palette.size(); c++) {
      for (int i = 0; i < 3; i++) {
        components[i][c] = (byte) (palette.get(c) >> (16 - 8 * i));
      }
    }
    IndexColorModel colors =
        new IndexColorModel(BITS, palette.size(), components[0], components[1], components[2]);
    BufferedImage image =
        new BufferedImage(labels.width(), labels.height(), BufferedImage.TYPE_BYTE_INDEXED, colors);
    int[] ids = new int[labels.ids().length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Short.toUnsignedInt(labels.ids()[i]);
    }
    image.getRaster().setPixels(0, 0, labels.width(), labels.height(), ids);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a PNG in memory", e);
    }
    return out.toByteArray();
  }

  private static byte[] depth(DepthMap depth) {
    short[] samples = new short[depth.millimetres().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.max(1, Math.min(MAX_DEPTH, Math.round(depth.millimetres()[i])));
    }
    return Png16.writeGrey(depth.width(), depth.height(), samples);
  }

  private static byte[] disparity(DisparityMap disparity) {
    double[] shares = shares(disparity.values());
    short[] samples = new short[shares.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(MAX_DEPTH * shares[i]);
    }
    return Png16.writeGrey(disparity.width(), disparity.height(), samples);
  }

  /** Values as shares of their range: the least 0, the largest 1. */
  private static double[] shares(float[] values) {
    float least = Float.MAX_VALUE;
    float largest = -Float.MAX_VALUE;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    double[] shares = new double[values.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = largest > least ? ((double) values[i] - least) / (largest - least) : 0;
    }
    return shares;
  }

  /**
   * The photo and what was predicted beside each other, as pictures: labels in the palette's
   * colours, normals as in their file, depth from dark blue (the image's nearest) to yellow,
   * disparity likewise.
   *
   * @param photo of the prediction's size
   */
  public static byte[] panel(ColorImage photo, Prediction prediction, List<Integer> palette) {
    List<ColorImage> pictures = new ArrayList<>();
    pictures.add(photo);
    prediction.labels().ifPresent(l -> pictures.add(picture(l, palette)));
    prediction.normals().ifPresent(n -> pictures.add(NormalPicture.of(n)));
    prediction.depth().ifPresent(d -> pictures.add(picture(d)));
    prediction.disparity().ifPresent(d -> pictures.add(picture(d)));
    int width = photo.width() * pictures.size();
    byte[] rgb = new byte[3 * width * photo.height()];
    for (int i = 0; i < pictures.size(); i++) {
      for (int y = 0; y < photo.height(); y++) {
        System.arraycopy(
            pictures.get(i).rgb(),
            3 * y * photo.width(),
            rgb,
            3 * (y * width + i * photo.width()),
            3 * photo.width());
      }
    }
    return NormalPicture.png(new ColorImage(width, photo.height(), rgb));
  }

  private static ColorImage picture(LabelMap labels, List<Integer> palette) {
    byte[] rgb = new byte[3 * labels.ids().length];
    for (int i = 0; i < labels.ids().length; i++) {
      put(rgb, i, palette.get(Short.toUnsignedInt(labels.ids()[i])));
    }
    return new ColorImage(labels.width(), labels.height(), rgb);
  }

  private static ColorImage picture(DepthMap depth) {
    float near = Float.MAX_VALUE;
    float far = -Float.MAX_VALUE;
    for (float z : depth.millimetres()) {
      near = Math.min(near, z);
      far = Math.max(far, z);
    }
    byte[] rgb = new byte[3 * depth.millimetres().length];
    for (int i = 0; i < depth.millimetres().length; i++) {
      put(rgb, i, Colors.viridis((depth.millimetres()[i] - near) / Math.max(1, far - near)));
    }
    return new ColorImage(depth.width(), depth.height(), rgb);
  }

  private static ColorImage picture(DisparityMap disparity) {
    double[] shares = shares(disparity.values());
    byte[] rgb = new byte[3 * shares.length];
    for (int i = 0; i < shares.length; i++) {
      put(rgb, i, Colors.viridis(1 - shares[i]));
    }
    return new ColorImage(disparity.width(), disparity.height(), rgb);
  }

  private static void put(byte[] rgb, int pixel, int color) {
    for (int c = 0; c < 3; c++) {
      rgb[3 * pixel + c] = (byte) (color >> (16 - 8 * c));
    }
  }
}
