package org.networkfission.jobs.export;

import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.model.export.Precision;
import org.networkfission.prep.settings.Check;

/**
 * What to export and how.
 *
 * @param checkpoint a run's output folder, whose latest checkpoint counts; one checkpoint; or the
 *     file {@code checkpoints/best} of a run
 * @param weights which parameters of the checkpoint
 * @param output the file; must not exist
 * @param format of the file
 * @param precision of its constants
 * @param calibrate a prepared data set whose photos show which numbers int8 has to stand for;
 *     absent in other precisions
 * @param calibrationFrames how many of its training split
 * @param report of an evaluation of the checkpoint, whose figures the model card shows
 */
public record ExportSettings(
    Optional<String> checkpoint,
    Weights weights,
    Optional<String> output,
    ExportedFormat format,
    Precision precision,
    Optional<String> calibrate,
    int calibrationFrames,
    Optional<String> report) {
  public ExportSettings {
    new Check()
        .that(
            "output",
            output.orElse(""),
            output.isEmpty() || output.get().endsWith(format.suffix()),
            "a name that ends with %s, as export.format = %s"
                .formatted(format.suffix(), format.id()))
        .that(
            "precision",
            precision.id(),
            format.precisions().contains(precision),
            "%s, as export.format = %s"
                .formatted(
                    format.precisions().stream()
                        .map(Precision::id)
                        .collect(Collectors.joining(" or ")),
                    format.id()))
        .that(
            "calibrate",
            calibrate.orElse(""),
            calibrate.isPresent() == (precision == Precision.INT8),
            precision == Precision.INT8
                ? "a prepared data set, as export.precision = int8"
                : "absent unless export.precision = int8")
        .that("calibrationFrames", calibrationFrames, calibrationFrames >= 1, "at least 1")
        .done();
  }
}
