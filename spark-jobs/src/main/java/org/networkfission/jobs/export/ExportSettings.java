package org.networkfission.jobs.export;

import java.util.Optional;
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
 * @param report of an evaluation of the checkpoint, whose figures the model card shows
 */
public record ExportSettings(
    Optional<String> checkpoint,
    Weights weights,
    Optional<String> output,
    ExportedFormat format,
    Precision precision,
    Optional<String> report) {
  public ExportSettings {
    new Check()
        .that(
            "output",
            output.orElse(""),
            output.isEmpty() || output.get().endsWith(format.suffix()),
            "a name that ends with %s, as export.format = %s"
                .formatted(format.suffix(), format.id()))
        .done();
  }
}
