package org.networkfission.model.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

class BatchAssemblerTest {
  private static final int W = 32;
  private static final int H = 16;
  private static final double HALF = Math.sqrt(0.5);

  private static NetworkSpec spec(int width, int height, InputModality input) {
    return new NetworkSpec(
        width,
        height,
        input,
        Encoder.RESNET50,
        256,
        FissionScheme.SINGLE,
        Heads.PARALLEL,
        List.of(Task.LABELS),
        5,
        1,
        false,
        0,
        BatchStatistics.REPLICA,
        0.99,
        InitialDeviation.HE,
        DepthStart.ROOM,
        Compute.AUTO,
        ComputePrecision.FLOAT32);
  }

  /** The label is 1 on the left half, 2 on the right; normals look right and up; depth is 2 m. */
  private static LabeledImage image() {
    byte[] rgb = new byte[W * H * 3];
    float[] depth = new float[W * H];
    short[] labels = new short[W * H];
    float[] normals = new float[W * H * 3];
    for (int i = 0; i < W * H; i++) {
      rgb[3 * i] = (byte) (4 * (i % W));
      rgb[3 * i + 1] = (byte) 200;
      depth[i] = 2000;
      labels[i] = (short) (i % W < W / 2 ? 1 : 2);
      normals[3 * i] = (float) HALF;
      normals[3 * i + 1] = (float) HALF;
    }
    return new LabeledImage(
        "key",
        new Intrinsics(30, 30, 15.5, 7.5),
        new ColorImage(W, H, rgb),
        new DepthMap(W, H, depth),
        new LabelMap(W, H, labels),
        new NormalMap(W, H, normals));
  }

  private static Batch assemble(NetworkSpec spec, Augmentation augmentation, int epoch) {
    return new BatchAssembler(spec, augmentation, 7).assemble(List.of(image(), image()), epoch);
  }

  private static double metres(Batch batch, int image, int row, int column) {
    GroundTruth truth = batch.truths().get(image);
    return truth.metres()[row * truth.width() + column];
  }

  private static double normal(Batch batch, int image, int component, int row, int column) {
    GroundTruth truth = batch.truths().get(image);
    return truth.normals().xyz()[3 * (row * truth.width() + column) + component];
  }

  @Test
  void sameSizeIsCopiedAsItIs() {
    Batch batch = assemble(spec(W, H, InputModality.RGB), Augmentation.NONE, 0);
    assertThat(batch.images().shape()).containsExactly(2, 3, H, W);
    assertThat(batch.images().getDouble(1, 0, 3, 9)).isCloseTo(36, within(1e-3));
    assertThat(batch.images().getDouble(1, 1, 3, 9)).isCloseTo(200, within(1e-3));
    assertThat(batch.truths().get(0).labels().at(15, 5)).isEqualTo(1);
    assertThat(batch.truths().get(0).labels().at(16, 5)).isEqualTo(2);
    assertThat(metres(batch, 0, 5, 16)).isCloseTo(2, within(1e-6));
    assertThat(normal(batch, 0, 0, 5, 16)).isCloseTo(HALF, within(1e-6));
    assertThat(batch.keys()).containsExactly("key", "key");
  }

  @Test
  void resizingKeepsDepthAndAveragesColour() {
    Batch batch = assemble(spec(16, 16, InputModality.RGB), Augmentation.NONE, 0);
    assertThat(batch.images().getDouble(0, 0, 3, 4)).isCloseTo(34, within(0.01));
    assertThat(metres(batch, 0, 5, 5)).isCloseTo(2, within(1e-6));
    assertThat(batch.truths().get(0).labels().at(7, 5)).isEqualTo(1);
    assertThat(batch.truths().get(0).labels().at(8, 5)).isEqualTo(2);
  }

  @Test
  void networkMaySeeDepthOrNormals() {
    Batch depth = assemble(spec(W, H, InputModality.DEPTH), Augmentation.NONE, 0);
    assertThat(depth.images().shape()).containsExactly(2, 1, H, W);
    assertThat(depth.images().getDouble(1, 0, 3, 9)).isEqualTo(metres(depth, 1, 3, 9));
    Batch normals = assemble(spec(W, H, InputModality.NORMALS), Augmentation.NONE, 0);
    assertThat(normals.images().shape()).containsExactly(2, 3, H, W);
    for (int c = 0; c < 3; c++) {
      assertThat(normals.images().getDouble(1, c, 3, 9)).isEqualTo(normal(normals, 1, c, 3, 9));
    }
  }

  @Test
  void flipMirrorsTheImageAndTheNormals() {
    Augmentation flip = new Augmentation(1, 0, 0, 1, 0, 0, 0, 0);
    Batch batch = assemble(spec(W, H, InputModality.RGB), flip, 0);
    assertThat(batch.truths().get(0).labels().at(0, 5)).isEqualTo(2);
    assertThat(batch.images().getDouble(0, 0, 3, 0)).isCloseTo(4 * 31, within(1e-3));
    assertThat(normal(batch, 0, 0, 5, 5)).isCloseTo(-HALF, within(1e-6));
    assertThat(normal(batch, 0, 1, 5, 5)).isCloseTo(HALF, within(1e-6));
  }

  @Test
  void rotationTurnsTheNormalsWithTheImage() {
    // The picture turns counter-clockwise: up-right becomes up.
    View view = new View(false, Math.toRadians(45), 0, 0, 1);
    assertThat(view.normalX(HALF, HALF)).isCloseTo(0, within(1e-9));
    assertThat(view.normalY(HALF, HALF)).isCloseTo(1, within(1e-9));
    // What is shown above the centre lay to its upper right.
    double column = view.column(50, 20, 101, 101, 101, 101) - 50;
    double row = view.row(50, 20, 101, 101, 101, 101) - 50;
    assertThat(column).isCloseTo(30 * HALF, within(1e-6));
    assertThat(row).isCloseTo(-30 * HALF, within(1e-6));
  }

  @Test
  void depthScalesWithTheCrop() {
    Augmentation crop = new Augmentation(0, 0.15, 0, 1, 0, 0, 0, 0);
    boolean scaled = false;
    for (int epoch = 0; epoch < 5; epoch++) {
      Batch batch = assemble(spec(W, H, InputModality.RGB), crop, epoch);
      double metres = metres(batch, 0, 8, 16);
      assertThat(metres).isBetween(1.4, 2.0);
      // The colour ramp grows with the same factor.
      double ramp =
          (batch.images().getDouble(0, 0, 8, 20) - batch.images().getDouble(0, 0, 8, 10)) / 40;
      assertThat(ramp).isCloseTo(metres / 2, within(0.01));
      scaled |= metres < 1.95;
    }
    assertThat(scaled).isTrue();
  }

  /**
   * A slanted plane through flip, rotation and crop: the normal of the depth that comes out, seen
   * through the camera that comes out, is the normal that comes out.
   */
  @ParameterizedTest
  @CsvSource({
    "false, 0, 0, 0, 1",
    "true, 0, 0, 0, 1",
    "false, 7, 0, 0, 1",
    "true, -30, 0, 0, 1",
    "false, 0, 0.2, 0.05, 0.7",
    "true, 12, 0.1, 0.15, 0.75"
  })
  void aPlaneStaysThePlaneOfItsNormals(
      boolean mirrored, double degrees, double left, double top, double window) {
    int size = 201;
    double focal = 180;
    double[] plane = unit(0.3, 0.5, -0.8);
    float[] depth = new float[size * size];
    float[] normals = new float[3 * size * size];
    for (int i = 0; i < size * size; i++) {
      double[] ray = {(i % size - 100) / focal, (100 - i / size) / focal, 1};
      depth[i] = (float) (-2000 / dot(plane, ray));
      for (int c = 0; c < 3; c++) {
        normals[3 * i + c] = (float) plane[c];
      }
    }
    View view = new View(mirrored, Math.toRadians(degrees), left, top, window);
    Resampler resampler = new Resampler(view, size, size, size, size);
    float[] newDepth = resampler.depth(new DepthMap(size, size, depth), 1);
    float[] newNormals = resampler.normals(new NormalMap(size, size, normals)).xyz();

    // The pixel that saw along the axis, and the lens in pixels of the window.
    double u0 = (0.5 - left) / window * size - 0.5;
    double v0 = (0.5 - top) / window * size - 0.5;
    double f = focal / window;
    double[][] points = new double[3][];
    int[][] at = {{60, 60}, {140, 70}, {90, 150}};
    for (int i = 0; i < 3; i++) {
      int u = at[i][0];
      int v = at[i][1];
      // Depth is told as through the old lens.
      double z = newDepth[v * size + u] / window;
      points[i] = new double[] {z * (u - u0) / f, z * (v0 - v) / f, z};
    }
    double[] computed = cross(minus(points[1], points[0]), minus(points[2], points[0]));
    double[] told = new double[3];
    for (int c = 0; c < 3; c++) {
      told[c] = newNormals[3 * (60 * size + 60) + c];
    }
    double cosine = Math.abs(dot(computed, told));
    assertThat(Math.toDegrees(Math.acos(Math.min(1, cosine)))).isLessThan(1.5);
    assertThat(dot(told, told)).isCloseTo(1, within(1e-6));
    assertThat(told[2]).isCloseTo(plane[2], within(1e-6));
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  private static double[] minus(double[] a, double[] b) {
    return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
  }

  private static double[] unit(double x, double y, double z) {
    double length = Math.sqrt(x * x + y * y + z * z);
    return new double[] {x / length, y / length, z / length};
  }

  private static double[] cross(double[] a, double[] b) {
    return unit(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "32, 16, false, 0, 0, 1",
    "7, 40, true, 0.2, 0.1, 0.7",
    "131, 57, true, 0, 0.3, 0.5",
    "131, 57, false, -0.1, -0.2, 1.3",
    "1, 1, false, 0, 0, 1"
  })
  void aPictureThatIsNotTurnedIsSampledAsOneThatHardlyIs(
      int width, int height, boolean mirrored, double left, double top, double window) {
    byte[] rgb = new byte[3 * width * height];
    new Random(1).nextBytes(rgb);
    ColorImage photo = new ColorImage(width, height, rgb);
    View upright = new View(mirrored, 0, left, top, window);
    View turned = new View(mirrored, Double.MIN_VALUE, left, top, window);
    assertThat(new Resampler(upright, width, height, W, H).color(photo))
        .isEqualTo(new Resampler(turned, width, height, W, H).color(photo));
  }

  @Test
  void whatTurnsInFromOutsideHasNoTruth() {
    View view = new View(false, Math.toRadians(45), 0, 0, 1);
    Resampler resampler = new Resampler(view, W, H, W, H);
    short[] labels = resampler.labels(image().labels()).ids();
    float[] depth = resampler.depth(image().depth(), 1);
    float[] normals = resampler.normals(image().normals()).xyz();

    // Labels are of the picture, never a mixture; outside is void.
    assertThat(labels).containsOnly(0, 1, 2).contains(0, 1, 2);
    for (int i = 0; i < W * H; i++) {
      boolean inside = labels[i] > 0;
      assertThat(depth[i]).isEqualTo(inside ? 2000 : 0);
      assertThat(normals[3 * i + 1] != 0).isEqualTo(inside);
    }
  }

  @Test
  void lightChangesThePhotoAlone() {
    NetworkSpec spec = spec(W, H, InputModality.RGB);
    Batch plain = assemble(spec, Augmentation.NONE, 0);
    double[] variances = new double[2];
    for (int i = 0; i < 6; i++) {
      Augmentation change =
          switch (i) {
            case 0 -> new Augmentation(0, 0, 0, 7, 0, 0, 0, 0);
            case 1 -> new Augmentation(0, 0, 0, 1, 0.0025, 0, 0, 0);
            case 2 -> new Augmentation(0, 0, 0, 1, 0, 0.1, 0, 0);
            case 3 -> new Augmentation(0, 0, 0, 1, 0, 0, 0.3, 0);
            case 4 -> new Augmentation(0, 0, 0, 1, 0, 0, 0, 0.5);
            default -> new Augmentation(0, 0, 0, 1, 0.01, 0, 0, 0);
          };
      double largest = 0;
      for (int epoch = 0; epoch < 20; epoch++) {
        Batch changed = assemble(spec, change, epoch);
        for (int image = 0; image < changed.size(); image++) {
          GroundTruth truth = plain.truths().get(image);
          GroundTruth after = changed.truths().get(image);
          assertThat(after.labels().ids()).isEqualTo(truth.labels().ids());
          assertThat(after.metres()).isEqualTo(truth.metres());
          assertThat(after.normals().xyz()).isEqualTo(truth.normals().xyz());
        }
        INDArray difference = changed.images().sub(plain.images()).div(255);
        double variance = difference.mul(difference).meanNumber().doubleValue();
        largest = Math.max(largest, variance);
      }
      assertThat(largest).as("change %d", i).isPositive();
      if (i == 1 || i == 5) {
        variances[i / 5] = largest;
      }
    }
    // Twenty times drawn evenly up to the largest variance.
    assertThat(variances[0]).isBetween(0.5 * 0.0025, 1.1 * 0.0025);
    assertThat(variances[1]).isBetween(0.5 * 0.01, 1.1 * 0.01);
  }

  @Test
  void augmentationIsAFunctionOfSeedKeyAndEpoch() {
    Augmentation all = new Augmentation(0.5, 0.15, 7, 7, 0.0025, 0.1, 0.2, 0.2);
    NetworkSpec spec = spec(W, H, InputModality.RGB);
    INDArray first = assemble(spec, all, 3).images();
    assertThat(assemble(spec, all, 3).images()).isEqualTo(first);
    assertThat(assemble(spec, all, 4).images()).isNotEqualTo(first);
    assertThat(first.minNumber().doubleValue()).isNotNegative();
    assertThat(first.maxNumber().doubleValue()).isLessThanOrEqualTo(255);
  }

  @Test
  void labelBeyondTheClassesIsRefused() {
    NetworkSpec two =
        new NetworkSpec(
            W,
            H,
            InputModality.RGB,
            Encoder.RESNET50,
            256,
            FissionScheme.SINGLE,
            Heads.PARALLEL,
            List.of(Task.LABELS),
            2,
            1,
            false,
            0,
            BatchStatistics.REPLICA,
            0.99,
            InitialDeviation.HE,
            DepthStart.ROOM,
            Compute.AUTO,
            ComputePrecision.FLOAT32);
    assertThatThrownBy(() -> assemble(two, Augmentation.NONE, 0))
        .hasMessage(
            "Cannot use frame key: it has class 2, the network has 2 classes (network.classes)");
  }
}
