/** Rays, solids and what covers them. */
package org.networkfission.prep.sample.geometry;
