package org.networkfission.prep.normals.trial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalMode;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.normals.trial.TrialScene.View;

/** Times both modes on frames of a room that it renders. */
public final class NormalBenchmark {
  /** A share of the time goes to warming up. */
  private static final double WARM_UP = 0.4;

  private static final int LEAST_FRAMES = 20;

  /** Compiled code comes late where the machine is busy. */
  private static final int LEAST_WARM_UP = 40;

  private static final int[][] SIZES = {{320, 10}, {640, 30}};

  private final double seconds;

  /**
   * One case.
   *
   * @param frames that were timed, of all threads
   * @param millisPerFrame median time of a frame in its thread
   * @param bestMillisPerFrame least time of a frame
   * @param framesPerSecondPerCore frames per second and thread
   */
  public record Result(
      String mode,
      int width,
      int height,
      int smoothing,
      String variant,
      int threads,
      int frames,
      double millisPerFrame,
      double bestMillisPerFrame,
      double framesPerSecondPerCore) {}

  /**
   * @param seconds for each case
   */
  public NormalBenchmark(double seconds) {
    this.seconds = seconds;
  }

  /** All cases: both modes, both sizes, clean and with noise and holes, one thread and all. */
  public List<Result> run() throws InterruptedException {
    List<Result> results = new ArrayList<>();
    int cores = Runtime.getRuntime().availableProcessors();
    for (NormalMode mode : NormalMode.values()) {
      for (int[] size : SIZES) {
        View view = TrialScene.ROOM.render(size[0]);
        NormalSettings settings =
            NormalSettings.accurate(size[1], TrialScene.FLAT_LABELS).withMode(mode);
        for (AccuracyTable.Variant variant :
            List.of(AccuracyTable.Variant.CLEAN, AccuracyTable.Variant.NOISE_AND_HOLES)) {
          DepthMap depth = variant.of(view.depth());
          results.add(measure(settings, view, depth, variant, 1));
          if (cores > 1) {
            results.add(measure(settings, view, depth, variant, cores));
          }
        }
      }
    }
    return results;
  }

  private Result measure(
      NormalSettings settings,
      View view,
      DepthMap depth,
      AccuracyTable.Variant variant,
      int threads)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<double[]>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        runs.add(pool.submit(() -> time(settings, view, depth)));
      }
      double[] all = {};
      for (Future<double[]> run : runs) {
        double[] times = run.get();
        int before = all.length;
        all = Arrays.copyOf(all, before + times.length);
        System.arraycopy(times, 0, all, before, times.length);
      }
      Arrays.sort(all);
      double median = all[all.length / 2];
      return new Result(
          settings.mode().name().toLowerCase(java.util.Locale.ROOT),
          depth.width(),
          depth.height(),
          settings.smoothing(),
          variant.label(),
          threads,
          all.length,
          median,
          all[0],
          1000 / median);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot time normals: " + e.getCause().getMessage(), e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** The times of frames in milliseconds, after warming up. */
  private double[] time(NormalSettings settings, View view, DepthMap depth) {
    NormalEstimator estimator = new NormalEstimator(settings);
    float[] xyz = new float[3 * depth.width() * depth.height()];
    long start = System.nanoTime();
    for (int i = 0; i < LEAST_WARM_UP || System.nanoTime() - start < WARM_UP * seconds * 1e9; i++) {
      estimator.estimate(depth, view.labels(), view.intrinsics(), xyz);
    }
    double[] times = new double[LEAST_FRAMES];
    int count = 0;
    while (count < LEAST_FRAMES || System.nanoTime() - start < seconds * 1e9) {
      long before = System.nanoTime();
      estimator.estimate(depth, view.labels(), view.intrinsics(), xyz);
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = (System.nanoTime() - before) / 1e6;
    }
    return Arrays.copyOf(times, count);
  }
}
