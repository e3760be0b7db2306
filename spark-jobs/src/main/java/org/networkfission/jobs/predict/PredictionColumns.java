package org.networkfission.jobs.predict;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.jobs.predict.PredictSettings.DepthColumn;
import org.networkfission.jobs.predict.PredictSettings.NormalsColumn;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.DisparityMap;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** A prediction as the bytes of columns of a table, one per task. */
public final class PredictionColumns {
  /** How sure a network is of its labels; a column beside theirs. */
  public static final String CONFIDENCE = "labels_confidence";

  private static final float METRES_PER_MILLIMETRE = 1e-3f;
  private static final int MAX_SAMPLE = 0xffff;

  private PredictionColumns() {}

  /**
   * A task of a prediction, row by row, little-endian; see docs/predicting.md.
   *
   * @param map of the task's type
   */
  public static byte[] bytes(Task task, Object map, NormalsColumn normals, DepthColumn depth) {
    return switch (task) {
      case LABELS -> classes(((LabelMap) map).ids());
      case NORMALS ->
          normals == NormalsColumn.PNG
              ? PredictionFiles.png(task.definition(), map, List.of())
              : NormalPacking.pack((NormalMap) map);
      case DEPTH ->
          depth == DepthColumn.FLOAT32
              ? floats(((DepthMap) map).millimetres(), METRES_PER_MILLIMETRE)
              : millimetres(((DepthMap) map).millimetres());
      case DISPARITY -> floats(((DisparityMap) map).values(), 1);
    };
  }

  private static byte[] classes(short[] ids) {
    byte[] classes = new byte[ids.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (byte) ids[i];
    }
    return classes;
  }

  private static byte[] millimetres(float[] depth) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * depth.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float z : depth) {
      bytes.putShort((short) Math.max(1, Math.min(MAX_SAMPLE, Math.round(z))));
    }
    return bytes.array();
  }

  private static byte[] floats(float[] values, float unit) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value * unit);
    }
    return bytes.array();
  }

  /** How the columns of some tasks are read. */
  static Map<String, String> meanings(List<Task> tasks, NormalsColumn normals, DepthColumn depth) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Task task : tasks) {
      columns.put(task.id(), meaning(task, normals, depth));
      if (task.definition().ofClasses()) {
        columns.put(CONFIDENCE, "uint8 [height, width]: 255 is sure");
      }
    }
    return columns;
  }

  private static String meaning(Task task, NormalsColumn normals, DepthColumn depth) {
    return switch (task) {
      case LABELS -> "uint8 [height, width]: the class";
      case NORMALS ->
          normals == NormalsColumn.PNG
              ? "PNG, 8-bit RGB: component = value / 127.5 - 1; x right, y up, blue towards the camera"
              : "two little-endian uint16 planes [height, width]: octahedral u and v = value / 32767 - 1; x right, y up, z forward; 65535: none";
      case DEPTH ->
          depth == DepthColumn.FLOAT32
              ? "little-endian float32 [height, width]: metres"
              : "little-endian uint16 [height, width]: mm, 1 to 65535";
      case DISPARITY ->
          "little-endian float32 [height, width]: inverse depth up to a scale and a shift";
    };
  }
}
