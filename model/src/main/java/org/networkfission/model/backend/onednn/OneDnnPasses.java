package org.networkfission.model.backend.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.onednn.memory.Scratch;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.op.FeatureMap;
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
  private boolean fixed;

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
    List<StageProgram> computed =
        stages.stream().filter(stage -> training || !stage.trainingOnly()).toList();
    List<String> names = computed.stream().map(stage -> stage.output().name()).toList();
    return new OneDnnPass(
        new OneDnnPlan(
            batch,
            training,
            training ? gradients.convolution() : ConvolutionAlgorithm.WINOGRAD,
            tensors,
            replicas,
            scratch,
            fixed && !training),
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
    if (!fixed) {
      fixed = true;
      close(); // Their plans reorder kernels in each pass.
    }
  }

  void close() {
    made.values().forEach(OneDnnPass::close);
    made.clear();
  }
}
