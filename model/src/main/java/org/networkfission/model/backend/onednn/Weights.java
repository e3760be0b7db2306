package org.networkfission.model.backend.onednn;

import java.util.function.Consumer;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.DataType;

/** The kernels of a plan's convolutions, and their gradients, on their way to other layouts. */
final class Weights {
  private static final String REORDER = "reorder weights";
  private static final String REORDER_GRADIENTS = "reorder weight gradients";

  private final OneDnnPlan plan;
  private final Tensors tensors;

  Weights(OneDnnPlan plan, Tensors tensors) {
    this.plan = plan;
    this.tensors = tensors;
  }

  /**
   * A kernel in the layout that a primitive asks for, reordered in each pass, or once where the
   * parameters stay as they are.
   */
  memory of(String name, memory.desc plain, memory.desc description) {
    memory from = plan.wrap(plain, tensors.parameter(name));
    if (plain.equals(description)) {
      return from;
    }
    if (plan.folded()) {
      memory kept = plan.keep(description);
      plan.once(() -> plan.copy(REORDER, from, kept));
      return kept;
    }
    memory to = plan.allocate(description);
    plan.copy(REORDER, rounded(from, plain, description), to);
    return to;
  }

  /**
   * A kernel of one pixel in the type that a primitive asks for: first to round it and then to
   * reorder it takes half the time of one step that does both, and gives the same bits.
   */
  private memory rounded(memory from, memory.desc plain, memory.desc description) {
    long[] dims = OneDnn.dims(plain);
    if (dims[dims.length - 1] > 1 || OneDnn.sameType(description, plain)) {
      return from;
    }
    memory rounded = plan.allocate(OneDnn.rowMajor(DataType.BFLOAT16, dims));
    plan.copy(REORDER, from, rounded);
    return rounded;
  }

  /**
   * Lets a primitive write a kernel's gradient in the layout that it likes, then brings it into the
   * flat vector's.
   */
  void gradient(
      String name, memory.desc plain, memory.desc description, Consumer<memory> primitive) {
    INDArray array = tensors.gradient(name);
    if (plain.equals(description)) {
      primitive.accept(plan.wrap(plain, array));
      return;
    }
    memory gradient = plan.allocate(description);
    primitive.accept(gradient);
    if (OneDnn.isPixelInBlocks(description)) {
      copyTransposed(gradient, array, OneDnn.dims(description));
    } else {
      plan.copy(REORDER_GRADIENTS, gradient, plan.wrap(plain, array));
    }
  }

  /**
   * A kernel of one pixel in blocks of 16 x 16 channels, seen as matrices to transpose, one for
   * each 16 outputs: the library has instructions for that and takes a fifth of the time.
   */
  private void copyTransposed(memory gradient, INDArray array, long[] dims) {
    long block = OneDnn.BLOCK;
    long inputs = dims[1];
    long[] matrices = {dims[0] / block, inputs, block};
    long all = block * inputs;
    memory.desc columns = OneDnn.strided(DataType.FLOAT32, matrices, new long[] {all, block, 1});
    memory.desc rows = OneDnn.strided(DataType.FLOAT32, matrices, new long[] {all, 1, inputs});
    plan.copy(REORDER_GRADIENTS, plan.seenAs(gradient, columns), plan.wrap(rows, array));
  }
}
