/** How images are coded: PNG, JPEG, packed normals, and the rows of a shard. */
package org.networkfission.prep.codec;
