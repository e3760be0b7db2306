package org.networkfission.model.backend.cuda.cudnn;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.op.DataType;

/**
 * Holds what an engine of cuDNN computes against a plain kernel of ours, at some places of the
 * result, before it is used: on an H100 cuDNN 9.14 and 9.19 computed a 7x7 convolution of stride 2
 * in single precision wrong by more than the norm, in the data gradient as it seems, by engine 0.
 */
final class EngineCheck {
  private static final int SAMPLES = 256;
  private static final int THREADS = 32;

  /** What has been found right in this process. */
  private static final Set<List<Object>> RIGHT = ConcurrentHashMap.newKeySet();

  private final Device device;

  EngineCheck(Device device) {
    this.device = device;
  }

  /**
   * Whether an engine computes a convolution; also where there is no memory to try it, for then the
   * convolution has none either.
   */
  boolean right(long handle, Problem problem, Planner.Plan plan) {
    List<Object> key = List.of(device.info().ordinal(), problem, plan.engine(), plan.rank());
    if (RIGHT.contains(key)) {
      return true;
    }
    double apart;
    try {
      apart = apart(handle, problem, plan);
    } catch (CudaException e) {
      return true;
    }
    boolean right = apart <= tolerance(problem.type());
    if (right) {
      RIGHT.add(key);
    }
    return right;
  }

  /** Far above what rounding makes: an engine that is wrong is wrong by much. */
  private static double tolerance(DataType type) {
    return switch (type) {
      case BFLOAT16 -> 0.1;
      case TF32 -> 0.02;
      default -> 0.002;
    };
  }

  /** How far results are from the plain kernel's, as a share of their norm. */
  private double apart(long handle, Problem problem, Planner.Plan plan) {
    long bytes = problem.type().bytes();
    long input = Device.aligned(elements(problem.input()) * bytes);
    long kernel = Device.aligned(elements(problem.kernel()) * bytes);
    long output = Device.aligned(elements(problem.output()) * bytes);
    long found = Device.aligned(2L * SAMPLES * Double.BYTES);
    long place =
        device.allocate(input + kernel + output + found + plan.workspace(), "trying an engine");
    try (Device.Pinned pinned = device.pinned(2L * SAMPLES * Double.BYTES)) {
      long w = place + input;
      long y = w + kernel;
      long results = y + output;
      fill(problem, place, problem.input(), 1);
      fill(problem, w, problem.kernel(), 2);
      fill(problem, y, problem.output(), 3);
      poison(problem, place, w, y);
      try (Convolution convolution = new Convolution(handle, plan, place, w, y, results + found)) {
        convolution.run();
        sample(problem, place, w, y, results);
        device.download(results, 2L * SAMPLES * Double.BYTES, pinned, 0);
        device.await();
      }
      return Math.sqrt(sum(pinned.bytes(), 0) / sum(pinned.bytes(), 1));
    } finally {
      device.free(place);
    }
  }

  private static double sum(ByteBuffer results, int which) {
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
      sum += results.getDouble((2 * i + which) * Double.BYTES);
    }
    return sum;
  }

  private void fill(Problem problem, long at, List<Long> dims, int seed) {
    int n = Math.toIntExact(elements(dims));
    new Launch(device, Launch.over("drawn", problem.type()), Grid.each(n), n, seed, at).run();
  }

  /** What is to be computed is no number before. */
  private void poison(Problem problem, long x, long w, long y) {
    long bytes = problem.type().bytes();
    switch (problem.direction()) {
      case FORWARD -> device.poison(y, elements(problem.output()) * bytes);
      case BACKWARD_DATA -> device.poison(x, elements(problem.input()) * bytes);
      case BACKWARD_FILTER -> device.poison(w, elements(problem.kernel()) * bytes);
    }
  }

  private void sample(Problem problem, long x, long w, long y, long results) {
    List<Long> in = problem.input();
    List<Long> out = problem.output();
    List<Long> kernel = problem.kernel();
    new Launch(
            device,
            Launch.over("convolutionAtSamples", problem.type()),
            new Grid(SAMPLES / THREADS, 1, THREADS, 1),
            what(problem.direction()),
            x,
            w,
            y,
            number(in.get(0)),
            number(in.get(2)),
            number(in.get(3)),
            number(in.get(1)),
            number(out.get(2)),
            number(out.get(3)),
            number(out.get(1)),
            number(kernel.get(1)),
            number(kernel.get(2)),
            number(problem.stride()),
            number(problem.dilation()),
            number(problem.before().get(0)),
            number(problem.before().get(1)),
            SAMPLES,
            results)
        .run();
  }

  /** The number that the kernel knows a direction by. */
  private static int what(Direction direction) {
    return switch (direction) {
      case FORWARD -> 0;
      case BACKWARD_DATA -> 1;
      case BACKWARD_FILTER -> 2;
    };
  }

  private static int number(long value) {
    return Math.toIntExact(value);
  }

  private static long elements(List<Long> dims) {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }
}
