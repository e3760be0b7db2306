package org.networkfission.prep.scannet;

import java.util.HashMap;
import java.util.Map;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.Reason;

/**
 * What the C++ reader of ScanNet writes into {@code _info.txt}, lines {@code name = value}.
 *
 * @param depthIntrinsics of the depth camera
 * @param depthShift units of depth per metre
 */
record CppInfo(Intrinsics depthIntrinsics, float depthShift) {
  private static final String INTRINSIC = "m_calibrationDepthIntrinsic";
  private static final String SHIFT = "m_depthShift";

  /**
   * Reads the file.
   *
   * @param what its name, for messages
   * @throws FrameException if it does not tell both
   */
  static CppInfo read(String text, String what) throws FrameException {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                values.put(line.substring(0, equals).trim(), line.substring(equals + 1).trim());
              }
            });
    Intrinsics intrinsics = Matrix.read(value(values, INTRINSIC, what), what).intrinsics(what);
    String shift = value(values, SHIFT, what);
    try {
      float depthShift = Float.parseFloat(shift);
      if (depthShift > 0 && depthShift <= 1e6) {
        return new CppInfo(intrinsics, depthShift);
      }
    } catch (NumberFormatException e) {
      // Told below, as any other value that is no shift.
    }
    throw new FrameException(
        Reason.DECODE_ERROR,
        "Cannot read %s: %s is \"%s\", must be above 0 and at most 1e6"
            .formatted(what, SHIFT, shift.substring(0, Math.min(20, shift.length()))));
  }

  private static String value(Map<String, String> values, String name, String what)
      throws FrameException {
    String value = values.get(name);
    if (value == null) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: it does not tell %s".formatted(what, name));
    }
    return value;
  }
}
