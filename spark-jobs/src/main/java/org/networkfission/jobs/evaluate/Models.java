package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import org.networkfission.jobs.inference.ModelFile;

/**
 * The models that are judged beside each other, as the driver sends them to executors.
 *
 * @param withUntrained whether the network as it was before training is one of them
 * @param exported what was exported from the network, or null
 */
record Models(ModelFile trained, boolean withUntrained, ModelFile exported)
    implements Serializable {
  Models {
    // Of an exported file the first parameters are not known.
    withUntrained = withUntrained && trained.exported().isEmpty();
  }

  /** The same for the same models. */
  String id() {
    return trained.sha256() + withUntrained + (exported == null ? "" : exported.sha256());
  }
}
