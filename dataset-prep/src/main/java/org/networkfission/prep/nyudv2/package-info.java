/** NYUDv2 (Silberman et al., 2012) as published: {@code nyu_depth_v2_labeled.mat}. */
package org.networkfission.prep.nyudv2;
