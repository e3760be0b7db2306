package org.networkfission.jobs.inference;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Reason;

/**
 * Where the predictions of a photo's windows are joined. Windows overlap by a quarter at least, and
 * fade into each other there: each pixel is the mean of what its windows say, weighted by how far
 * it lies from their borders. Of labels, the classes' probabilities are averaged.
 */
final class WindowCanvas {
  /** A part of a window's width or height that it shares with the next one. */
  private static final int OVERLAP = 4;

  /** What a canvas may hold: 1 GiB of floats. */
  private static final long MAX_VALUES = 1L << 28;

  private final List<Window> windows;
  private final int width;
  private final int height;
  private final Map<Task, float[]> sums = new EnumMap<>(Task.class);
  private final float[] weights;

  /**
   * A part of a photo.
   *
   * @param left column of its first pixel in the photo
   * @param top row of its first pixel
   * @param size in the photo's pixels
   * @param canvasLeft column of its first pixel on the canvas
   * @param canvasTop row of it
   */
  record Window(int left, int top, ImageSize size, int canvasLeft, int canvasTop) {
    ColorImage of(ColorImage photo) {
      byte[] rgb = new byte[3 * size.width() * size.height()];
      for (int y = 0; y < size.height(); y++) {
        System.arraycopy(
            photo.rgb(),
            3 * ((top + y) * photo.width() + left),
            rgb,
            3 * y * size.width(),
            3 * size.width());
      }
      return new ColorImage(size.width(), size.height(), rgb);
    }
  }

  private WindowCanvas(List<Window> windows, int width, int height, NetworkSpec spec) {
    this.windows = windows;
    this.width = width;
    this.height = height;
    this.weights = new float[width * height];
    for (Task task : spec.tasks()) {
      sums.put(task, new float[task.channels(spec.classes()) * width * height]);
    }
  }

  /**
   * Lays windows over a photo.
   *
   * @throws FrameException if that would take too much memory
   */
  static WindowCanvas of(
      int photoWidth, int photoHeight, ImageSize window, NetworkSpec spec, String what)
      throws FrameException {
    int windowWidth = Math.min(photoWidth, window.width());
    int windowHeight = Math.min(photoHeight, window.height());
    double scaleX = spec.width() / (double) windowWidth;
    double scaleY = spec.height() / (double) windowHeight;
    int[] lefts = starts(photoWidth, windowWidth);
    int[] tops = starts(photoHeight, windowHeight);
    List<Window> windows = new ArrayList<>();
    for (int top : tops) {
      for (int left : lefts) {
        windows.add(
            new Window(
                left,
                top,
                new ImageSize(windowWidth, windowHeight),
                (int) Math.round(left * scaleX),
                (int) Math.round(top * scaleY)));
      }
    }
    Window last = windows.get(windows.size() - 1);
    long width = (long) last.canvasLeft() + spec.width();
    long height = (long) last.canvasTop() + spec.height();
    long channels = spec.tasks().stream().mapToInt(task -> task.channels(spec.classes())).sum();
    if (width * height * channels > MAX_VALUES) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot predict %s in windows: %,d windows of %s for %,d x %,d pixels give %,d values, at most %,d are held; choose a larger predict.window or evaluate.window"
              .formatted(
                  what,
                  windows.size(),
                  window,
                  photoWidth,
                  photoHeight,
                  width * height * channels,
                  MAX_VALUES));
    }
    return new WindowCanvas(windows, (int) width, (int) height, spec);
  }

  /** Where windows begin: evenly, the first at the start and the last at the end. */
  private static int[] starts(int total, int window) {
    int free = total - window;
    int stride = Math.max(1, window - window / OVERLAP);
    int count = 1 + (free + stride - 1) / stride;
    int[] starts = new int[count];
    for (int i = 1; i < count; i++) {
      starts[i] = (int) Math.round(free * (double) i / (count - 1));
    }
    return starts;
  }

  List<Window> windows() {
    return windows;
  }

  /** Adds what is predicted for a window. */
  void add(Window window, TaskPlanes planes) {
    float[] across = fade(planes.width(), window.canvasLeft(), width);
    float[] down = fade(planes.height(), window.canvasTop(), height);
    for (int y = 0; y < planes.height(); y++) {
      for (int x = 0; x < planes.width(); x++) {
        weights[(window.canvasTop() + y) * width + window.canvasLeft() + x] += across[x] * down[y];
      }
    }
    planes.values().forEach((task, values) -> add(task, values, planes, window, across, down));
  }

  private void add(
      Task task, float[] values, TaskPlanes planes, Window window, float[] across, float[] down) {
    int pixels = planes.width() * planes.height();
    float[] sum = sums.get(task);
    int channels = values.length / pixels;
    float[] shown = task.definition().ofClasses() ? TaskPlanes.softmax(values, pixels) : values;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < planes.height(); y++) {
        int from = c * pixels + y * planes.width();
        int to = (c * height + window.canvasTop() + y) * width + window.canvasLeft();
        for (int x = 0; x < planes.width(); x++) {
          sum[to + x] += across[x] * down[y] * shown[from + x];
        }
      }
    }
  }

  /** 1 inside and less towards a border that is none of the photo's; never 0. */
  private static float[] fade(int size, int from, int total) {
    float[] weights = new float[size];
    float ramp = Math.max(1, size / (float) OVERLAP);
    for (int i = 0; i < size; i++) {
      float before = from == 0 ? 1 : (i + 0.5f) / ramp;
      float after = from + size == total ? 1 : (size - i - 0.5f) / ramp;
      weights[i] = Math.min(1, Math.min(before, after));
    }
    return weights;
  }

  /** All windows joined; labels as logarithms of probabilities, which are scores. */
  TaskPlanes planes() {
    sums.forEach(
        (task, sum) -> {
          for (int i = 0; i < sum.length; i++) {
            sum[i] /= weights[i % weights.length];
          }
          TaskPlanes.finish(task, sum, weights.length);
        });
    return new TaskPlanes(width, height, sums);
  }
}
