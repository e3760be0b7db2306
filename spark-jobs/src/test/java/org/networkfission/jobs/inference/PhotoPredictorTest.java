package org.networkfission.jobs.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** Photos of all sizes, by a model whose right answer is known: what it sees at a pixel. */
class PhotoPredictorTest {
  private static final int WIDTH = 32;
  private static final int HEIGHT = 16;

  /** Depth is the red of a pixel; its class is 1 where red is over 100; a normal along the blue. */
  private static final class Looking implements Predictor {
    private final List<long[]> seen = new ArrayList<>();

    @Override
    public NetworkSpec spec() {
      return new NetworkSpec(
          WIDTH,
          HEIGHT,
          InputModality.RGB,
          Encoder.RESNET50,
          256,
          FissionScheme.MID,
          Heads.PARALLEL,
          List.of(Task.LABELS, Task.NORMALS, Task.DEPTH),
          2,
          0.0625,
          false,
          0,
          BatchStatistics.REPLICA,
          0.99,
          InitialDeviation.HE,
          DepthStart.ROOM,
          Compute.AUTO,
          ComputePrecision.FLOAT32);
    }

    @Override
    public Map<Task, INDArray> predict(INDArray images) {
      seen.add(images.shape());
      float[] planes = images.dup('c').data().asFloat();
      int pixels = WIDTH * HEIGHT;
      float[] labels = new float[2 * pixels];
      float[] normals = new float[3 * pixels];
      float[] depth = new float[pixels];
      for (int i = 0; i < pixels; i++) {
        depth[i] = planes[i];
        labels[i] = 100;
        labels[pixels + i] = planes[i];
        double angle = planes[2 * pixels + i] / 255 * Math.PI / 2;
        normals[i] = (float) Math.sin(angle);
        normals[2 * pixels + i] = (float) -Math.cos(angle);
      }
      Map<Task, INDArray> outputs = new EnumMap<>(Task.class);
      outputs.put(Task.LABELS, Nd4j.createFromArray(labels).reshape(1, 2, HEIGHT, WIDTH));
      outputs.put(Task.NORMALS, Nd4j.createFromArray(normals).reshape(1, 3, HEIGHT, WIDTH));
      outputs.put(Task.DEPTH, Nd4j.createFromArray(depth).reshape(1, 1, HEIGHT, WIDTH));
      return outputs;
    }

    @Override
    public void close() {}
  }

  /** Red from left to right, blue from top to bottom. */
  private static ColorImage ramps(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb[3 * (y * width + x)] = (byte) Math.round(255.0 * x / (width - 1));
        rgb[3 * (y * width + x) + 2] = (byte) Math.round(255.0 * y / (height - 1));
      }
    }
    return new ColorImage(width, height, rgb);
  }

  private static void assertRamps(PhotoPrediction prediction, double tolerance) {
    int width = prediction.width();
    int height = prediction.height();
    float[] depth =
        prediction.prediction().map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres();
    float[] xyz = prediction.prediction().map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
    short[] ids = prediction.prediction().map(Task.LABELS, LabelMap.class).orElseThrow().ids();
    assertThat(depth).hasSize(width * height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        double red = 255 * Math.min(Math.max((x + 0.5) / width, 0), 1);
        double angle = Math.PI / 2 * (y + 0.5) / height;
        assertThat((double) depth[i] / 1000).isCloseTo(red, within(tolerance));
        assertThat((double) xyz[3 * i]).isCloseTo(Math.sin(angle), within(tolerance / 100));
        double length =
            xyz[3 * i] * xyz[3 * i]
                + xyz[3 * i + 1] * xyz[3 * i + 1]
                + xyz[3 * i + 2] * xyz[3 * i + 2];
        assertThat(length).isCloseTo(1, within(1e-5));
        if (Math.abs(red - 100) > tolerance) {
          assertThat((int) ids[i]).isEqualTo(red > 100 ? 1 : 0);
        }
      }
    }
  }

  @Test
  void aPhotoIsStretchedAndItsPredictionHasTheNetworksSizeOrThePhotos() throws Exception {
    Looking model = new Looking();
    TaskPlanes planes =
        new PhotoPredictor(model, Optional.empty()).predict(ramps(200, 90), "photo");

    assertRamps(planes.read(), 3);
    assertRamps(planes.read(200, 90), 5); // Towards the borders nothing is seen farther out.
    assertThat(planes.read(5, 3).width()).isEqualTo(5);
    assertThat(model.seen).containsExactly(new long[] {1, 3, HEIGHT, WIDTH});
  }

  /** Windows that see the same thing give what one look gives; and no border is seen. */
  @Test
  void aLargePhotoIsPredictedInWindowsThatFadeIntoEachOther() throws Exception {
    for (ImageSize window :
        List.of(new ImageSize(64, 32), new ImageSize(400, 30), new ImageSize(63, 1000))) {
      Looking model = new Looking();
      TaskPlanes planes =
          new PhotoPredictor(model, Optional.of(window)).predict(ramps(300, 150), "photo");

      assertThat(model.seen).as("windows of %s", window).hasSizeGreaterThan(3);
      assertRamps(planes.read(), 6);
      assertRamps(planes.read(300, 150), 8);
    }
  }

  /** Two windows that disagree: the change from one to the other is gradual. */
  @Test
  void noSeamIsSeenBetweenWindows() throws Exception {
    Looking model = new Looking();
    byte[] rgb = new byte[3 * 112 * 32];
    new Random(3).nextBytes(rgb);
    WindowCanvas canvas = WindowCanvas.of(112, 32, new ImageSize(64, 32), model.spec(), "photo");
    assertThat(canvas.windows()).hasSize(2);
    int number = 0;
    for (WindowCanvas.Window window : canvas.windows()) {
      ColorImage even = new ColorImage(64, 32, new byte[3 * 64 * 32]);
      java.util.Arrays.fill(even.rgb(), (byte) (number++ == 0 ? 50 : 90));
      canvas.add(window, new PhotoPredictor(model, Optional.empty()).predict(even, "window"));
    }
    TaskPlanes planes = canvas.planes();
    float[] depth = planes.values().get(Task.DEPTH);
    assertThat(planes.width()).isEqualTo(56);
    assertThat(depth[0]).isCloseTo(50, within(1e-3f));
    assertThat(depth[55]).isCloseTo(90, within(1e-3f));
    for (int x = 1; x < planes.width(); x++) {
      assertThat(depth[x] - depth[x - 1]).as("column %d", x).isBetween(-1e-3f, 8f);
    }
  }

  @Test
  void aPhotoNotLargerThanAWindowIsSeenAtOnceToTheSameBits() throws Exception {
    byte[] rgb = new byte[3 * 60 * 30];
    new Random(7).nextBytes(rgb);
    ColorImage photo = new ColorImage(60, 30, rgb);

    TaskPlanes whole = new PhotoPredictor(new Looking(), Optional.empty()).predict(photo, "photo");
    TaskPlanes windowed =
        new PhotoPredictor(new Looking(), Optional.of(new ImageSize(60, 30)))
            .predict(photo, "photo");

    assertThat(windowed.values().get(Task.DEPTH)).isEqualTo(whole.values().get(Task.DEPTH));
    assertThat(windowed.values().get(Task.LABELS)).isEqualTo(whole.values().get(Task.LABELS));
  }

  @Test
  void confidenceIsTheSoftmaxOfTheScores() {
    float[] scores = {0, 2, (float) Math.log(3), 0, 2, 0};
    PhotoPrediction prediction = new TaskPlanes(3, 1, Map.of(Task.LABELS, scores)).read();

    assertThat(prediction.confidence().orElseThrow())
        .isEqualTo(new byte[] {(byte) 128, (byte) 128, (byte) 191});
  }

  @Test
  void tooManyWindowsAreRefusedWithWhatToDo() {
    ColorImage photo = new ColorImage(9000, 7000, new byte[3 * 9000 * 7000]);

    assertThatThrownBy(
            () ->
                new PhotoPredictor(new Looking(), Optional.of(new ImageSize(32, 16)))
                    .predict(photo, "x.jpg"))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining("Cannot predict x.jpg in windows")
        .hasMessageContaining("choose a larger predict.window");
  }
}
