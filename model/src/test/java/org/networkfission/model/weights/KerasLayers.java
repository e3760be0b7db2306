package org.networkfission.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers of {@code keras.applications} with their tensors, as Keras 3.15 lists them. */
final class KerasLayers {
  /**
   * A layer.
   *
   * @param kind its class
   * @param shapes of its tensors, as Keras stores them
   */
  record Described(String name, String kind, Map<String, int[]> shapes) {}

  private KerasLayers() {}

  /** The layers of a network that have tensors, in order. */
  static List<Described> read(String network) throws IOException {
    List<Described> layers = new ArrayList<>();
    try (InputStream in =
        KerasLayers.class.getResourceAsStream("/weights/keras-%s.txt".formatted(network))) {
      for (String line :
          new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\n", -1)) {
        String[] words = line.split(" ", -1);
        Map<String, int[]> shapes = new LinkedHashMap<>();
        for (String word : Arrays.asList(words).subList(2, words.length)) {
          String[] parts = word.split(":", -1);
          shapes.put(
              parts[0], Arrays.stream(parts[1].split("x")).mapToInt(Integer::parseInt).toArray());
        }
        layers.add(new Described(words[0], words[1], shapes));
      }
    }
    return layers;
  }
}
