/**
 * Surface normals from depth and labels, after Hickson et al., "Floors are Flat" (2019): holes are
 * filled, planes fitted in windows that adapt to depth steps, semantic planes flattened.
 */
package org.networkfission.prep.normals;
