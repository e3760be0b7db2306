package org.networkfission.prep.sample;

/** The colour at a place of a surface. */
interface Texture {
  Rgb at(Hit hit);
}
