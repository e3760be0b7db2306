package org.networkfission.model.backend.cuda.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/**
 * Where tensors lie: all of them in the flat vectors, kernels of convolutions also as cuDNN takes
 * them, [out, row, column, in].
 */
public final class Layout {
  private final List<ParameterRange> ranges;
  private final Map<String, ParameterRange> byName = new HashMap<>();
  private final Map<String, Kernel> kernels = new HashMap<>();
  private final List<Long> table = new ArrayList<>();
  private int kernelElements;
  private long kernelBytes;

  /** Where a kernel lies among those that cuDNN takes. */
  private record Kernel(long from, long bytes) {}

  /** Lays out the tensors of stages, in order. */
  public Layout(List<StageProgram> stages) {
    ranges =
        NetworkProgram.ranges(
            stages.stream().flatMap(stage -> stage.parameters().stream()).toList());
    ranges.forEach(range -> byName.put(range.name(), range));
    for (StageProgram stage : stages) {
      for (Op op : stage.ops()) {
        if (op instanceof Op.Convolution || op instanceof Op.TransposedConvolution) {
          op.parameters().forEach(kernel -> addKernel(kernel, op.output().type()));
        }
      }
    }
  }

  /** A kernel is of the type that its convolution makes. */
  private void addKernel(Parameter kernel, DataType type) {
    List<Integer> shape = kernel.shape();
    long bytes = (long) kernel.length() * type.bytes();
    kernels.put(kernel.name(), new Kernel(kernelBytes, bytes));
    table.add((long) kernelElements);
    table.add((long) byName.get(kernel.name()).offset());
    table.add((long) shape.get(1));
    table.add((long) shape.get(2) * shape.get(3));
    table.add((long) kernel.length());
    table.add(kernelBytes);
    table.add(type == DataType.BFLOAT16 ? 1L : 0L);
    kernelElements += kernel.length();
    kernelBytes += Device.aligned(bytes);
  }

  /** Where each tensor lies in the flat vectors, in order. */
  public List<ParameterRange> ranges() {
    return ranges;
  }

  /** Elements of a flat vector. */
  public int length() {
    return ranges.stream().mapToInt(ParameterRange::length).reduce(0, Math::addExact);
  }

  /** Elements of all kernels. */
  public int kernelElements() {
    return kernelElements;
  }

  /** Bytes of all kernels as cuDNN takes them, gaps included. */
  public long kernelBytes() {
    return kernelBytes;
  }

  /**
   * For each kernel where it begins among all elements and in the flat vector, its input channels,
   * its taps, its length, its first byte here, and 1 where it is bfloat16.
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
    Kernel kernel = kernels.get(tensor);
    return new Place(area, null, kernel.from(), kernel.bytes());
  }
}
