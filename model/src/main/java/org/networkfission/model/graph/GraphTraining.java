package org.networkfission.model.graph;

import java.io.Serializable;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.optimizer.LearningRate;

/**
 * How a {@link FissionGraph} is trained by DL4J.
 *
 * @param adam the optimizer, DL4J's own with the same formula
 * @param learningRate by step
 * @param replicas how many train at the same time; their updates add up, so each moves the running
 *     statistics by its share only
 * @param rank which of them this is: each drops its own features
 */
public record GraphTraining(AdamSettings adam, LearningRate learningRate, int replicas, int rank)
    implements Serializable {}
