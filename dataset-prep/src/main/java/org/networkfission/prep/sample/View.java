package org.networkfission.prep.sample;

import org.networkfission.prep.sample.render.Pose;

/**
 * One view of a trajectory. The picture and its truth are taken at mid-shutter.
 *
 * @param frame its number: 0, 25, 50, ...
 * @param seconds since the trajectory began
 * @param open the pose when the shutter opens
 * @param close the pose when it closes
 */
record View(int frame, float seconds, Pose open, Pose close) {
  Pose middle() {
    return Pose.between(open, close);
  }
}
