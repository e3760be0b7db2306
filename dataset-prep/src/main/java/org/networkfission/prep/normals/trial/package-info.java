/**
 * Scenes whose normals are known exactly, and the measure of an estimator against them: accuracy,
 * time, and a picture of both modes.
 */
package org.networkfission.prep.normals.trial;
