package org.networkfission.model.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.op.DataType;

/**
 * What of a GPU's memory a network takes, known without a GPU.
 *
 * @param type of the features
 * @param batch images of a minibatch
 * @param parameters bytes of the parameters, and of the kernels among them as cuDNN takes them
 * @param gradient bytes of their gradient, twice likewise
 * @param moments bytes of the optimizer's moments of all parameters, which replicas share
 * @param slices bytes of the other replicas' parts of this one's slice of the gradient, where GPUs
 *     exchange them
 * @param features bytes of a training step's features, their gradients, truth and all between
 * @param prediction bytes of the features of predicting one image
 * @param workspace the most that cuDNN may take besides
 */
public record MemoryNeed(
    DataType type,
    int batch,
    long parameters,
    long gradient,
    long moments,
    long slices,
    long features,
    long prediction,
    long workspace) {
  /** What the driver takes of every process's GPU: an estimate, for it differs by driver. */
  private static final long DRIVER = 600L << 20;

  /**
   * Computes it.
   *
   * @param replicas that share the optimizer
   */
  public static MemoryNeed of(NetworkProgram program, int batch, int replicas) {
    Layout layout = new Layout(program.stages());
    int slice = (layout.length() + replicas - 1) / replicas;
    return new MemoryNeed(
        type(program),
        batch,
        DeviceMemory.bytes(layout),
        DeviceMemory.trainingBytes(layout),
        DeviceOptimizer.bytes(slice),
        replicas == 1 ? 0 : DeviceSlices.bytes(slice, replicas),
        TrainingPlan.of(program, layout, batch, Optional.empty()).plan().bytes(),
        PredictionPlan.of(program, layout, 1).plan().bytes(),
        Planner.WORKSPACE_LIMIT);
  }

  /** What convolutions make, but in the heads. */
  private static DataType type(NetworkProgram program) {
    return program.stages().stream()
        .flatMap(stage -> stage.ops().stream())
        .map(op -> op.output().type())
        .filter(type -> type != DataType.FLOAT32)
        .findFirst()
        .orElse(DataType.FLOAT32);
  }

  /** The convolutions of a training step and of predicting one image. */
  public static List<Problem> problems(NetworkProgram program, int batch) {
    Layout layout = new Layout(program.stages());
    List<Problem> all =
        new ArrayList<>(
            TrainingPlan.of(program, layout, batch, Optional.empty()).plan().problems());
    all.addAll(PredictionPlan.of(program, layout, 1).plan().problems());
    return all.stream().distinct().toList();
  }

  /** All that training takes, predictions for validation and the driver's own memory included. */
  public long training() {
    return parameters + gradient + moments + slices + features + workspace + DRIVER;
  }

  /** All that training with validation takes. */
  public long withValidation() {
    return training() + prediction + workspace;
  }

  /** A table of it. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "memory of a GPU that trains with batches of %d, in %s:"
            .formatted(batch, type.name().toLowerCase(Locale.ROOT)));
    lines.add(line("parameters, and kernels as cuDNN takes them", parameters));
    lines.add(line("their gradient, likewise", gradient));
    lines.add(line("the optimizer's moments, this replica's slice", moments));
    if (slices > 0) {
      lines.add(line("the other replicas' parts of that slice", slices));
    }
    lines.add(line("features, their gradients and truth", features));
    lines.add(line("workspace of cuDNN, at most", workspace));
    lines.add(line("the driver's own, about", DRIVER));
    lines.add(line("training", training()));
    lines.add(line("with validation: features of one image, workspace", withValidation()));
    return lines;
  }

  private static String line(String what, long bytes) {
    return "  %-52s %,9d MB".formatted(what, bytes / 1_000_000);
  }
}
