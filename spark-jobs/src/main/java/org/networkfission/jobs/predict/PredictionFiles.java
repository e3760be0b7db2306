package org.networkfission.jobs.predict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.task.TaskDefinition;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.normals.NormalPicture;

/** A prediction as PNG files that any program reads. */
public final class PredictionFiles {
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
    prediction
        .maps()
        .forEach((task, map) -> files.put(task.id(), png(task.definition(), map, palette)));
    return files;
  }

  /** One task of a prediction as its file. */
  static <P> byte[] png(TaskDefinition<P> definition, Object map, List<Integer> palette) {
    return definition.png(definition.type().cast(map), palette);
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
    prediction
        .maps()
        .forEach((task, map) -> pictures.add(picture(task.definition(), map, palette)));
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

  private static <P> ColorImage picture(
      TaskDefinition<P> definition, Object map, List<Integer> palette) {
    return definition.picture(definition.type().cast(map), palette);
  }
}
