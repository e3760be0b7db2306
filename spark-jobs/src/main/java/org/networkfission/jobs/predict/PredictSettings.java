package org.networkfission.jobs.predict;

import java.util.Optional;
import org.networkfission.model.task.ColumnForms;
import org.networkfission.model.task.ColumnForms.DepthColumn;
import org.networkfission.model.task.ColumnForms.NormalsColumn;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.settings.Check;

/**
 * What to predict, and as what.
 *
 * @param checkpoint a run's output folder, whose latest checkpoint counts, one checkpoint, or an
 *     exported file
 * @param input a folder of photos, one photo, a text file that names one per line, or a table
 * @param output folder of the predictions; must not exist
 * @param cluster whether executors predict; else this process does
 * @param imageColumn of the table that the input is, which holds the photos' files; empty: the
 *     input is no table
 * @param keyColumn of the table, which names its photos
 * @param format of the predictions
 * @param size of the predictions
 * @param window the largest part of a photo, WIDTHxHEIGHT in its pixels, that the network sees at
 *     once; empty: all of it
 * @param normals how tables hold them
 * @param depth how tables hold it
 * @param photosPerTask how many photos are one piece of work, and one file of a table
 * @param maxQuarantinedFraction share of photos that cannot be read beyond which the exit code is
 *     that of bad input, 0 to 1
 */
public record PredictSettings(
    Optional<String> checkpoint,
    Optional<String> input,
    Optional<String> output,
    boolean cluster,
    Optional<String> imageColumn,
    String keyColumn,
    Format format,
    Size size,
    Optional<String> window,
    NormalsColumn normals,
    DepthColumn depth,
    int photosPerTask,
    double maxQuarantinedFraction) {
  private static final int MOST_PER_TASK = 100_000;

  /** What predictions are written as. */
  public enum Format {
    /** A PNG file per photo and task. */
    PNG,
    /** A table with a row per photo. */
    PARQUET
  }

  /** How large predictions are. */
  public enum Size {
    /** As the network's input. */
    NETWORK,
    /** As the photo. */
    PHOTO
  }

  public PredictSettings {
    new Check()
        .that(
            "window",
            window.orElse("null"),
            window.isEmpty() || ImageSize.is(window.get()),
            "WIDTHxHEIGHT in pixels of a photo, such as 1280x960, or null")
        .that(
            "format",
            "png",
            imageColumn.isEmpty() || format == Format.PARQUET,
            "parquet where predict.image-column is set, since the keys of a table are no names of files")
        .that(
            "photosPerTask",
            photosPerTask,
            photosPerTask >= 1 && photosPerTask <= MOST_PER_TASK,
            "1 to 100000")
        .that(
            "maxQuarantinedFraction",
            maxQuarantinedFraction,
            maxQuarantinedFraction >= 0 && maxQuarantinedFraction <= 1,
            "0 to 1")
        .done();
  }

  /** How tables hold predictions. */
  ColumnForms columns() {
    return new ColumnForms(normals, depth);
  }

  /** The part of a photo that the network sees at once; empty: all of it. */
  Optional<ImageSize> windowSize() {
    return window.map(ImageSize::parse);
  }
}
