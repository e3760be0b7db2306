package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.report.Contender;

/**
 * The models that are judged beside each other, as the driver sends them to executors.
 *
 * @param files of those contenders that are models; the trained one is always among them
 */
record Models(Map<Contender, ModelFile> files) implements Serializable {
  /**
   * A network and what is judged beside it.
   *
   * @param untrained whether the network as it was before training is one of them, where that is
   *     known
   * @param exported what was exported from the network
   */
  static Models of(ModelFile trained, boolean untrained, Optional<ModelFile> exported) {
    Map<Contender, ModelFile> files = new EnumMap<>(Contender.class);
    files.put(Contender.TRAINED, trained);
    if (untrained && trained.exported().isEmpty()) {
      files.put(Contender.UNTRAINED, trained.untrained());
    }
    exported.ifPresent(file -> files.put(Contender.EXPORTED, file));
    return new Models(files);
  }

  /** The same for the same models. */
  String id() {
    return files.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().sha256())
        .collect(Collectors.joining(", "));
  }
}
