package org.networkfission.api;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.inference.PhotoPredictor;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;

/** Opens trained models to predict photos in this process, without Spark. */
public final class Predictors {
  private Predictors() {}

  /**
   * Opens a model.
   *
   * @param path a run's output folder, whose latest checkpoint counts; one checkpoint; or a file
   *     that {@code fission export} wrote. A Hadoop path: {@code hdfs://}, {@code s3a://}; a bare
   *     path is a local one unless Hadoop's configuration says otherwise
   * @throws org.networkfission.prep.frame.InputException if there is none, it is damaged, or it
   *     does not see photos
   */
  public static ImagePredictor open(String path) throws IOException {
    return open(path, new Configuration());
  }

  /**
   * Opens a model on file systems of a configuration.
   *
   * @param path as {@link #open(String)}
   */
  public static ImagePredictor open(String path, Configuration hadoop) throws IOException {
    TrainedModel model = TrainedModel.open(new Path(path), Weights.TRAINED, hadoop);
    PhotoPredictor.requirePhotos(model);
    return new ImagePredictor(model, Optional.empty());
  }
}
