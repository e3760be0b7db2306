package org.networkfission.jobs.inspect;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.networkfission.model.task.Colors;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.normals.NormalPicture;

/**
 * Rows of a data set as one picture: a line for each, with its photo, its depth (near is dark,
 * missing is black), its labels in the palette's colours and its normals. What a row lacks is
 * white.
 */
public final class RowSheet {
  private static final int COLUMNS = 4;
  private static final int MAX_WIDTH = 320;
  private static final int GAP = 4;
  private static final int WHITE = 0xffffff;

  private RowSheet() {}

  /**
   * Draws rows, which must all have one size.
   *
   * @param palette a colour per class, 0xRRGGBB
   */
  public static ColorImage draw(List<LabeledImage> rows, List<Integer> palette) {
    int width = Math.min(MAX_WIDTH, rows.get(0).width());
    int height = Math.max(1, rows.get(0).height() * width / rows.get(0).width());
    int sheetWidth = COLUMNS * (width + GAP) - GAP;
    int sheetHeight = rows.size() * (height + GAP) - GAP;
    byte[] rgb = new byte[3 * sheetWidth * sheetHeight];
    Arrays.fill(rgb, (byte) 0xff);
    for (int row = 0; row < rows.size(); row++) {
      LabeledImage image = rows.get(row);
      List<IntUnaryOperator> pictures =
          List.of(
              pixels(image.color()),
              image.depth() == null ? pixel -> WHITE : depth(image.depth().millimetres()),
              image.labels() == null ? pixel -> WHITE : i -> palette.get(image.labels().ids()[i]),
              image.normals() == null ? pixel -> WHITE : pixels(NormalPicture.of(image.normals())));
      for (int column = 0; column < COLUMNS; column++) {
        IntUnaryOperator picture = pictures.get(column);
        for (int y = 0; y < height; y++) {
          int from = y * image.height() / height * image.width();
          int to = (row * (height + GAP) + y) * sheetWidth + column * (width + GAP);
          for (int x = 0; x < width; x++) {
            put(rgb, to + x, picture.applyAsInt(from + x * image.width() / width));
          }
        }
      }
    }
    return new ColorImage(sheetWidth, sheetHeight, rgb);
  }

  private static void put(byte[] rgb, int pixel, int color) {
    rgb[3 * pixel] = (byte) (color >> 16);
    rgb[3 * pixel + 1] = (byte) (color >> 8);
    rgb[3 * pixel + 2] = (byte) color;
  }

  private static IntUnaryOperator pixels(ColorImage image) {
    byte[] rgb = image.rgb();
    return i -> (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
  }

  private static IntUnaryOperator depth(float[] millimetres) {
    float nearest = Float.POSITIVE_INFINITY;
    float farthest = 0;
    for (float z : millimetres) {
      if (z > 0) {
        nearest = Math.min(nearest, z);
        farthest = Math.max(farthest, z);
      }
    }
    float from = nearest;
    float range = Math.max(1, farthest - nearest);
    return i -> millimetres[i] > 0 ? Colors.viridis((millimetres[i] - from) / range) : 0;
  }
}
