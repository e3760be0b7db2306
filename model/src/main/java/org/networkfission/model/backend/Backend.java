package org.networkfission.model.backend;

import java.util.Optional;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;

/** A way to compute networks: a library on some kind of hardware. */
public interface Backend {
  /**
   * Why it cannot compute here.
   *
   * @param type what features and parameters are computed in
   * @return what is missing, as it follows "Cannot compute with ...: "; empty where it can
   */
  Optional<String> missing(DataType type);

  /**
   * What its last bits depend on in this process.
   *
   * @param type what features are computed in
   */
  Arithmetic arithmetic(DataType type);

  /** What this process could exchange slices with other replicas' devices by. */
  default DeviceLink link() {
    return DeviceLink.none();
  }

  /** Whether it is taken where the user leaves the choice; asked for by name it always is. */
  default boolean automatic() {
    return true;
  }

  /** Prepares a network, whose parameters are zero at first. */
  Engine engine(NetworkProgram program);

  /**
   * Prepares one stage by itself.
   *
   * @param tensors of the stage
   * @param seed decides, with the step, what dropout drops
   */
  StageRunner runner(StageProgram stage, Tensors tensors, long seed, OperationClock clock);
}
