package org.networkfission.jobs.sample;

import java.util.Optional;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.settings.Check;

/**
 * What to sample and where to.
 *
 * @param format as which data set it is written
 * @param output the archive's folder, which must not exist yet
 * @param threads how many frames are drawn at the same time; 0: one per core
 * @param rooms what the archive holds
 */
public record SampleJobSettings(
    Format format, Optional<String> output, int threads, SampleSettings rooms) {
  /** The published formats that can be written. */
  public enum Format {
    /** SceneNet RGB-D in folders. */
    SCENENET,
    /** ScanNet v2: streams and zipped labels. */
    SCANNET,
    /** NYUDv2: nyu_depth_v2_labeled.mat. */
    NYUDV2
  }

  public SampleJobSettings {
    new Check().that("threads", threads, threads >= 0, "0 or more").done();
  }
}
