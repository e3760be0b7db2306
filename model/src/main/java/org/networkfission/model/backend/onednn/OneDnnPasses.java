package org.networkfission.model.backend.onednn;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Folding;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.backend.onednn.memory.Scratch;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** The passes of some stages: for each batch size one of training and one of prediction. */
final class OneDnnPasses {
  private final List<FeatureMap> inputs;
  private final List<StageProgram> stages;
  private final List<FeatureMap> outputs;
  private final Tensors tensors;
  private final long seed;
  private final boolean inputGradients;
  private final GradientCompute gradients;
  private final Scratch scratch = new Scratch();
  private final Map<List<Object>, OneDnnPass> made = new HashMap<>();
  private Optional<Replicas> replicas = Optional.empty();

  /** What predictions compute with once parameters stay as they are. */
  private Optional<Folded> folded = Optional.empty();

  private long foldedBytes;

  /** Folded stages and their tensors. */
  private record Folded(List<StageProgram> stages, Tensors tensors) {}

  /**
   * Begins without any.
   *
   * @param outputs what of the stages' outputs others read
   * @param inputGradients whether others ask for the gradients of the inputs
   * @param gradients how gradients are computed
   */
  OneDnnPasses(
      List<FeatureMap> inputs,
      List<StageProgram> stages,
      List<FeatureMap> outputs,
      Tensors tensors,
      long seed,
      boolean inputGradients,
      GradientCompute gradients) {
    this.inputs = inputs;
    this.stages = stages;
    this.outputs = outputs;
    this.tensors = tensors;
    this.seed = seed;
    this.inputGradients = inputGradients;
    this.gradients = gradients;
  }

  OneDnnPass of(long batch, boolean training) {
    return made.computeIfAbsent(
        List.of(batch, training), key -> make(Math.toIntExact(batch), training));
  }

  private OneDnnPass make(int batch, boolean training) {
    Optional<Folded> prediction = training ? Optional.empty() : folded;
    List<StageProgram> computed =
        prediction.map(Folded::stages).orElse(stages).stream()
            .filter(stage -> training || !stage.trainingOnly())
            .toList();
    List<String> names = computed.stream().map(stage -> stage.output().name()).toList();
    return new OneDnnPass(
        new OneDnnPlan(
            batch,
            training,
            training ? gradients.convolution() : ConvolutionAlgorithm.WINOGRAD,
            prediction.map(Folded::tensors).orElse(tensors),
            replicas,
            scratch,
            prediction.isPresent()),
        inputs,
        computed,
        outputs.stream().filter(output -> names.contains(output.name())).toList(),
        seed,
        inputGradients,
        gradients.recompute());
  }

  void join(Replicas joined) {
    close(); // Their plans do other steps.
    replicas = Optional.of(joined);
  }

  void fixParameters() {
    if (folded.isEmpty()) {
      folded = Optional.of(fold());
      close(); // Their plans reorder kernels in each pass.
    }
  }

  @SuppressWarnings("try")
  private Folded fold() {
    Folding folding = new Folding(stages);
    long length = folding.parameters().stream().mapToLong(Parameter::length).sum();
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray values = Nd4j.createUninitialized(DataType.FLOAT, length);
      FloatBuffer all = values.data().asNioFloat();
      folding.parameters(this::values, all::put);
      foldedBytes = Float.BYTES * length;
      return new Folded(folding.stages(), Tensors.of(folding.parameters(), values, null));
    }
  }

  private float[] values(String tensor) {
    INDArray array = tensors.parameter(tensor);
    float[] values = new float[Math.toIntExact(array.length())];
    new FloatPointer(OneDnn.pointer(array)).get(values);
    return values;
  }

  Map<String, Long> heldBytes() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("folded parameters, for predictions", foldedBytes);
    bytes.put(
        "kernels in blocks, for predictions, and statistics",
        made.values().stream().mapToLong(pass -> pass.plan().keptBytes()).sum());
    bytes.put(
        "features, for the backward pass",
        made.values().stream().mapToLong(pass -> pass.plan().acrossBytes()).sum());
    bytes.put(
        "outputs and their gradients",
        made.values().stream().mapToLong(OneDnnPass::outputBytes).sum());
    bytes.put("what lives within one pass", scratch.bytes());
    return bytes;
  }

  void close() {
    made.values().forEach(OneDnnPass::close);
    made.clear();
  }
}
