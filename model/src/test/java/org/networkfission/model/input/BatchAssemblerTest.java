package org.networkfission.model.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.BatchNorm;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
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
        BatchNorm.REPLICA,
        0.99,
        Compute.AUTO);
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

  @Test
  void sameSizeIsCopiedAsItIs() {
    Batch batch = assemble(spec(W, H, InputModality.RGB), Augmentation.NONE, 0);
    assertThat(batch.images().shape()).containsExactly(2, 3, H, W);
    assertThat(batch.images().getDouble(1, 0, 3, 9)).isCloseTo(36, within(1e-3));
    assertThat(batch.images().getDouble(1, 1, 3, 9)).isCloseTo(200, within(1e-3));
    assertThat(batch.labels().getDouble(0, 5, 15)).isEqualTo(1);
    assertThat(batch.labels().getDouble(0, 5, 16)).isEqualTo(2);
    assertThat(batch.depth().getDouble(0, 0, 5, 16)).isCloseTo(2, within(1e-6));
    assertThat(batch.normals().getDouble(0, 0, 5, 16)).isCloseTo(HALF, within(1e-6));
    assertThat(batch.keys()).containsExactly("key", "key");
  }

  @Test
  void resizingKeepsDepthAndAveragesColour() {
    Batch batch = assemble(spec(16, 16, InputModality.RGB), Augmentation.NONE, 0);
    assertThat(batch.images().getDouble(0, 0, 3, 4)).isCloseTo(34, within(0.01));
    assertThat(batch.depth().getDouble(0, 0, 5, 5)).isCloseTo(2, within(1e-6));
    assertThat(batch.labels().getDouble(0, 5, 7)).isEqualTo(1);
    assertThat(batch.labels().getDouble(0, 5, 8)).isEqualTo(2);
  }

  @Test
  void networkMaySeeDepthOrNormals() {
    Batch depth = assemble(spec(W, H, InputModality.DEPTH), Augmentation.NONE, 0);
    assertThat(depth.images()).isEqualTo(depth.depth());
    Batch normals = assemble(spec(W, H, InputModality.NORMALS), Augmentation.NONE, 0);
    assertThat(normals.images()).isEqualTo(normals.normals());
  }

  @Test
  void flipMirrorsTheImageAndTheNormals() {
    Augmentation flip = new Augmentation(1, 0, 0, 1, 0, 0, 0, 0);
    Batch batch = assemble(spec(W, H, InputModality.RGB), flip, 0);
    assertThat(batch.labels().getDouble(0, 5, 0)).isEqualTo(2);
    assertThat(batch.images().getDouble(0, 0, 3, 0)).isCloseTo(4 * 31, within(1e-3));
    assertThat(batch.normals().getDouble(0, 0, 5, 5)).isCloseTo(-HALF, within(1e-6));
    assertThat(batch.normals().getDouble(0, 1, 5, 5)).isCloseTo(HALF, within(1e-6));
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
      double metres = batch.depth().getDouble(0, 0, 8, 16);
      assertThat(metres).isBetween(1.4, 2.0);
      // The colour ramp grows with the same factor.
      double ramp =
          (batch.images().getDouble(0, 0, 8, 20) - batch.images().getDouble(0, 0, 8, 10)) / 40;
      assertThat(ramp).isCloseTo(metres / 2, within(0.01));
      scaled |= metres < 1.95;
    }
    assertThat(scaled).isTrue();
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
            BatchNorm.REPLICA,
            0.99,
            Compute.AUTO);
    assertThatThrownBy(() -> assemble(two, Augmentation.NONE, 0))
        .hasMessage(
            "Cannot use frame key: it has class 2, the network has 2 classes (network.classes)");
  }
}
