/** SceneNet RGB-D (McCormac et al., 2017) as published: photos, depth and instances, protobuf. */
package org.networkfission.prep.scenenet;
