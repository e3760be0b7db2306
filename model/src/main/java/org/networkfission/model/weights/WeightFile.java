package org.networkfission.model.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Files of weights, told apart by their names' endings. */
public final class WeightFile {
  private WeightFile() {}

  /**
   * Reads the tensors of a file under the names of this product's networks.
   *
   * @param file {@code *.safetensors}, with this product's names or those of timm's {@code
   *     resnetv2_50}; or {@code *.h5} or {@code *.hdf5}, Keras's {@code resnet50v2}
   * @throws IOException if it is none of these, not whole, or holds what cannot be read
   */
  public static NamedTensors read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors")) {
      return Safetensors.read(file).renamed(ResNet50Names::ofTimm);
    } else if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      return KerasFile.read(file);
    }
    throw new IOException(
        "Cannot read %s as weights: its name must end in .safetensors, .h5 or .hdf5"
            .formatted(file));
  }
}
