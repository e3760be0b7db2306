package org.networkfission.model.weights;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the weights of a Keras model from HDF5: a file of weights or a whole model as Keras 2 wrote
 * them and Keras 3 writes them under the name {@code *.h5}, and Keras 3's {@code *.weights.h5}.
 *
 * <p>The first hold a group per layer and datasets like {@code conv1_conv/conv1_conv/kernel:0}. The
 * last hold {@code layers/conv2d_3/vars/0}: the layer's class and its place among those of its
 * class, and the number of the tensor; later versions add the layer's own name as an attribute.
 *
 * <p>Tensors are called {@code layer/tensor}.
 */
final class KerasFile {
  private static final String VARIABLES = "vars";

  /** What belongs to the training and not to the model. */
  private static final Set<String> ASIDE = Set.of("optimizer_weights", "optimizer");

  private static final List<String> NORM =
      List.of("gamma", "beta", "moving_mean", "moving_variance");

  /** Deflate writes no more than so many bytes for one. */
  private static final long LARGEST_RATIO = 1032;

  private final Path file;
  private final long length;
  private final NamedTensors tensors;

  private KerasFile(Path file, HdfFile hdf) throws IOException {
    this.file = file;
    this.length = Files.size(file);
    this.tensors = new NamedTensors(hdf::close);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is no such file, or not whole
   */
  static NamedTensors open(Path file) throws IOException {
    HdfFile hdf = null;
    try {
      hdf = new HdfFile(file);
      KerasFile keras = new KerasFile(file, hdf);
      keras.readGroup(hdf, List.of());
      return keras.tensors;
    } catch (RuntimeException e) { // Of the library, for bytes that it did not expect.
      if (hdf != null) {
        hdf.close();
      }
      throw bad(file, e);
    }
  }

  private static IOException bad(Path file, RuntimeException e) {
    return new IOException("Cannot read %s as HDF5: %s".formatted(file, e.getMessage()), e);
  }

  private void readGroup(Group group, List<String> path) throws IOException {
    for (Node node : group.getChildren().values()) {
      List<String> inner = new ArrayList<>(path);
      inner.add(node.getName());
      if (node instanceof Group child && !ASIDE.contains(node.getName())) {
        if (node.getName().equals(VARIABLES)) {
          readVariables(child, path);
        } else {
          readGroup(child, inner);
        }
      } else if (node instanceof Dataset dataset) {
        readDataset(layer(path), dataset.getName().replaceFirst(":[0-9]+$", ""), dataset);
      }
    }
  }

  /**
   * The layer of a tensor of Keras 2: what stands twice at the end of its groups, for a layer's
   * group holds names that begin with the layer's, or else the last.
   */
  private static String layer(List<String> path) {
    for (int length = path.size() / 2; length > 0; length--) {
      List<String> last = path.subList(path.size() - length, path.size());
      if (last.equals(path.subList(path.size() - 2 * length, path.size() - length))) {
        return String.join("/", last);
      }
    }
    return path.isEmpty() ? "" : path.get(path.size() - 1);
  }

  /** The tensors of a layer of Keras 3, which have numbers for names. */
  private void readVariables(Group variables, List<String> path) throws IOException {
    Attribute attribute = variables.getAttribute("name");
    String layer =
        attribute != null && attribute.getData() instanceof String name ? name : layer(path);
    Map<String, Node> children = variables.getChildren();
    boolean norm =
        children.size() == NORM.size()
            && children.values().stream()
                .allMatch(node -> node instanceof Dataset d && d.getDimensions().length == 1);
    for (Map.Entry<String, Node> child : children.entrySet()) {
      if (child.getValue() instanceof Dataset dataset) {
        String word =
            switch (child.getKey()) {
              case "0", "1", "2", "3" -> {
                int number = Integer.parseInt(child.getKey());
                yield norm ? NORM.get(number) : number == 1 ? "bias" : "kernel";
              }
              default -> child.getKey();
            };
        readDataset(layer, word, dataset);
      }
    }
  }

  private void readDataset(String layer, String word, Dataset dataset) throws IOException {
    // Keras 3 calls the kernel of a depthwise convolution as any other.
    boolean depthwise = layer.contains("depthwise") && word.endsWith("kernel");
    String name = layer + "/" + (depthwise ? "depthwise_kernel" : word);
    long[] stored = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
    Class<?> type = dataset.getJavaType();
    if ((type != float.class && type != double.class) || dataset.isScalar()) {
      tensors.putUnreadable(name, stored, type.getSimpleName()); // A counter, or a text.
      return;
    }
    if (dataset.getSizeInBytes() / LARGEST_RATIO > length) {
      throw new IOException(
          "Cannot read %s: tensor %s claims %,d bytes in a file of %,d"
              .formatted(file, name, dataset.getSizeInBytes(), length));
    }
    KernelLayout layout = KernelLayout.of(stored, depthwise);
    tensors.put(
        name,
        layout.shape(),
        type.getSimpleName(),
        () -> {
          try {
            return layout.turned(floats(dataset.getDataFlat()));
          } catch (RuntimeException e) {
            throw bad(file, e);
          }
        });
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
}
