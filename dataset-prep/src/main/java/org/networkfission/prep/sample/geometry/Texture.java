package org.networkfission.prep.sample.geometry;

/** The colour at a place of a surface. */
public interface Texture {
  Rgb at(Hit hit);
}
