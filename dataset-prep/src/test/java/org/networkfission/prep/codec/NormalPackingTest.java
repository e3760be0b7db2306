package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.NormalMap;

class NormalPackingTest {
  @Test
  void anglesStayWithinATenThousandth() {
    int pixels = 20_000;
    float[] xyz = new float[3 * pixels];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pixels; i++) {
      double z = random.nextDouble(-1, 1);
      double angle = random.nextDouble(2 * Math.PI);
      double r = Math.sqrt(1 - z * z);
      xyz[3 * i] = (float) (r * Math.cos(angle));
      xyz[3 * i + 1] = (float) (r * Math.sin(angle));
      xyz[3 * i + 2] = (float) z;
    }
    for (int axis = 0; axis < 6; axis++) {
      for (int c = 0; c < 3; c++) {
        xyz[3 * axis + c] = c == axis % 3 ? (axis < 3 ? 1 : -1) : 0;
      }
    }
    NormalMap back =
        NormalPacking.unpack(pixels, 1, NormalPacking.pack(new NormalMap(pixels, 1, xyz)));
    for (int i = 0; i < pixels; i++) {
      double difference = 0;
      double length = 0;
      for (int c = 0; c < 3; c++) {
        double d = back.xyz()[3 * i + c] - xyz[3 * i + c];
        difference += d * d;
        length += back.xyz()[3 * i + c] * back.xyz()[3 * i + c];
      }
      assertThat(Math.sqrt(difference)).as("normal %d", i).isLessThan(1e-4);
      assertThat(length).isBetween(1 - 1e-5, 1 + 1e-5);
    }
  }

  @Test
  void noNormalStaysNone() {
    float nan = Float.NaN;
    NormalMap normals = new NormalMap(3, 1, new float[] {0, 0, 0, 0, 0, -1, nan, 0, 0});
    byte[] packed = NormalPacking.pack(normals);
    assertThat(NormalPacking.countValid(packed)).isEqualTo(1);
    assertThat(NormalPacking.unpack(3, 1, packed).xyz())
        .containsExactly(0, 0, 0, 0, 0, -1, 0, 0, 0);
  }

  @Test
  void anotherSizeTakesTheNearestPixels() {
    SplittableRandom random = new SplittableRandom(2);
    float[] xyz = new float[3 * 7 * 5];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) random.nextDouble(-1, 1);
    }
    NormalMap normals = new NormalMap(7, 5, xyz);
    for (ImageSize size : List.of(new ImageSize(11, 3), new ImageSize(4, 9))) {
      assertThat(NormalPacking.pack(normals, size))
          .isEqualTo(NormalPacking.pack(Nearest.resize(normals, size)));
    }
  }

  @Test
  void refusesAnotherSize() {
    assertThatThrownBy(() -> NormalPacking.unpack(3, 2, new byte[20]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot unpack normals: 3 x 2 pixels take 24 bytes, there are 20");
  }
}
