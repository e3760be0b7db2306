package org.networkfission.model.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Files of weights, told apart by their names' endings. */
public final class WeightFile {
  private WeightFile() {}

  /**
   * Opens a file of tensors.
   *
   * @param file {@code *.safetensors}; {@code *.h5} or {@code *.hdf5} of Keras; or {@code *.index}
   *     of a checkpoint of TensorFlow, beside its data files
   * @throws IOException if it is none of these, or not whole
   */
  public static NamedTensors open(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors")) {
      return Safetensors.open(file);
    } else if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return KerasFile.open(file);
    } else if (TensorFlowCheckpoint.isIndex(name)) {
      return TensorFlowCheckpoint.open(file);
    }
    throw new IOException(
        "Cannot read %s as weights: its name must end in .safetensors, .h5, .hdf5 or .index"
            .formatted(file));
  }
}
