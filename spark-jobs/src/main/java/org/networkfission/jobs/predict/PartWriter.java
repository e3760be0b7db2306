package org.networkfission.jobs.predict;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.prep.commit.StoredFile;

/** Writes the predictions of one part. */
interface PartWriter extends Closeable {
  /**
   * Writes what is predicted for a photo.
   *
   * @param small the same at the size of the network
   */
  void write(LoadedPhoto photo, PhotoPrediction prediction, PhotoPrediction small)
      throws IOException;

  /** What was written; to be asked after closing. */
  List<StoredFile> files() throws IOException;

  /** What the index of predictions says of each photo. */
  List<PartRecord.Image> images();
}
