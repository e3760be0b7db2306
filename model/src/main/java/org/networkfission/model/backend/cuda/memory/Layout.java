package org.networkfission.model.backend.cuda.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/**
 * Where tensors lie: all of them in the flat vectors, kernels of convolutions also as cuDNN takes
 * them, [out, row, column, in].
 */
public final class Layout {
  /** Numbers of a row of {@link #table}. */
  static final int COLUMNS = 5;

  /** Kernels begin on multiples of so many floats: 256 bytes. */
  private static final int KERNEL_ALIGNMENT = 64;

  private final List<ParameterRange> ranges;
  private final Map<String, ParameterRange> byName = new HashMap<>();
  private final Map<String, Integer> kernels = new HashMap<>();
  private final List<Long> table = new ArrayList<>();
  private int kernelFloats;

  /** Lays out the tensors of stages, in order. */
  public Layout(List<StageProgram> stages) {
    ranges =
        NetworkProgram.ranges(
            stages.stream().flatMap(stage -> stage.parameters().stream()).toList());
    ranges.forEach(range -> byName.put(range.name(), range));
    for (StageProgram stage : stages) {
      for (Op op : stage.ops()) {
        if (op instanceof Op.Convolution || op instanceof Op.TransposedConvolution) {
          op.parameters().forEach(this::addKernel);
        }
      }
    }
  }

  private void addKernel(Parameter kernel) {
    List<Integer> shape = kernel.shape();
    kernels.put(kernel.name(), kernelFloats);
    table.add((long) kernelFloats);
    table.add((long) byName.get(kernel.name()).offset());
    table.add((long) shape.get(1));
    table.add((long) shape.get(2) * shape.get(3));
    table.add((long) kernel.length());
    kernelFloats += (kernel.length() + KERNEL_ALIGNMENT - 1) / KERNEL_ALIGNMENT * KERNEL_ALIGNMENT;
  }

  /** Where each tensor lies in the flat vectors, in order. */
  public List<ParameterRange> ranges() {
    return ranges;
  }

  /** Elements of a flat vector. */
  public int length() {
    return ranges.stream().mapToInt(ParameterRange::length).reduce(0, Math::addExact);
  }

  /** Elements of all kernels as cuDNN takes them, gaps included. */
  public int kernelFloats() {
    return kernelFloats;
  }

  /**
   * For each kernel where it begins here and in the flat vector, its input channels, its taps and
   * its length.
   */
  public long[] table() {
    return table.stream().mapToLong(Long::longValue).toArray();
  }

  /** How many kernels there are. */
  public int kernelCount() {
    return kernels.size();
  }

  public Place flat(Place.Area area, String tensor) {
    ParameterRange range = byName.get(tensor);
    return new Place(
        area, null, (long) range.offset() * Float.BYTES, (long) range.length() * Float.BYTES);
  }

  public Place kernel(Place.Area area, String tensor) {
    long bytes = (long) byName.get(tensor).length() * Float.BYTES;
    return new Place(area, null, (long) kernels.get(tensor) * Float.BYTES, bytes);
  }
}
