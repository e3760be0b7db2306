package org.networkfission.prep.labels;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Reason;

/**
 * The classes that a network learns, and the class of each label id of a data set. Class 0 is void:
 * neither learnt nor judged.
 */
public final class ClassMap implements Serializable {
  private static final long serialVersionUID = 1;

  /** Classes are stored as uint8. */
  static final int MAX_CLASSES = 256;

  private static final short UNKNOWN = -1;

  private final String name;
  private final List<String> classNames;
  private final List<Integer> palette;
  final short[] classOfId;

  /**
   * Makes a map.
   *
   * @param classNames index 0 is void
   * @param palette a colour per class, 0xRRGGBB
   * @param classOfId the class of each label id, -1 where the id is unknown
   */
  ClassMap(String name, List<String> classNames, List<Integer> palette, short[] classOfId) {
    if (classNames.size() < 2 || classNames.size() > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "Cannot make class map %s: %d classes, must be 2 to %d, void included"
              .formatted(name, classNames.size(), MAX_CLASSES));
    }
    if (palette.size() != classNames.size()) {
      throw new IllegalArgumentException(
          "Cannot make class map %s: %d colours for %d classes"
              .formatted(name, palette.size(), classNames.size()));
    }
    this.name = name;
    this.classNames = List.copyOf(classNames);
    this.palette = List.copyOf(palette);
    this.classOfId = classOfId.clone();
  }

  /** The name under which {@link ClassMaps} knows it, e.g. {@code nyu13}. */
  public String name() {
    return name;
  }

  /** The class names; index 0 is void. */
  public List<String> classNames() {
    return classNames;
  }

  /** How many classes there are, void included. */
  public int size() {
    return classNames.size();
  }

  /** A colour per class, 0xRRGGBB. */
  public List<Integer> palette() {
    return palette;
  }

  /**
   * The class of a label id of the data set.
   *
   * @return 0 to {@code size() - 1}; -1 where the id is unknown
   */
  public int classOf(int id) {
    return id >= 0 && id < classOfId.length ? classOfId[id] : UNKNOWN;
  }

  /** All that it says, to tell whether two of one name are the same. */
  public String contents() {
    return "%s %s %s".formatted(classNames, palette, Arrays.toString(classOfId));
  }

  /**
   * The class of each pixel.
   *
   * @return one uint8 per pixel, row-major
   * @throws FrameException (unknown label) if an id has no class
   */
  public byte[] apply(LabelMap labels) throws FrameException {
    short[] ids = labels.ids();
    byte[] classes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int id = Short.toUnsignedInt(ids[i]);
      int c = classOf(id);
      if (c < 0) {
        throw new FrameException(
            Reason.UNKNOWN_LABEL,
            "Cannot map labels to %s: label id %d at column %d, row %d is not in its table"
                .formatted(name, id, i % labels.width(), i / labels.width()));
      }
      classes[i] = (byte) c;
    }
    return classes;
  }
}
