package org.networkfission.jobs.predict;

import java.util.Optional;

/**
 * What to predict.
 *
 * @param checkpoint a run's output folder, whose latest checkpoint counts, one checkpoint, or a
 *     TensorFlow Lite file
 * @param input a folder of photos, one photo, or a text file that names one per line
 * @param output folder of the predictions; must not exist
 */
public record PredictSettings(
    Optional<String> checkpoint, Optional<String> input, Optional<String> output) {}
