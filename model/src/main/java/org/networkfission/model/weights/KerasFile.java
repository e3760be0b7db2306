package org.networkfission.model.weights;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the weights of a Keras model from HDF5: a file of weights or a whole model, as Keras 2
 * wrote them and Keras 3 writes them under the name {@code *.h5}. Datasets lie in a group per layer
 * and are called like {@code .../conv1_conv/kernel:0}.
 */
final class KerasFile {
  private final Path file;
  private final NamedTensors tensors = new NamedTensors();

  private KerasFile(Path file) {
    this.file = file;
  }

  /**
   * Reads all tensors of floats. Kernels of convolutions, [height, width, in, out] there, come as
   * [out, in, height, width]; what {@link ResNet50Names} knows has its name here, all else is
   * called {@code layer/tensor}.
   *
   * @throws IOException if it is no such file, or not whole
   */
  static NamedTensors read(Path file) throws IOException {
    KerasFile keras = new KerasFile(file);
    try (HdfFile hdf = new HdfFile(file)) {
      keras.readGroup(hdf);
    } catch (HdfException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | BufferUnderflowException e) {
      throw new IOException("Cannot read %s as HDF5: %s".formatted(file, e.getMessage()), e);
    }
    return keras.tensors;
  }

  private void readGroup(Group group) throws IOException {
    for (Node node : group.getChildren().values()) {
      if (node instanceof Group inner && !node.getName().equals("optimizer_weights")) {
        readGroup(inner);
      } else if (node instanceof Dataset dataset) {
        readDataset(group.getName(), dataset);
      }
    }
  }

  private void readDataset(String layer, Dataset dataset) throws IOException {
    String name = layer + "/" + dataset.getName().replaceFirst(":[0-9]+$", "");
    long[] shape = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
    Class<?> type = dataset.getJavaType();
    if (type != float.class && type != double.class) {
      return; // A counter, or a text.
    } else if (dataset.getSize() > Integer.MAX_VALUE) {
      throw new IOException(
          "Cannot read %s: tensor %s has %,d values".formatted(file, name, dataset.getSize()));
    }
    float[] values = dataset.isScalar() ? new float[0] : floats(dataset.getDataFlat());
    String own = ResNet50Names.ofKeras(name).orElse(name);
    if (shape.length == 4) {
      long[] turned = {shape[3], shape[2], shape[0], shape[1]};
      tensors.put(own, turned, turned(values, shape));
    } else {
      tensors.put(own, shape, values);
    }
  }

  private static float[] floats(Object flat) {
    if (flat instanceof float[] floats) {
      return floats;
    }
    double[] doubles = (double[]) flat;
    float[] values = new float[doubles.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) doubles[i];
    }
    return values;
  }

  /** [height, width, in, out] as [out, in, height, width]. */
  private static float[] turned(float[] values, long[] shape) {
    int taps = Math.toIntExact(shape[0] * shape[1]);
    int in = Math.toIntExact(shape[2]);
    int out = Math.toIntExact(shape[3]);
    float[] turned = new float[values.length];
    for (int tap = 0; tap < taps; tap++) {
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          turned[(o * in + i) * taps + tap] = values[(tap * in + i) * out + o];
        }
      }
    }
    return turned;
  }
}
