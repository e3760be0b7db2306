package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Intake;
import org.networkfission.model.backend.cuda.memory.Place;

/** Where a plan lies on a device. */
final class Binding implements AutoCloseable {
  private final Device device;
  private final Planner planner;
  private final Map<Place.Area, Long> areas;
  private final long workspace;
  private final Device.Pinned pinned;
  private Optional<Intake> intake = Optional.empty();
  private final List<Runnable> onClose = new ArrayList<>();

  Binding(
      Device device,
      Planner planner,
      Map<Place.Area, Long> areas,
      long workspace,
      Device.Pinned pinned) {
    this.device = device;
    this.planner = planner;
    this.areas = new EnumMap<>(areas);
    this.workspace = workspace;
    this.pinned = pinned;
  }

  Device device() {
    return device;
  }

  Planner planner() {
    return planner;
  }

  long workspace() {
    return workspace;
  }

  Device.Pinned pinned() {
    return pinned;
  }

  long address(Place place) {
    long slot = place.slot() == null ? 0 : place.slot().offset();
    return areas.get(place.area()) + slot + place.from();
  }

  /** What minibatches come by, where the plan has such a step. */
  Optional<Intake> intake() {
    return intake;
  }

  /** Prepares what minibatches come by. */
  Intake intake(long arriving, long bytes) {
    Intake made = new Intake(device, arriving, bytes);
    intake = Optional.of(made);
    onClose(made::close);
    return made;
  }

  void onClose(Runnable work) {
    onClose.add(work);
  }

  @Override
  public void close() {
    onClose.forEach(Runnable::run);
    onClose.clear();
    pinned.close();
  }
}
