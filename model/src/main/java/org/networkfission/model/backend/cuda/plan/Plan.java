package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Place;

/**
 * Steps on a GPU for minibatches of one size, cut into phases between which this machine has
 * something to do. Its memory is known before it is put in place.
 */
public final class Plan implements AutoCloseable {
  private final List<Step> steps;
  private final List<Integer> phases;
  private final long bytes;
  private final long hostBytes;
  private final List<Runnable> work = new ArrayList<>();
  private Binding binding;
  private long address;

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
    long workspace = address + (bytes + Device.ALIGNMENT - 1) / Device.ALIGNMENT * Device.ALIGNMENT;
    binding = new Binding(device, planner, all, workspace, device.pinned(Math.max(1, hostBytes)));
    for (Step step : steps) {
      work.add(step.bind(binding));
    }
  }

  /** The plan's memory of this machine. */
  public Device.Pinned pinned() {
    return binding.pinned();
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
      binding.close();
      device.free(address);
      binding = null;
      work.clear();
    }
  }
}
