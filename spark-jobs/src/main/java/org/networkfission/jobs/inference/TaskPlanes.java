package org.networkfission.jobs.inference;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.Planes;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Confidence;
import org.networkfission.model.task.TaskDefinition;

/**
 * What a model says of one image, before classes and directions are read from it.
 *
 * @param values by task, [channels, height, width]
 */
public record TaskPlanes(int width, int height, Map<Task, float[]> values) {
  /** How many values are enlarged at a time: an image of classes at a photo's size is large. */
  private static final int BAND_VALUES = 1 << 20;

  private static final float LEAST_PROBABILITY = 1e-30f;

  /** The outputs for a batch of one image, which are given back. */
  public static TaskPlanes of(Map<Task, INDArray> outputs) {
    Map<Task, float[]> values = new EnumMap<>(Task.class);
    INDArray any = outputs.values().iterator().next();
    int width = (int) any.size(3);
    int height = (int) any.size(2);
    outputs.forEach(
        (task, array) -> {
          values.put(task, Planes.of(array));
          if (array.closeable()) {
            array.close();
          }
        });
    return new TaskPlanes(width, height, values);
  }

  /** Reads the prediction at its own size. */
  public PhotoPrediction read() {
    return read(width, height);
  }

  /**
   * Reads the prediction at another size: values are interpolated between pixels' centres, and
   * classes and directions are read from what that gives.
   */
  public PhotoPrediction read(int toWidth, int toHeight) {
    Map<Task, Object> maps = new EnumMap<>(Task.class);
    Optional<byte[]> confidence = Optional.empty();
    for (Map.Entry<Task, float[]> task : values.entrySet()) {
      byte[] sure = task.getKey().definition().ofClasses() ? new byte[toWidth * toHeight] : null;
      maps.put(
          task.getKey(),
          read(task.getKey().definition(), task.getValue(), toWidth, toHeight, sure));
      confidence = sure == null ? confidence : Optional.of(sure);
    }
    return new PhotoPrediction(toWidth, toHeight, new Prediction(maps), confidence);
  }

  /** The same without the confidence of labels. */
  public Prediction prediction(int toWidth, int toHeight) {
    Map<Task, Object> maps = new EnumMap<>(Task.class);
    values.forEach(
        (task, planes) -> maps.put(task, read(task.definition(), planes, toWidth, toHeight, null)));
    return new Prediction(maps);
  }

  /** What the mirrored image shows: columns change places, and normals turn. */
  public TaskPlanes mirrored() {
    Map<Task, float[]> turned = new EnumMap<>(Task.class);
    values.forEach(
        (task, planes) -> {
          float[] other = mirrored(planes, width);
          if (task.definition().unitVectors()) {
            negate(other, width * height);
          }
          turned.put(task, other);
        });
    return new TaskPlanes(width, height, turned);
  }

  /** Planes whose rows run from right to left. */
  public static float[] mirrored(float[] planes, int width) {
    float[] out = new float[planes.length];
    for (int row = 0; row < planes.length; row += width) {
      for (int x = 0; x < width; x++) {
        out[row + x] = planes[row + width - 1 - x];
      }
    }
    return out;
  }

  /** Turns the sign of the first values, e.g. of the plane of normals' x. */
  public static void negate(float[] planes, int count) {
    for (int i = 0; i < count; i++) {
      planes[i] = -planes[i];
    }
  }

  /** The same with depth multiplied. */
  public TaskPlanes withDepthTimes(double factor) {
    Map<Task, float[]> changed = new EnumMap<>(values);
    changed.computeIfPresent(
        Task.DEPTH,
        (task, metres) -> {
          float[] out = new float[metres.length];
          for (int i = 0; i < out.length; i++) {
            out[i] = (float) (factor * metres[i]);
          }
          return out;
        });
    return new TaskPlanes(width, height, changed);
  }

  /**
   * What several views of one image say together, at some size: the mean, each interpolated to it
   * first; of labels that of the classes' probabilities, and of directions with a length of 1.
   */
  public static TaskPlanes mean(List<TaskPlanes> views, int toWidth, int toHeight) {
    Map<Task, float[]> means = new EnumMap<>(Task.class);
    for (Task task : views.get(0).values().keySet()) {
      float[] sum = null;
      for (TaskPlanes view : views) {
        float[] shown = view.shown(task, toWidth, toHeight);
        if (sum == null) {
          sum = shown;
        } else {
          for (int i = 0; i < sum.length; i++) {
            sum[i] += shown[i];
          }
        }
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] /= views.size();
      }
      finish(task, sum, toWidth * toHeight);
      means.put(task, sum);
    }
    return new TaskPlanes(toWidth, toHeight, means);
  }

  /** A task's values as means are over, at some size; an array of the caller's. */
  private float[] shown(Task task, int toWidth, int toHeight) {
    float[] planes = values.get(task);
    int pixels = width * height;
    float[] shown = task.definition().ofClasses() ? softmax(planes, pixels) : planes.clone();
    return toWidth == width && toHeight == height
        ? shown
        : enlarged(shown, shown.length / pixels, toWidth, toHeight, 0, toHeight);
  }

  /** Turns means into a network's values: scores of classes, and vectors of length 1. */
  static void finish(Task task, float[] means, int pixels) {
    if (task.definition().ofClasses()) {
      for (int i = 0; i < means.length; i++) {
        means[i] = (float) Math.log(Math.max(means[i], LEAST_PROBABILITY));
      }
    }
    if (task.definition().unitVectors()) {
      normalise(means, means.length / pixels);
    }
  }

  /** The classes' probabilities by their scores. */
  static float[] softmax(float[] scores, int pixels) {
    float[] out = new float[scores.length];
    for (int i = 0; i < pixels; i++) {
      float best = scores[i];
      for (int at = i + pixels; at < scores.length; at += pixels) {
        best = Math.max(best, scores[at]);
      }
      double sum = 0;
      for (int at = i; at < scores.length; at += pixels) {
        sum += Math.exp(scores[at] - best);
      }
      for (int at = i; at < scores.length; at += pixels) {
        out[at] = (float) (Math.exp(scores[at] - best) / sum);
      }
    }
    return out;
  }

  private <P> P read(
      TaskDefinition<P> definition, float[] planes, int toWidth, int toHeight, byte[] confidence) {
    int channels = planes.length / (width * height);
    boolean same = toWidth == width && toHeight == height;
    int step = same ? height : Math.max(1, BAND_VALUES / (channels * toWidth));
    List<P> bands = new ArrayList<>();
    for (int y = 0; y < toHeight; y += step) {
      int rows = Math.min(step, toHeight - y);
      float[] band = same ? planes : enlarged(planes, channels, toWidth, toHeight, y, rows);
      if (!same && definition.unitVectors()) {
        normalise(band, channels);
      }
      bands.add(definition.prediction(band, toWidth, rows));
      if (confidence != null) {
        byte[] sure = Confidence.of(band, toWidth * rows);
        System.arraycopy(sure, 0, confidence, y * toWidth, sure.length);
      }
    }
    return bands.size() == 1 ? bands.get(0) : definition.stack(bands);
  }

  /** Some rows of the planes at another size, [channels, rows, toWidth]. */
  private float[] enlarged(
      float[] planes, int channels, int toWidth, int toHeight, int first, int rows) {
    float[] out = new float[channels * rows * toWidth];
    for (int y = 0; y < rows; y++) {
      double row = centre(first + y, toHeight, height);
      int y0 = (int) row;
      int y1 = Math.min(y0 + 1, height - 1);
      float ay = (float) (row - y0);
      for (int x = 0; x < toWidth; x++) {
        double column = centre(x, toWidth, width);
        int x0 = (int) column;
        int x1 = Math.min(x0 + 1, width - 1);
        float ax = (float) (column - x0);
        for (int c = 0; c < channels; c++) {
          int upper = (c * height + y0) * width;
          int lower = (c * height + y1) * width;
          out[(c * rows + y) * toWidth + x] =
              (1 - ay) * ((1 - ax) * planes[upper + x0] + ax * planes[upper + x1])
                  + ay * ((1 - ax) * planes[lower + x0] + ax * planes[lower + x1]);
        }
      }
    }
    return out;
  }

  /** Where the centre of a pixel lies among those of another size. */
  private static double centre(int pixel, int size, int ofSize) {
    return Math.min(Math.max((pixel + 0.5) * ofSize / size - 0.5, 0), ofSize - 1);
  }

  /** Divides each pixel's vector by its length. */
  static void normalise(float[] planes, int channels) {
    int pixels = planes.length / channels;
    for (int i = 0; i < pixels; i++) {
      double square = 0;
      for (int at = i; at < planes.length; at += pixels) {
        square += (double) planes[at] * planes[at];
      }
      float scale = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
      for (int at = i; at < planes.length; at += pixels) {
        planes[at] *= scale;
      }
    }
  }
}
