package org.networkfission.prep.normals;

import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.NormalMap;

/** The usual colour picture of normals: red is right, green up, blue towards the camera. */
public final class NormalPicture {
  private NormalPicture() {}

  /** Draws normals; black where there is none. */
  public static ColorImage of(NormalMap normals) {
    float[] xyz = normals.xyz();
    byte[] rgb = new byte[xyz.length];
    for (int i = 0; i < xyz.length; i += 3) {
      if (xyz[i] != 0 || xyz[i + 1] != 0 || xyz[i + 2] != 0) {
        rgb[i] = level(xyz[i]);
        rgb[i + 1] = level(xyz[i + 1]);
        rgb[i + 2] = level(-xyz[i + 2]);
      }
    }
    return new ColorImage(normals.width(), normals.height(), rgb);
  }

  private static byte level(float component) {
    return (byte) Math.round(127.5f * (Math.max(-1, Math.min(1, component)) + 1));
  }

  /** A picture as PNG. */
  public static byte[] png(ColorImage image) {
    short[] samples = new short[image.rgb().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (image.rgb()[i] & 0xff);
    }
    return Png16.write(new PngImage(image.width(), image.height(), 3, 8, samples));
  }
}
