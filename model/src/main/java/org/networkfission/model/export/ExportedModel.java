package org.networkfission.model.export;

import org.networkfission.model.network.Predictor;

/** An exported file of this product, run by the runtime that such files are for. */
public interface ExportedModel extends Predictor {
  /** What the file says of itself. */
  ModelCard card();
}
