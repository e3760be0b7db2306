package org.networkfission.jobs.train.server;

import java.util.zip.CRC32;
import org.networkfission.model.backend.FlatVector;

/** What tells two vectors of parameters apart. */
public final class Checksum {
  private Checksum() {}

  /** CRC-32 of a vector's bytes in native order. */
  public static long of(FlatVector vector) {
    vector.fetch(0, vector.length());
    CRC32 crc = new CRC32();
    crc.update(vector.memory().duplicate());
    return crc.getValue();
  }
}
