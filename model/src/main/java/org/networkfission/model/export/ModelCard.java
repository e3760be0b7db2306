package org.networkfission.model.export;

import java.util.List;
import java.util.Map;
import org.networkfission.model.network.NetworkSpec;

/**
 * What an exported model says of itself, as JSON in the file's metadata {@value #METADATA}.
 *
 * @param network that it was exported from; the auxiliary heads are gone
 * @param precision of its constants
 * @param classMap the name of the map that its labels are classes of
 * @param classes their names, void (0) first
 * @param palette a colour per class, 0xRRGGBB; none in files of earlier versions
 * @param conventions what the input and each output hold, by tensor name: unit, range, axes
 * @param provenance where it comes from
 */
public record ModelCard(
    NetworkSpec network,
    Precision precision,
    String classMap,
    List<String> classes,
    List<Integer> palette,
    Map<String, String> conventions,
    Provenance provenance) {
  /** The name of the entry in the file's metadata. */
  public static final String METADATA = "network_fission.json";

  public ModelCard {
    classes = List.copyOf(classes);
    palette = palette == null ? List.of() : List.copyOf(palette);
    conventions = Map.copyOf(conventions);
  }

  /**
   * Where a model comes from.
   *
   * @param product that exported it, with its version
   * @param checkpoint that it was exported from
   * @param sha256 of the checkpoint's network
   * @param step steps of training behind it
   * @param parameters how many the network has, auxiliary heads included
   */
  public record Provenance(
      String product, String checkpoint, String sha256, long step, long parameters) {}
}
