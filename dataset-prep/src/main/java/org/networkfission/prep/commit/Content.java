package org.networkfission.prep.commit;

import java.io.IOException;
import java.io.OutputStream;

/** What a file holds. */
@FunctionalInterface
public interface Content {
  /** Writes all of it. */
  void writeTo(OutputStream out) throws IOException;
}
