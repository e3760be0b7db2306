package org.networkfission.jobs.report;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Colouring;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.TaskDefinition;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;

/** Paints panels: photo, truth, prediction and error, at most 320 pixels wide. */
public final class Painter {
  private static final int MAX_WIDTH = 320;
  private static final int JPEG_QUALITY = 82;

  private final List<Integer> palette;
  private final ColorImage photo;
  private final GroundTruth truth;
  private final Prediction prediction;
  private final int width;
  private final int height;

  /**
   * @param palette a colour per class, 0xRRGGBB
   * @param photo of any size
   */
  public Painter(
      List<Integer> palette, ColorImage photo, GroundTruth truth, Prediction prediction) {
    this.palette = palette;
    this.photo = photo;
    this.truth = truth;
    this.prediction = prediction;
    this.width = Math.min(MAX_WIDTH, truth.width());
    this.height = Math.max(1, truth.height() * width / truth.width());
  }

  /**
   * The panel of a task that is predicted.
   *
   * @param key the frame's
   */
  public Panel paint(String key, Task task) {
    Colouring colours = colouring(task.definition(), prediction.maps().get(task));
    return new Panel(
        key,
        task.scorings().get(0).id(),
        photo(),
        picture(colours.truth(), colours.exact()),
        picture(colours.prediction(), colours.exact()),
        picture(colours.error(), colours.exact()));
  }

  private <P> Colouring colouring(TaskDefinition<P> definition, Object map) {
    return definition.colouring(truth, definition.type().cast(map), palette);
  }

  private byte[] picture(IntUnaryOperator colorOfPixel, boolean exact) {
    return exact ? png(colorOfPixel) : jpeg(colorOfPixel);
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
    int sourceWidth = truth.width();
    int sourceHeight = truth.height();
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
