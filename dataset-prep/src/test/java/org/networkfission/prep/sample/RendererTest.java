package org.networkfission.prep.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.render.Camera;
import org.networkfission.prep.sample.render.Picture;
import org.networkfission.prep.sample.render.Pose;
import org.networkfission.prep.sample.render.Renderer;
import org.networkfission.prep.sample.room.Furnishing;
import org.networkfission.prep.sample.room.Room;
import org.networkfission.prep.sample.room.RoomType;

class RendererTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;
  private static final Intrinsics K = Camera.intrinsics(WIDTH, HEIGHT);

  /**
   * Depth and normals must tell of the same surfaces: two neighbours with one normal on one thing
   * lie in one plane, so the chord between their places is square to that normal.
   */
  @ParameterizedTest
  @EnumSource(RoomType.class)
  void depthAndNormalsAgree(RoomType type) {
    Picture picture = render(type, 5);
    int planar = 0;
    int square = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x + 1 < WIDTH; x++) {
        int i = y * WIDTH + x;
        if (picture.things().ids()[i] == 0 || !sameNormal(picture, i, i + 1)) {
          continue;
        }
        planar++;
        double[] a = place(picture, x, y);
        double[] b = place(picture, x + 1, y);
        float[] n = picture.normals().xyz();
        double dot = 0;
        double length = 0;
        for (int c = 0; c < 3; c++) {
          dot += (b[c] - a[c]) * n[3 * i + c];
          length += (b[c] - a[c]) * (b[c] - a[c]);
        }
        // The rest are steps between parallel faces.
        square += Math.abs(dot) <= 1e-4 * Math.sqrt(length) ? 1 : 0;
      }
    }
    assertThat(planar).isGreaterThan(WIDTH * HEIGHT / 2);
    assertThat(square).isGreaterThan(planar * 9 / 10);
  }

  @ParameterizedTest
  @EnumSource(RoomType.class)
  void normalsAreUnitAndFaceTheCamera(RoomType type) {
    Picture picture = render(type, 6);
    float[] n = picture.normals().xyz();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int at = 3 * (y * WIDTH + x);
        if (picture.things().at(x, y) == 0) {
          assertThat(picture.rayLength()[y * WIDTH + x]).isZero();
          continue;
        }
        double[] p = place(picture, x, y);
        assertThat(n[at] * n[at] + n[at + 1] * n[at + 1] + n[at + 2] * n[at + 2])
            .isCloseTo(1, within(1e-5f));
        assertThat(n[at] * p[0] + n[at + 1] * p[1] + n[at + 2] * p[2]).isLessThan(1e-6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RoomType.class)
  void theCameraKeepsClearOfThings(RoomType type) {
    for (int seed = 0; seed < 10; seed++) {
      Room room = Furnishing.room(type, seed);
      for (View view : CameraPath.plan(room, 10, new SeededRandom(seed))) {
        Pose p = view.middle();
        assertThat(room.solids().touches(p.x(), p.y(), p.z(), 0.2)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(RoomType.class)
  void photosAreNeitherDarkNorPale(RoomType type) {
    Picture picture = render(type, 7);
    double sum = 0;
    double squares = 0;
    for (byte sample : picture.photo().rgb()) {
      int value = sample & 0xff;
      sum += value;
      squares += value * value;
    }
    double mean = sum / picture.photo().rgb().length;
    assertThat(mean).isBetween(80.0, 190.0);
    assertThat(Math.sqrt(squares / picture.photo().rgb().length - mean * mean)).isGreaterThan(12);
  }

  private static Picture render(RoomType type, long seed) {
    Room room = Furnishing.room(type, seed);
    List<View> views = CameraPath.plan(room, 4, new SeededRandom(seed));
    return new Renderer(room, WIDTH, HEIGHT, K).render(views.get(1).middle(), 3);
  }

  private static boolean sameNormal(Picture picture, int i, int j) {
    float[] n = picture.normals().xyz();
    return picture.things().ids()[i] == picture.things().ids()[j]
        && n[3 * i] == n[3 * j]
        && n[3 * i + 1] == n[3 * j + 1]
        && n[3 * i + 2] == n[3 * j + 2];
  }

  private static double[] place(Picture picture, int x, int y) {
    double dx = (x - K.cx()) / K.fx();
    double dy = (K.cy() - y) / K.fy();
    double z = picture.rayLength()[y * WIDTH + x] / Math.sqrt(dx * dx + dy * dy + 1);
    return new double[] {dx * z, dy * z, z};
  }
}
