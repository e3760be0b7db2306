/**
 * ScanNet v2 (Dai et al., 2017) as published: {@code .sens} streams with zipped labels, the
 * exported folders, and {@code scannet_frames_25k}.
 */
package org.networkfission.prep.scannet;
