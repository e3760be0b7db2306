package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.BatchAssembler;
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
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

/** Frames of random pixels, against loops over single pixels in double precision. */
class FramePredictorTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 32;
  private static final int FRAME_WIDTH = 91;
  private static final int FRAME_HEIGHT = 53;
  private static final int CLASSES = 4;

  /** What it says of a pixel follows from the pixel's colour and its place in the row. */
  private record Looking(int width, int height) implements Predictor {
    @Override
    public NetworkSpec spec() {
      return new NetworkSpec(
          width,
          height,
          InputModality.RGB,
          Encoder.RESNET50,
          256,
          FissionScheme.MID,
          Heads.PARALLEL,
          List.of(Task.LABELS, Task.NORMALS, Task.DEPTH),
          CLASSES,
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
      Map<Task, INDArray> outputs = new EnumMap<>(Task.class);
      float[] rgb = images.dup('c').data().asFloat();
      spec()
          .tasks()
          .forEach(
              task -> {
                float[] out = new float[task.channels(CLASSES) * width * height];
                for (int at = 0; at < out.length; at++) {
                  out[at] = (float) says(task, rgb, at);
                }
                outputs.put(
                    task,
                    Nd4j.createFromArray(out)
                        .reshape('c', 1, task.channels(CLASSES), height, width));
              });
      return outputs;
    }

    /** The value of a channel at a pixel. */
    private double says(Task task, float[] rgb, int at) {
      int pixels = width * height;
      int i = at % pixels;
      double place = (i % width + 0.5) / width;
      return switch (task) {
        case LABELS -> rgb[at / pixels % 3 * pixels + i] / 60 + (at / pixels == 3 ? 4 * place : 0);
        case DEPTH -> 1 + rgb[i] / 100 + place;
        default -> unit(rgb, i, place)[at / pixels];
      };
    }

    private double[] unit(float[] rgb, int i, double place) {
      int pixels = width * height;
      double x = rgb[i] / 255 - 0.2 + place;
      double y = rgb[pixels + i] / 255 - 0.5;
      double z = -rgb[2 * pixels + i] / 255 - 0.1;
      double length = Math.sqrt(x * x + y * y + z * z);
      return new double[] {x / length, y / length, z / length};
    }

    @Override
    public void close() {}
  }

  private static LabeledImage frame() {
    byte[] rgb = new byte[3 * FRAME_WIDTH * FRAME_HEIGHT];
    new Random(5).nextBytes(rgb);
    return new LabeledImage(
        "random/1",
        new Intrinsics(50, 50, 30, 20),
        new ColorImage(FRAME_WIDTH, FRAME_HEIGHT, rgb),
        null,
        null,
        null);
  }

  private static INDArray shown(LabeledImage frame, int width, int height) {
    return new BatchAssembler(new Looking(width, height).spec(), Augmentation.NONE, 0)
        .assemble(List.of(frame), 0)
        .images();
  }

  /** A view's values as a function of a place in the frame, 0 to 1 each way. */
  private interface View {
    double at(Task task, int channel, double x, double y);
  }

  private static View view(LabeledImage frame, double scale, boolean mirrored) {
    int width = (int) (scale * WIDTH);
    int height = (int) (scale * HEIGHT);
    float[] seen = shown(frame, width, height).data().asFloat();
    float[] rgb = new float[seen.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = mirrored ? seen[i / width * width + width - 1 - i % width] : seen[i];
    }
    Looking model = new Looking(width, height);
    return (task, channel, x, y) -> {
      double column = Math.min(Math.max(x * width - 0.5, 0), width - 1);
      double row = Math.min(Math.max(y * height - 0.5, 0), height - 1);
      double sum = 0;
      for (int v = (int) row; v <= Math.min(row + 1, height - 1); v++) {
        for (int u = (int) column; u <= Math.min(column + 1, width - 1); u++) {
          double weight = (1 - Math.abs(u - column)) * (1 - Math.abs(v - row));
          sum += weight * value(model, rgb, task, channel, mirrored ? width - 1 - u : u, v);
        }
      }
      boolean turned = mirrored && task == Task.NORMALS && channel == 0;
      return (turned ? -1 : 1) * (task == Task.DEPTH ? scale : 1) * sum;
    };
  }

  /** A value that is averaged over views; of classes their probabilities. */
  private static double value(Looking model, float[] rgb, Task task, int channel, int u, int v) {
    int pixels = model.width() * model.height();
    int i = v * model.width() + u;
    if (task != Task.LABELS) {
      return model.says(task, rgb, channel * pixels + i);
    }
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      sum += Math.exp(model.says(task, rgb, c * pixels + i));
    }
    return Math.exp(model.says(task, rgb, channel * pixels + i)) / sum;
  }

  private static void assertMean(Prediction prediction, List<View> views, int width, int height) {
    short[] ids = prediction.map(Task.LABELS, LabelMap.class).orElseThrow().ids();
    float[] xyz = prediction.map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
    float[] depth = prediction.map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres();
    assertThat(depth).hasSize(width * height);
    for (int i = 0; i < depth.length; i++) {
      double x = (i % width + 0.5) / width;
      int row = i / width;
      double y = (row + 0.5) / height;
      assertThat((double) depth[i] / 1000)
          .isCloseTo(mean(views, Task.DEPTH, 0, x, y), within(1e-5));
      double[] normal = new double[3];
      double square = 0;
      for (int c = 0; c < 3; c++) {
        normal[c] = mean(views, Task.NORMALS, c, x, y);
        square += normal[c] * normal[c];
      }
      for (int c = 0; c < 3; c++) {
        assertThat((double) xyz[3 * i + c]).isCloseTo(normal[c] / Math.sqrt(square), within(1e-4));
      }
      for (int c = 0; c < CLASSES; c++) {
        assertThat(mean(views, Task.LABELS, ids[i], x, y))
            .isGreaterThan(mean(views, Task.LABELS, c, x, y) - 1e-6);
      }
    }
  }

  private static double mean(List<View> views, Task task, int channel, double x, double y) {
    return views.stream().mapToDouble(v -> v.at(task, channel, x, y)).average().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "NETWORK, true, 1",
    "TRUTH, true, 1",
    "NETWORK, false, 0.5 1 1.5",
    "TRUTH, true, 1 2",
    "TRUTH, true, 1.5"
  })
  void severalViewsGiveTheirMean(EvaluateSettings.Size size, boolean flip, String factors) {
    List<Double> scales = List.of(factors.split(" ")).stream().map(Double::valueOf).toList();
    Protocol protocol = new Protocol(size, Crop.NONE, null, flip, scales);
    LabeledImage frame = frame();
    List<Predictor> models = new ArrayList<>();
    List<INDArray> images = new ArrayList<>();
    List<View> views = new ArrayList<>();
    for (double scale : scales) {
      Looking model = new Looking((int) (scale * WIDTH), (int) (scale * HEIGHT));
      models.add(model);
      images.add(shown(frame, model.width(), model.height()));
      views.add(view(frame, scale, false));
      if (flip) {
        views.add(view(frame, scale, true));
      }
    }
    ImageSize to = protocol.sizeOf(frame, new Looking(WIDTH, HEIGHT).spec());

    Prediction prediction = new FramePredictor(protocol, models).predict(frame, images, 0, to);

    assertMean(prediction, views, to.width(), to.height());
  }

  /** One view is enlarged as scores, not as probabilities. */
  @Test
  void predictionsAreEnlargedToTheTruthsSize() {
    Protocol protocol =
        new Protocol(EvaluateSettings.Size.TRUTH, Crop.NONE, null, false, List.of(1.0));
    LabeledImage frame = frame();
    Looking model = new Looking(WIDTH, HEIGHT);
    INDArray images = shown(frame, WIDTH, HEIGHT);
    float[] rgb = images.data().asFloat();
    View view = view(frame, 1, false);

    Prediction prediction =
        new FramePredictor(protocol, List.of(model))
            .predict(frame, List.of(images), 0, new ImageSize(FRAME_WIDTH, FRAME_HEIGHT));

    View scores =
        (task, channel, x, y) -> {
          if (task != Task.LABELS) {
            return view.at(task, channel, x, y);
          }
          double column = Math.min(Math.max(x * WIDTH - 0.5, 0), WIDTH - 1);
          double row = Math.min(Math.max(y * HEIGHT - 0.5, 0), HEIGHT - 1);
          double sum = 0;
          for (int v = (int) row; v <= Math.min(row + 1, HEIGHT - 1); v++) {
            for (int u = (int) column; u <= Math.min(column + 1, WIDTH - 1); u++) {
              int at = channel * WIDTH * HEIGHT + v * WIDTH + u;
              sum +=
                  (1 - Math.abs(u - column))
                      * (1 - Math.abs(v - row))
                      * model.says(Task.LABELS, rgb, at);
            }
          }
          return sum;
        };
    assertMean(prediction, List.of(scores), FRAME_WIDTH, FRAME_HEIGHT);
  }

  /** Windows that begin evenly and fade into each other over a quarter of their size. */
  @Test
  void aLargeFrameIsSeenInWindows() {
    LabeledImage frame = frame();
    // As large as the network's input, so that each pixel is seen as it is.
    Protocol protocol =
        new Protocol(
            EvaluateSettings.Size.TRUTH,
            Crop.NONE,
            new ImageSize(WIDTH, HEIGHT),
            true,
            List.of(1.0));

    Prediction prediction =
        new FramePredictor(protocol, List.of(new Looking(WIDTH, HEIGHT)))
            .predict(frame, List.of(), 0, new ImageSize(FRAME_WIDTH, FRAME_HEIGHT));

    assertMean(
        prediction,
        List.of(windows(frame, false), windows(frame, true)),
        FRAME_WIDTH,
        FRAME_HEIGHT);
  }

  private static View windows(LabeledImage frame, boolean mirrored) {
    Looking model = new Looking(WIDTH, HEIGHT);
    // 91 columns are 64 and at most 48 more of each further window; 53 rows are 32 and at most 24.
    int[] lefts = {0, 27};
    int[] tops = {0, 21};
    return (task, channel, x, y) -> {
      int column = (int) (x * FRAME_WIDTH);
      int row = (int) (y * FRAME_HEIGHT);
      int shown = mirrored ? FRAME_WIDTH - 1 - column : column;
      double[] sums = new double[task.channels(CLASSES)];
      double weights = 0;
      for (int top : tops) {
        for (int left : lefts) {
          int u = shown - left;
          int v = row - top;
          if (u >= 0 && u < WIDTH && v >= 0 && v < HEIGHT) {
            float[] rgb = new float[3 * WIDTH * HEIGHT];
            for (int c = 0; c < 3; c++) {
              rgb[c * WIDTH * HEIGHT + v * WIDTH + u] =
                  frame.color().rgb()[3 * (row * FRAME_WIDTH + column) + c] & 0xff;
            }
            double weight =
                fade(u, WIDTH, left == 0, left + WIDTH == FRAME_WIDTH)
                    * fade(v, HEIGHT, top == 0, top + HEIGHT == FRAME_HEIGHT);
            weights += weight;
            for (int c = 0; c < sums.length; c++) {
              sums[c] += weight * value(model, rgb, task, c, u, v);
            }
          }
        }
      }
      double length = 0;
      for (double sum : sums) {
        length += sum * sum;
      }
      double scale = task == Task.NORMALS ? Math.sqrt(length) : weights;
      return (mirrored && task == Task.NORMALS && channel == 0 ? -1 : 1) * sums[channel] / scale;
    };
  }

  private static double fade(int at, int size, boolean first, boolean last) {
    double ramp = size / 4.0;
    double before = first ? 1 : (at + 0.5) / ramp;
    double after = last ? 1 : (size - at - 0.5) / ramp;
    return Math.min(1, Math.min(before, after));
  }
}
