package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.prep.frame.ColorImage;

class AreaAverageTest {
  @ParameterizedTest
  @CsvSource({
    "13, 7, 5, 3",
    "4, 6, 9, 11",
    "5, 5, 5, 5",
    "64, 1, 3, 2",
    "1, 1, 2, 2",
    "40, 30, 23, 12",
    "97, 61, 24, 7"
  })
  void aPixelIsTheMeanOfWhatItCovers(int width, int height, int newWidth, int newHeight) {
    byte[] rgb = new byte[3 * width * height];
    new Random(1).nextBytes(rgb);
    ColorImage photo = new ColorImage(width, height, rgb);
    ColorImage small = AreaAverage.resize(photo, newWidth, newHeight);
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          double area = 0;
          for (int v = 0; v < height; v++) {
            for (int u = 0; u < width; u++) {
              double covered =
                  shared(v, y, (double) height / newHeight)
                      * shared(u, x, (double) width / newWidth);
              sum += covered * (rgb[3 * (v * width + u) + c] & 0xff);
              area += covered;
            }
          }
          assertThat(small.rgb()[3 * (y * newWidth + x) + c] & 0xff)
              .isCloseTo((int) Math.round(sum / area), within(1));
        }
      }
    }
  }

  /** How much an old pixel shares with a new one that is so many old ones long. */
  private static double shared(int pixel, int newPixel, double scale) {
    double end = Math.min(pixel + 1, (newPixel + 1) * scale);
    return Math.max(0, end - Math.max(pixel, newPixel * scale));
  }
}
