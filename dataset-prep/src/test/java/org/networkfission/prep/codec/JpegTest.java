package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

class JpegTest {
  @Test
  void givesBackColoursInOrder() throws FrameException {
    ColorImage image = gradient(64, 48);
    ColorImage decoded = Jpeg.decode(Jpeg.encode(image, 95), "photo");
    assertThat(decoded.width()).isEqualTo(64);
    assertThat(decoded.height()).isEqualTo(48);
    for (int i = 0; i < image.rgb().length; i++) {
      assertThat(Math.abs((decoded.rgb()[i] & 0xff) - (image.rgb()[i] & 0xff)))
          .as("sample %d", i)
          .isLessThan(16);
    }
  }

  @Test
  void writesTheSameBytesEachTime() {
    assertThat(Jpeg.encode(gradient(64, 48), 90)).isEqualTo(Jpeg.encode(gradient(64, 48), 90));
  }

  @Test
  void refusesAPhotoThatEndsEarly() {
    byte[] file = Jpeg.encode(gradient(64, 48), 95);
    assertThatThrownBy(() -> Jpeg.decode(Arrays.copyOf(file, 900), "photo of frame 25"))
        .isInstanceOf(FrameException.class)
        .hasMessage(
            "Cannot decode photo of frame 25: the JPEG of 900 bytes has no end-of-image marker")
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.TRUNCATED);
    byte[] patched = Arrays.copyOf(file, 900);
    patched[898] = (byte) 0xff;
    patched[899] = (byte) 0xd9;
    assertThatThrownBy(() -> Jpeg.decode(patched, "photo"))
        .isInstanceOf(FrameException.class)
        .hasMessageStartingWith("Cannot decode photo: ");
    assertThatThrownBy(() -> Jpeg.decode(new byte[] {1, 2, 3}, "photo"))
        .hasMessage("Cannot decode photo: the file of 3 bytes does not begin as a JPEG");
  }

  @Test
  void refusesAHugeHeader() {
    byte[] file = Jpeg.encode(gradient(64, 48), 95);
    int sof = 0;
    while ((file[sof] & 0xff) != 0xff || (file[sof + 1] & 0xff) != 0xc0) {
      sof++;
    }
    Arrays.fill(file, sof + 5, sof + 9, (byte) 0xfa);
    assertThatThrownBy(() -> Jpeg.decode(file, "photo"))
        .isInstanceOf(FrameException.class)
        .hasMessage(
            "Cannot decode photo: 64250 x 64250 pixels are more than the 67,108,864 allowed");
  }

  @Test
  void survivesMutations() {
    byte[] valid = Jpeg.encode(gradient(48, 32), 90);
    for (int seed = 0; seed < 1_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] file = valid.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(Jpeg.decode(file, "mutant").rgb()).isNotEmpty();
      } catch (FrameException e) {
        assertThat(e).hasMessageStartingWith("Cannot decode mutant: ");
      }
    }
  }

  private static ColorImage gradient(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        rgb[at] = (byte) (x * 3);
        rgb[at + 1] = (byte) (y * 4);
        rgb[at + 2] = (byte) (200 - x);
      }
    }
    return new ColorImage(width, height, rgb);
  }
}
