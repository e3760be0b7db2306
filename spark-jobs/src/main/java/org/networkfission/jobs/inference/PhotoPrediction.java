package org.networkfission.jobs.inference;

import java.util.Optional;
import org.networkfission.model.network.Prediction;

/**
 * What is predicted for a photo.
 *
 * @param prediction by task, all of this size
 * @param confidence of the labels, width x height unsigned bytes of 255ths; empty without labels
 */
public record PhotoPrediction(
    int width, int height, Prediction prediction, Optional<byte[]> confidence) {}
