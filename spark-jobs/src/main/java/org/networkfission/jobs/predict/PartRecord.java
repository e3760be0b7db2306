package org.networkfission.jobs.predict;

import java.util.List;
import java.util.Map;
import org.networkfission.prep.commit.StoredFile;

/**
 * What became of a part.
 *
 * @param part its number
 * @param predicted how many photos were predicted
 * @param precision what features were computed in; null where an exported file predicted
 * @param files that hold the predictions
 * @param images what the index of predictions says of each photo; none where there is a table
 * @param rejected the photos that could not be read
 */
record PartRecord(
    int part,
    long predicted,
    String precision,
    List<StoredFile> files,
    List<Image> images,
    List<Rejected> rejected) {
  /**
   * A photo that was predicted.
   *
   * @param width its own, in pixels
   * @param height its own
   * @param files by task
   */
  record Image(String input, int width, int height, Map<String, String> files) {}

  /** A photo that was not. */
  record Rejected(String key, String input, String reason, String message) {}
}
