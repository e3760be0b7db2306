package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.prep.frame.ColorImage;

class OrientationTest {
  /**
   * A 3 x 2 photo as it lies in the file, and its rows as a viewer shows them (EXIF 2.3, 4.6.4).
   */
  @ParameterizedTest
  @CsvSource({
    "1, abc/def",
    "2, cba/fed",
    "3, fed/cba",
    "4, def/abc",
    "5, ad/be/cf",
    "6, da/eb/fc",
    "7, fc/eb/da",
    "8, cf/be/ad"
  })
  void turnsPhotosUpright(int orientation, String rows) {
    ColorImage upright = Orientation.upright(picture("abc/def"), orientation);

    assertThat(upright).usingRecursiveComparison().isEqualTo(picture(rows));
  }

  private static ColorImage picture(String rows) {
    String[] lines = rows.split("/", -1);
    byte[] rgb = new byte[3 * lines.length * lines[0].length()];
    String all = rows.replace("/", "");
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) all.charAt(i / 3);
    }
    return new ColorImage(lines[0].length(), lines.length, rgb);
  }

  @Test
  void readsTheTagInBothByteOrders() {
    assertThat(Orientation.of(PhotoFormat.JPEG, jpeg(ByteOrder.BIG_ENDIAN, 6))).isEqualTo(6);
    assertThat(Orientation.of(PhotoFormat.JPEG, jpeg(ByteOrder.LITTLE_ENDIAN, 8))).isEqualTo(8);
  }

  /** XMP, and an EXIF block of another program that does not tell, come before the camera's. */
  @Test
  void findsTheTagInAnyOfSeveralSegments() {
    byte[] camera = jpeg(ByteOrder.BIG_ENDIAN, 6);
    byte[] silent = jpeg(ByteOrder.LITTLE_ENDIAN, 0);
    int length = silent.length - Jpeg.encode(picture("abc/def"), 90).length;
    byte[] xmp = "\u00ff\u00e1\0\12http://ns".getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer file = ByteBuffer.allocate(camera.length + length + xmp.length);
    file.put(camera, 0, 2).put(xmp, 0, 12).put(silent, 2, length);
    file.put(camera, 2, camera.length - 2);

    assertThat(Orientation.of(PhotoFormat.JPEG, file.array())).isEqualTo(6);
  }

  @Test
  void takesPhotosThatDoNotTellAsUpright() {
    byte[] whole = jpeg(ByteOrder.BIG_ENDIAN, 6);
    byte[] plain = Jpeg.encode(picture("abc/def"), 90);

    assertThat(Orientation.of(PhotoFormat.JPEG, plain)).isEqualTo(1);
    assertThat(Orientation.of(PhotoFormat.JPEG, jpeg(ByteOrder.BIG_ENDIAN, 99))).isEqualTo(1);
    // Cut anywhere, it must not fail.
    for (int length = 0; length < 60; length++) {
      assertThat(Orientation.of(PhotoFormat.JPEG, Arrays.copyOf(whole, length))).isIn(1, 6);
    }
  }

  /** A photo with a thumbnail-less EXIF block of two entries. */
  private static byte[] jpeg(ByteOrder order, int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4).order(order);
    tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
    tiff.putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 0x0100)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) 640)
        .putShort((short) 0);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
    byte[] plain = Jpeg.encode(picture("abc/def"), 90);
    ByteBuffer file = ByteBuffer.allocate(plain.length + 4 + 6 + tiff.capacity());
    file.put(plain, 0, 2);
    file.putShort((short) 0xffe1).putShort((short) (2 + 6 + tiff.capacity()));
    file.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff.array());
    file.put(plain, 2, plain.length - 2);
    return file.array();
  }
}
