package org.networkfission.model.export;

import java.util.LinkedHashMap;
import java.util.Map;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

/** What the tensors of exported networks are called, and what they hold. */
public final class Conventions {
  /** The name of the input; outputs are named by their tasks. */
  public static final String IMAGE = "image";

  private Conventions() {}

  /** What the tensors of an exported network hold, by name. */
  public static Map<String, String> of(NetworkSpec spec) {
    Map<String, String> conventions = new LinkedHashMap<>();
    conventions.put(IMAGE, input(spec.input()));
    for (Task task : spec.tasks()) {
      conventions.put(task.id(), task.definition().meaning());
    }
    return conventions;
  }

  private static String input(InputModality modality) {
    return switch (modality) {
      case RGB -> "red, green, blue, 0 to 255; normalised within";
      case DEPTH -> "depth along the optical axis in metres, 0 where nothing was measured";
      case NORMALS -> "unit vectors: x right, y up, z forward; 0, 0, 0 where there is none";
    };
  }
}
