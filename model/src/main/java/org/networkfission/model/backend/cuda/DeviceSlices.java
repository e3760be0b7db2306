package org.networkfission.model.backend.cuda;

import java.util.function.IntConsumer;
import org.networkfission.model.backend.DeviceExchange;
import org.networkfission.model.backend.DeviceGroup;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Place.Area;
import org.networkfission.model.backend.cuda.nccl.Communicator;

/**
 * Slices of flat vectors between GPUs: NCCL carries them, and a kernel adds them up in the order of
 * ranks.
 *
 * <p>Memory: the own slice once for every other replica.
 */
final class DeviceSlices implements DeviceExchange, AutoCloseable {
  private final DeviceParameters owner;
  private final DeviceMemory memory;
  private final Device device;
  private final DeviceGroup group;
  private final Communicator communicator;
  private final int rank;

  /** The own slice as the others sent it, a row each in the order of ranks. */
  private final long rows;

  private final Launch mean;
  private long bytesSent;

  private DeviceSlices(
      Device device,
      DeviceParameters owner,
      DeviceMemory memory,
      DeviceGroup group,
      Communicator communicator,
      long rows) {
    this.device = device;
    this.owner = owner;
    this.memory = memory;
    this.group = group;
    this.communicator = communicator;
    this.rank = group.rank();
    this.rows = rows;
    int length = length(rank);
    this.mean =
        new Launch(
            device,
            "meanOfRanks",
            Grid.each(length),
            rows,
            rank,
            group.size(),
            length,
            1f / group.size(),
            slice(Area.GRADIENT, rank));
  }

  /** Joins the other replicas; all do. */
  static DeviceSlices join(
      Device device, DeviceParameters owner, DeviceMemory memory, DeviceGroup group) {
    int length = group.from(group.rank() + 1) - group.from(group.rank());
    long rows =
        device.allocate(bytes(length, group.size()), "the other replicas' slices of the gradient");
    try {
      byte[] mine = group.rank() == 0 ? Communicator.newId() : new byte[0];
      Communicator communicator =
          Communicator.join(
              device, group.fromFirst(mine), group.rank(), group.size(), group::waiting);
      return new DeviceSlices(device, owner, memory, group, communicator, rows);
    } catch (RuntimeException e) {
      device.free(rows); // NCCL may keep the device beyond this attempt.
      throw e;
    }
  }

  /** Bytes of the device's memory that it takes with slices of so many elements. */
  static long bytes(int length, int replicas) {
    return Device.aligned(Math.max(1, (long) length * Float.BYTES * (replicas - 1)));
  }

  private int length(int replica) {
    return group.from(replica + 1) - group.from(replica);
  }

  private long slice(Area area, int replica) {
    return memory.address(area) + (long) group.from(replica) * Float.BYTES;
  }

  @Override
  public String library() {
    return Communicator.library();
  }

  @Override
  public void averageGradient() {
    device.enter();
    long bytes = (long) length(rank) * Float.BYTES;
    communicator.together(
        () ->
            others(
                other -> {
                  send(Area.GRADIENT, other, other);
                  long row = rows + bytes * (other < rank ? other : other - 1);
                  communicator.receive(row, length(rank), other);
                }));
    mean.run();
  }

  @Override
  public void gatherParameters() {
    device.enter();
    communicator.together(
        () ->
            others(
                other -> {
                  send(Area.PARAMETERS, rank, other);
                  communicator.receive(slice(Area.PARAMETERS, other), length(other), other);
                }));
    owner.changed();
  }

  /** The others by turns, so that not all begin with the first. */
  private void others(IntConsumer each) {
    for (int i = 1; i < group.size(); i++) {
      each.accept((rank + i) % group.size());
    }
  }

  private void send(Area area, int slice, int to) {
    communicator.send(slice(area, slice), length(slice), to);
    bytesSent += (long) length(slice) * Float.BYTES;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public void close() {
    communicator.close();
    device.free(rows);
  }
}
