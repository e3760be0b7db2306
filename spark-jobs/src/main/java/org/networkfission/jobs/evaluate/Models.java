package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.report.Contender;
import org.networkfission.model.network.NetworkSpec;

/**
 * The models that are judged beside each other, as the driver sends them to executors.
 *
 * @param files of those contenders that are models; the trained one is always among them
 * @param spec the network that the trained one is
 * @param protocol how they predict
 */
record Models(Map<Contender, ModelFile> files, NetworkSpec spec, Protocol protocol)
    implements Serializable {
  /**
   * A network and what is judged beside it.
   *
   * @param untrained whether the network as it was before training is one of them, where that is
   *     known
   * @param exported what was exported from the network
   */
  static Models of(
      TrainedModel trained, boolean untrained, Optional<ModelFile> exported, Protocol protocol) {
    Map<Contender, ModelFile> files = new EnumMap<>(Contender.class);
    files.put(Contender.TRAINED, trained.file());
    if (untrained && trained.file().exported().isEmpty()) {
      files.put(Contender.UNTRAINED, trained.file().untrained());
    }
    exported.ifPresent(file -> files.put(Contender.EXPORTED, file));
    return new Models(files, trained.spec(), protocol);
  }

  /** The same for the same models that predict in the same way. */
  String id() {
    return files.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().sha256())
        .collect(Collectors.joining(", ", "", "; " + protocol));
  }
}
