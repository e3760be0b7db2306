package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.driver.Capture;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Intake;
import org.networkfission.model.backend.cuda.memory.Place;

/**
 * Steps on a GPU for minibatches of one size, cut into phases between which this machine has
 * something to do. Its memory is known before it is put in place.
 */
public final class Plan implements AutoCloseable {
  /** The system property that says whether training's steps become CUDA graphs: true or false. */
  public static final String GRAPH = "fission.cuda.graph";

  private final List<Step> steps;
  private final List<Integer> phases;
  private final long bytes;
  private final long hostBytes;
  private final List<Runnable> work = new ArrayList<>();
  private Binding binding;
  private long address;
  private boolean ranOnce;
  private Capture capture;

  Plan(List<Step> steps, List<Integer> phases, long bytes, long hostBytes) {
    this.steps = List.copyOf(steps);
    this.phases = List.copyOf(phases);
    this.bytes = bytes;
    this.hostBytes = hostBytes;
  }

  /** Bytes of the GPU's memory that features, gradients and all between take. */
  public long bytes() {
    return bytes;
  }

  /** The convolutions in it. */
  public List<Problem> problems() {
    return steps.stream()
        .filter(Step.Convolve.class::isInstance)
        .map(step -> ((Step.Convolve) step).problem())
        .toList();
  }

  /** How many steps there are. */
  public int size() {
    return steps.size();
  }

  /** Bytes of room that cuDNN needs for the convolutions. */
  public long workspace(Planner planner) {
    return problems().stream().mapToLong(planner::workspace).max().orElse(0);
  }

  /**
   * Takes memory and puts the plan in place.
   *
   * @param areas where the other areas begin
   * @throws org.networkfission.model.backend.cuda.driver.CudaException if there is too little
   *     memory, or a convolution cannot be planned
   */
  public void bind(Device device, Planner planner, Map<Place.Area, Long> areas) {
    long room = workspace(planner);
    address = device.allocate(bytes + room + Device.ALIGNMENT, "features");
    Map<Place.Area, Long> all = new EnumMap<>(Place.Area.class);
    all.putAll(areas);
    all.put(Place.Area.PLAN, address);
    long workspace = address + Device.aligned(bytes);
    binding = new Binding(device, planner, all, workspace, device.pinned(Math.max(1, hostBytes)));
    for (Step step : steps) {
      work.add(step.bind(binding));
    }
  }

  /** The plan's memory of this machine. */
  public Device.Pinned pinned() {
    return binding.pinned();
  }

  /** What minibatches come by. */
  public Intake intake() {
    return binding.intake().orElseThrow();
  }

  /**
   * Puts all phases from one on behind the work before: one by one at first, as a CUDA graph from
   * the second time on, for libraries must have prepared themselves before.
   *
   * @param passes what each phase's steps' times are counted under
   */
  public void run(int first, OperationClock clock, List<String> passes) {
    if (clock.on() || !graphs()) {
      phases(first, clock, passes);
    } else if (capture != null) {
      capture.run();
    } else if (!ranOnce) {
      phases(first, clock, passes);
      ranOnce = true;
    } else {
      capture = Capture.of(binding.device(), () -> phases(first, clock, passes));
      capture.run();
    }
  }

  private void phases(int first, OperationClock clock, List<String> passes) {
    for (int i = 0; i < passes.size(); i++) {
      run(first + i, clock, passes.get(i));
    }
  }

  /** This machine's own work in the middle cannot be a part of a graph. */
  private boolean graphs() {
    return Boolean.parseBoolean(System.getProperty(GRAPH, "true"))
        && steps.stream().noneMatch(Step.Host.class::isInstance);
  }

  /**
   * Puts a phase behind the work before.
   *
   * @param pass what its steps' times are counted under
   */
  public void run(int phase, OperationClock clock, String pass) {
    int end = phase + 1 < phases.size() ? phases.get(phase + 1) : steps.size();
    for (int i = phases.get(phase); i < end; i++) {
      if (clock.on()) {
        Runnable one = work.get(i);
        clock.time(
            pass,
            steps.get(i).label(),
            () -> {
              one.run();
              binding.device().await();
            });
      } else {
        work.get(i).run();
      }
    }
  }

  @Override
  public void close() {
    if (binding != null) {
      Device device = binding.device();
      if (capture != null) {
        capture.close();
        capture = null;
      }
      binding.close();
      device.free(address);
      binding = null;
      work.clear();
    }
  }
}
