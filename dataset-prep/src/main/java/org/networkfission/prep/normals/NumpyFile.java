package org.networkfission.prep.normals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.networkfission.prep.frame.NormalMap;

/** NumPy's .npy format, version 1.0. */
public final class NumpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** Data begins at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private NumpyFile() {}

  /** Normals as float32 [height, width, 3]. */
  public static byte[] of(NormalMap normals) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, 3), }"
            .formatted(normals.height(), normals.width());
    int start = MAGIC.length + Short.BYTES + header.length() + 1;
    int padding = (ALIGNMENT - start % ALIGNMENT) % ALIGNMENT;
    ByteBuffer file =
        ByteBuffer.allocate(start + padding + Float.BYTES * normals.xyz().length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC);
    file.putShort((short) (header.length() + padding + 1));
    file.put((header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII));
    file.asFloatBuffer().put(normals.xyz());
    return file.array();
  }
}
