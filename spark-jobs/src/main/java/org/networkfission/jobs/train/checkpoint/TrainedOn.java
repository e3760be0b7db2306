package org.networkfission.jobs.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;

/**
 * A data set that a network was trained on, for its card.
 *
 * @param path where it was
 * @param split of it
 * @param name of the data set; null where its manifest could not be read any more
 * @param frames of the split; 0 where they are not known
 * @param classNames by number, void first; none where they are not known
 * @param manifestSha256 of {@code manifest.json}, which lists every shard with its hash; null as
 *     above
 * @param licence of the data as whoever prepared it gave it; null where nobody did
 */
record TrainedOn(
    String path,
    String split,
    String name,
    long frames,
    List<String> classNames,
    String manifestSha256,
    String licence) {
  /**
   * The data sets of a run.
   *
   * @param configuration of the run: {@code train.dataset}, or each of {@code train.datasets}
   */
  static List<TrainedOn> of(JsonNode configuration, Configuration hadoop) {
    JsonNode train = configuration.path("train");
    String split = train.path("split").asText("train");
    List<TrainedOn> all = new ArrayList<>();
    if (train.path("dataset").isTextual()) {
      all.add(of(train.get("dataset").asText(), split, hadoop));
    }
    for (JsonNode dataset : train.path("datasets")) {
      for (String key : List.of("path", "dataset")) {
        if (dataset.path(key).isTextual()) {
          all.add(of(dataset.get(key).asText(), split, hadoop));
        }
      }
    }
    return all;
  }

  private static TrainedOn of(String path, String split, Configuration hadoop) {
    try {
      Path folder = new Path(path);
      Manifest manifest = Manifest.open(folder, hadoop);
      byte[] bytes =
          WholeFile.read(new Path(folder, Manifest.FILE_NAME), hadoop)
              .orElseThrow(() -> new IOException("it is gone"));
      JsonNode licence = manifest.configuration().path("prepare").path("licence");
      return new TrainedOn(
          path,
          split,
          manifest.dataset(),
          manifest.splits().containsKey(split) ? manifest.splits().get(split).frames() : 0,
          manifest.classNames(),
          StoredFile.of(Manifest.FILE_NAME, bytes).sha256(),
          licence.isTextual() ? licence.asText() : null);
    } catch (IOException | InputException | IllegalArgumentException e) {
      return new TrainedOn(path, split, null, 0, List.of(), null, null);
    }
  }
}
