package org.networkfission.prep.sample.format;

import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.NormalMap;

/**
 * The exact normals of a sample frame as a 16-bit RGB PNG: -1 is 0, 0 is 32,767, 1 is 65,534; all
 * three 0 where there is none. A coordinate is off by at most 1/65,534.
 */
public final class NormalsPng {
  private static final float ONE = 32_767;

  private NormalsPng() {}

  public static byte[] write(NormalMap normals) {
    float[] xyz = normals.xyz();
    short[] samples = new short[xyz.length];
    for (int i = 0; i < xyz.length; i += 3) {
      if (xyz[i] != 0 || xyz[i + 1] != 0 || xyz[i + 2] != 0) {
        for (int c = i; c < i + 3; c++) {
          samples[c] = (short) Math.round((xyz[c] + 1) * ONE);
        }
      }
    }
    return Png16.write(new PngImage(normals.width(), normals.height(), 3, 16, samples));
  }

  /**
   * Reads normals.
   *
   * @param what what it is, for messages
   * @throws FrameException if the file is no such PNG
   */
  public static NormalMap read(byte[] file, String what) throws FrameException {
    PngImage image = Png16.read(file, what);
    short[] samples = image.samples();
    float[] xyz = new float[samples.length];
    for (int i = 0; i + 2 < samples.length; i += 3) {
      if (samples[i] != 0 || samples[i + 1] != 0 || samples[i + 2] != 0) {
        for (int c = i; c < i + 3; c++) {
          xyz[c] = Short.toUnsignedInt(samples[c]) / ONE - 1;
        }
      }
    }
    return new NormalMap(image.width(), image.height(), xyz);
  }
}
