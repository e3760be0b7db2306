package org.networkfission.jobs.prepare;

import java.io.Serializable;

/**
 * Where the time of units went, in seconds.
 *
 * @param decoding reading and decoding frames, photos included
 * @param normals computing surface normals
 * @param encoding mapping labels, resizing, packing
 * @param writing compressing rows and writing them
 */
record PhaseTimes(double decoding, double normals, double encoding, double writing)
    implements Serializable {
  static final PhaseTimes NONE = new PhaseTimes(0, 0, 0, 0);

  PhaseTimes plus(PhaseTimes other) {
    return new PhaseTimes(
        decoding + other.decoding,
        normals + other.normals,
        encoding + other.encoding,
        writing + other.writing);
  }

  /** The shares in words, e.g. {@code decoding 25 %, normals 50 %, ...}. */
  String shares() {
    double all = Math.max(1e-9, decoding + normals + encoding + writing);
    return "decoding %.0f %%, normals %.0f %%, encoding %.0f %%, writing %.0f %%"
        .formatted(
            100 * decoding / all, 100 * normals / all, 100 * encoding / all, 100 * writing / all);
  }
}
