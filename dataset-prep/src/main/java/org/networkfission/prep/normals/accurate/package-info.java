/** The steps of the accurate mode: inverse depth, creases, local planes, planar regions. */
package org.networkfission.prep.normals.accurate;
