package org.networkfission.jobs.train.plan;

import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.networkfission.jobs.train.checkpoint.CheckpointSettings;
import org.networkfission.jobs.train.collective.ExchangeSettings;
import org.networkfission.jobs.train.input.InputSettings;
import org.networkfission.jobs.train.input.RowGroup;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.loss.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.optimizer.LearningRate;

/**
 * All that the replicas of a run must know alike.
 *
 * @param id known to this run's replicas alone
 * @param dataset folder
 * @param classMap the name of its class map
 * @param palette a colour per class, 0xRRGGBB
 * @param groups the row groups of the split
 * @param validationGroups those of the validation split; none where nothing is validated
 * @param output folder
 * @param replicas how many
 * @param batchSize of each
 * @param initial what a run without a checkpoint begins with
 * @param freeze beginnings of the names of tensors that stay as they are
 * @param configuration the resolved configuration as JSON
 */
public record RunPlan(
    UUID id,
    String dataset,
    String classMap,
    List<Integer> palette,
    List<RowGroup> groups,
    List<RowGroup> validationGroups,
    String output,
    NetworkSpec network,
    LossSpec losses,
    int replicas,
    int batchSize,
    long steps,
    long seed,
    InitialParameters initial,
    List<String> freeze,
    LearningRate learningRate,
    AdamSettings adam,
    double averageDecay,
    Augmentation augmentation,
    InputSettings input,
    CheckpointSettings checkpoint,
    ValidationSettings validation,
    ExchangeSettings exchange,
    long logEvery,
    String configuration)
    implements Serializable {
  /** The secret name of one attempt of the run. */
  public UUID attempt(int number) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + number);
  }
}
