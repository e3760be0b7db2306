package org.networkfission.prep.scenenet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.scenenet.Wire.MalformedException;

/**
 * One trajectory of a protobuf file (message {@code Trajectory}).
 *
 * @param renderPath the folder below the split, e.g. {@code 3/3757}
 * @param wordNetIds of each instance that is an object; instances of the background have none
 * @param background the ids of the instances of the background
 * @param views in the order of the file, each once
 * @param repeated views that the file lists again
 */
record Trajectory(
    String renderPath,
    Map<Integer, String> wordNetIds,
    List<Integer> background,
    List<View> views,
    List<View> repeated) {
  private static final int BACKGROUND = 1;

  /**
   * A view.
   *
   * @param number of its files, e.g. 25 for {@code photo/25.jpg}
   * @param posed whether camera and lookat are given, finite and apart while the shutter is open
   */
  record View(int number, boolean posed) {}

  /** A camera's position or the point that it looks at. */
  private record Point(float x, float y, float z) {
    boolean finite() {
      return Float.isFinite(x) && Float.isFinite(y) && Float.isFinite(z);
    }
  }

  private record Pose(Point camera, Point lookat) {
    boolean usable() {
      return camera != null
          && lookat != null
          && camera.finite()
          && lookat.finite()
          && !camera.equals(lookat);
    }
  }

  static Trajectory read(ByteBuffer message) throws MalformedException {
    String renderPath = "";
    Map<Integer, String> wordNetIds = new HashMap<>();
    List<Integer> background = new ArrayList<>();
    Map<Integer, View> views = new LinkedHashMap<>();
    List<View> repeated = new ArrayList<>();
    Wire wire = new Wire(message);
    while (wire.next()) {
      switch (wire.field()) {
        case 2 -> readInstance(wire.message(), wordNetIds, background);
        case 3 -> {
          View view = readView(wire.message());
          if (views.putIfAbsent(view.number(), view) != null) {
            repeated.add(view);
          }
        }
        case 4 -> renderPath = wire.text();
        default -> wire.skip();
      }
    }
    if (renderPath.isEmpty() || renderPath.startsWith("/") || renderPath.contains("..")) {
      throw new MalformedException("render path \"%s\"".formatted(renderPath));
    }
    return new Trajectory(
        renderPath, wordNetIds, background, List.copyOf(views.values()), repeated);
  }

  /** Each n-th view. */
  List<View> taken(int stride) {
    List<View> taken = new ArrayList<>();
    for (int i = 0; i < views.size(); i += stride) {
      taken.add(views.get(i));
    }
    return taken;
  }

  /** How many frames a reader that takes each n-th view gives out, good and bad. */
  int frames(int stride) {
    return (views.size() + stride - 1) / stride + repeated.size();
  }

  /** What becomes of a view that is listed again. */
  static FrameException repeatedView(String key) {
    return new FrameException(
        Reason.DUPLICATE,
        "Cannot use frame %s twice: its trajectory lists the view again; it is taken once"
            .formatted(key));
  }

  private static void readInstance(
      Wire wire, Map<Integer, String> wordNetIds, List<Integer> background)
      throws MalformedException {
    int id = 0;
    int type = 0;
    String wordNetId = "";
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> id = wire.number();
        case 2 -> wordNetId = wire.text();
        case 4 -> type = wire.number();
        default -> wire.skip();
      }
    }
    if (type == BACKGROUND) {
      background.add(id);
    } else {
      wordNetIds.put(id, wordNetId);
    }
  }

  private static View readView(Wire wire) throws MalformedException {
    int number = 0;
    Pose open = null;
    Pose close = null;
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> number = wire.number();
        case 2 -> open = readPose(wire.message());
        case 3 -> close = readPose(wire.message());
        default -> wire.skip();
      }
    }
    if (number < 0) {
      throw new MalformedException("frame number %d".formatted(number));
    }
    return new View(number, open != null && close != null && open.usable() && close.usable());
  }

  private static Pose readPose(Wire wire) throws MalformedException {
    Point camera = null;
    Point lookat = null;
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> camera = readPoint(wire.message());
        case 2 -> lookat = readPoint(wire.message());
        default -> wire.skip();
      }
    }
    return new Pose(camera, lookat);
  }

  private static Point readPoint(Wire wire) throws MalformedException {
    float[] xyz = new float[3];
    while (wire.next()) {
      if (wire.field() <= xyz.length) {
        xyz[wire.field() - 1] = wire.real();
      } else {
        wire.skip();
      }
    }
    return new Point(xyz[0], xyz[1], xyz[2]);
  }
}
